"""Attacks that a model leads: conversations with a prompt, each judged by our own detectors after every answer."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from harness.adapters.attackers.giskard import Aim, play
from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.content.attacks_from.adopted import harmless
from harness.core.attack import EVIDENT, LONGEST, Evident, Payload, Strategy
from harness.core.digest import digest, short
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.pair import Pair
from harness.core.pin import Pin
from harness.core.prompt import Message, Request
from harness.core.score import UnableError
from harness.core.tally import Tally
from harness.core.tree import Tree
from harness.execute.run import Runner, Work
from harness.flows.asking import MeteredAsk, Roles, Sake
from harness.flows.attack_search import ground_in
from harness.flows.evaluate import evaluate
from harness.flows.found import Kept, check_found, keep
from harness.flows.judges import asking_of
from harness.flows.meter import Meter, payers
from harness.flows.providers import Prices
from harness.flows.rows import CANDIDATE, Row, Seat, Slot, ready, works_at
from harness.flows.setup import Court, set_up
from harness.flows.store import open_store
from harness.flows.suites import INJECTION
from harness.flows.trees import Trees, World
from harness.flows.turns import next_turn
from harness.plan.estimate import Estimate, call_of, estimate
from harness.plan.union import Change, Pairing
from harness.suites.injection.demands import fits
from harness.suites.injection.hunt import weigh
from harness.suites.injection.talk import GOALS, Talk

BRIEFED = 8_000
"""Characters of what an attacker is told for one turn, about."""

type Progress = Callable[[str, int, int], None]


class Led(NamedTuple):
    """Which conversations are led."""

    prompt: str
    strategies: tuple[Strategy, ...]
    turns: int
    """What an attacker says in each, at most."""
    times: int
    """Conversations of each strategy after each objective."""
    objectives: tuple[Evident, ...] = ()
    """Empty for each that the prompt can be asked for."""


class Talked(NamedTuple):
    """What the conversations came to."""

    planned: int
    succeeded: int
    broken: tuple[str, ...]
    """Why others ended that tell nothing."""
    rules: dict[str, int]
    """Successes by the rule that they break."""
    kept: Kept


async def talk(world: World, led: Led, *, progress: Progress) -> tuple[Talked, Tally]:
    """Lead conversations with a prompt of the working tree, and write those that succeed as payloads for review.

    Raises:
        ContentError: A file is wrong, nobody is named who attacks, or there is no way by which it is heard.
        UsageError: There is no such prompt, or it cannot be asked for an objective.
        BudgetError: The budget cannot bear the calls ahead.
    """
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    attacker = court.policy.attacker
    if attacker is None:
        hint = "add `attacker: ALIAS`, a pin of `models:`"
        raise ContentError("params.yaml names no `attacker`", where=Origin("params.yaml"), hint=hint)
    planned = list(_planned(court, led, attacker))
    check_found(world, led.prompt)
    clock = SystemClock()
    meter = Meter(world.environ, payers(world.environ, clock.now()), court.policy.budget, Prices({}))
    with open_store(world) as store:
        async with meter.runner(store) as runner:
            stage = _Stage(court, runner, meter.payers.of(INJECTION), led)
            meter.demand(lambda: {INJECTION: _ahead(stage, planned, attacker, meter)}, store)
            roles = Roles({"": asking_of(attacker)}, None)
            for number, (aim, one) in enumerate(planned):
                sake = Sake("attacker", aim.strategy, f"{led.prompt}/{one.name}")
                await stage.lead(aim, one, MeteredAsk(runner, stage.accounts, roles, sake))
                progress(f"{INJECTION} / {led.prompt}", number + 1, len(planned))
    kept = keep(world, led.prompt, list(stage.found.values()))
    return Talked(len(planned), stage.succeeded, tuple(stage.broken), dict(stage.rules), kept), runner.tally


def _planned(court: Court, led: Led, attacker: Pin) -> Iterator[tuple[Aim, Talk]]:
    """Yield each conversation, with what the attacker is told."""
    ground = ground_in(court, led.prompt)
    carrier = next((one for one in ground.carriers if one.kind == "user"), None)
    if carrier is None:
        what = f"`{led.prompt}` has no carrier `user`, by which an attacker could talk to it"
        raise ContentError(what, where=Origin("params.yaml"), hint="add one under `suites: injection: carriers:`")
    able = [name for name in led.objectives or EVIDENT if fits(name, ground.prompt)]
    if lacking := set(led.objectives).difference(able):
        hint = f"it can be asked for: {', '.join(name for name in EVIDENT if fits(name, ground.prompt))}"
        raise UsageError(f"`{led.prompt}` cannot be asked for `{min(lacking)}`", hint=hint)
    description = f"An assistant, known as {led.prompt}, that is given: {', '.join(ground.hosts[0].vars)}."
    asked = [ground.prompt.id, *(message.content for message in ground.prompt.messages)]
    for strategy in led.strategies:
        for objective in able:
            for sample in range(led.times):
                about = [strategy, objective, str(sample), attacker.model, attacker.revision, *asked]
                name = f"{strategy}-{short(digest('talk', about))}"
                yield (
                    Aim(strategy, GOALS[objective], description, led.turns, sample),
                    Talk(ground, objective, carrier, name),
                )


class _Stage:
    """Where conversations are led, and what came of them."""

    def __init__(self, court: Court, runner: Runner, accounts: tuple[str, ...], led: Led) -> None:
        self.succeeded = 0
        self.found: dict[tuple[str, ...], Payload] = {}
        """By what was wanted and said: an attacker may say the same twice."""
        self.rules: Counter[str] = Counter()
        self.broken: list[str] = []
        self.accounts = accounts
        self._court = court
        self._runner = runner
        self._pair = Pair(INJECTION, led.prompt)

    async def lead(self, aim: Aim, one: Talk, ask: MeteredAsk) -> None:
        """Lead one conversation to its end, or to its success."""
        rules: set[str] = set()

        async def target(said: Sequence[str]) -> str | None:
            answer, broken = await self._answer(one, said)
            rules.update(broken)
            return None if broken else answer

        try:
            said = await play(aim, target, ask)
        except UnableError as error:
            self.broken.append(f"{one.name} ({aim.strategy}, {one.objective}): {error}")
            return
        if rules:
            self.succeeded += 1
            self.found.setdefault((one.objective, *said), one.payload(said, harmless(said[0][: LONGEST // 2])))
            self.rules.update(rules)

    async def _answer(self, one: Talk, said: Sequence[str]) -> tuple[str, set[str]]:
        """Return the answer to what was said last, and which rules all answers so far break."""
        works, row = self.works(one, said)
        async for _done in evaluate(self._runner, iter(works), self._court, self.accounts):
            pass
        result = row.results[CANDIDATE]
        if result is None or result.passed is None:
            raise UnableError(result.problem if result else "no answer")
        return self._last(works[0]), {score.metric.upper() for score in result.failed}

    def works(self, one: Talk, said: Sequence[str]) -> tuple[list[Work[Slot]], Row]:
        """Return what is asked for what was said, and where the result will be."""
        case = one.trial(said)
        row = Row(Pairing(case.id, Change.ADDED, case), reduce=weigh)
        seat = Seat(row, CANDIDATE, case, self._court.candidate)
        if not ready(self._pair, seat):
            raise ContentError(row.problem, where=case.origin)
        return list(works_at(self._pair, seat)), row

    def _last(self, work: Work[Slot]) -> str:
        """Return the last answer of a conversation that was answered to its end."""
        while True:
            said = self._runner.known([work.trial.key])[work.trial.key]
            if not work.tag.turns_left:
                return said.text
            work = next_turn(work, said)


def _ahead(stage: _Stage, planned: Sequence[tuple[Aim, Talk]], attacker: Pin, meter: Meter) -> Estimate:
    """Return what all conversations cost if each is led to its end."""
    asked = Request((Message("user", " " * BRIEFED),), dict(attacker.parameters))
    calls = []
    for aim, one in planned:
        works, _ = stage.works(one, ["Hello."])
        calls += [call_of(attacker, asked)] * aim.turns
        calls += [call_of(works[0].pin, works[0].prepare()[0])] * (aim.turns + 1)
    return estimate(calls, meter.price)
