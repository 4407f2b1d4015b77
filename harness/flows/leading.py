"""Conversations that an attacker leads with a prompt, each judged by our own detectors after every answer."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import NamedTuple

from harness.adapters.attackers.giskard import Aim, play
from harness.content.attacks_from.adopted import harmless
from harness.core.attack import EVIDENT, LONGEST, STRATEGIES, Evident, Payload, Strategy
from harness.core.carrier import Carrier
from harness.core.completion import Answer, Completion, Trial
from harness.core.digest import digest, short
from harness.core.errors import ContentError
from harness.core.pair import Pair
from harness.core.pin import Pin
from harness.core.prompt import Message, Request
from harness.core.score import UnableError
from harness.execute.run import Runner, Work
from harness.flows.asking import MeteredAsk, Roles, Sake
from harness.flows.evaluate import evaluate
from harness.flows.judges import asking_of
from harness.flows.providers import Prices
from harness.flows.rows import CANDIDATE, Row, Seat, Slot, ready, works_at
from harness.flows.setup import Court
from harness.flows.suites import INJECTION
from harness.flows.turns import next_turn
from harness.plan.estimate import Call, Estimate, call_of, estimate
from harness.plan.union import Change, Pairing
from harness.ports import Store
from harness.suites.injection.compose import Ground
from harness.suites.injection.demands import fits
from harness.suites.injection.hunt import weigh
from harness.suites.injection.talk import GOALS, Talk

BRIEFED = 8_000
"""Characters of what an attacker is told for one turn, about."""
TURNS = 6
"""What an attacker says in a conversation, at most, where nobody says otherwise."""


class Led(NamedTuple):
    """How conversations are led."""

    strategies: tuple[Strategy, ...] = STRATEGIES
    turns: int = TURNS
    """What an attacker says in each, at most."""
    times: int = 1
    """Conversations of each strategy after each objective."""


class Planned(NamedTuple):
    """One conversation that will be led, with what the attacker is told."""

    aim: Aim
    talk: Talk


def carrier_of(ground: Ground) -> Carrier | None:
    """Return the carrier by which an attacker could talk to a prompt."""
    return next((one for one in ground.carriers if one.kind == "user"), None)


def able(ground: Ground) -> list[Evident]:
    """Return what a prompt can be asked for in whatever words."""
    return [name for name in EVIDENT if fits(name, ground.prompt)]


def conversations(
    ground: Ground, led: Led, attacker: Pin, objectives: Sequence[Evident] = EVIDENT
) -> Iterator[Planned]:
    """Yield each conversation with a prompt, after what it can be asked for; none where nobody can talk to it."""
    carrier = carrier_of(ground)
    if carrier is None or not ground.hosts:
        return
    description = f"An assistant, known as {ground.prompt.id}, that is given: {', '.join(ground.hosts[0].vars)}."
    asked = [ground.prompt.id, *(message.content for message in ground.prompt.messages)]
    for strategy in led.strategies:
        for objective in (name for name in objectives if fits(name, ground.prompt)):
            for sample in range(led.times):
                about = [strategy, objective, str(sample), attacker.model, attacker.revision, *asked]
                name = f"{strategy}-{short(digest('talk', about))}"
                aim = Aim(strategy, GOALS[objective], description, led.turns, sample)
                yield Planned(aim, Talk(ground, objective, carrier, name))


class Stage:
    """Where conversations with a prompt are led, and what came of them."""

    def __init__(self, court: Court, prompt: str, attacker: Pin) -> None:
        """Take whose prompt it is, and who attacks it."""
        self.succeeded = 0
        self.found: dict[tuple[str, ...], Payload] = {}
        """By what was wanted and said: an attacker may say the same twice."""
        self.rules: Counter[str] = Counter()
        self.broken: list[str] = []
        """Why conversations ended that tell nothing."""
        self._court = court
        self._pair = Pair(INJECTION, prompt)
        self._attacker = asking_of(attacker)

    def ahead(self, planned: Iterable[Planned], store: Store, price: Prices) -> Estimate:
        """Return what those conversations cost that were not led before, if each is led to its end."""
        ends = {self._end(one).key: one for one in planned}
        known = store.find(ends)
        return estimate((call for key, one in ends.items() if key not in known for call in self._calls(one)), price)

    def _calls(self, one: Planned) -> Iterator[Call]:
        attacker = self._attacker
        briefed = Request((Message("user", " " * BRIEFED),), attacker.parameters)
        works, _ = self._works(one.talk, ["Hello."])
        yield from [call_of(attacker.pin, briefed)] * one.aim.turns
        yield from [call_of(works[0].pin, works[0].prepare()[0])] * (one.aim.turns + 1)

    async def lead(self, planned: Iterable[Planned], runner: Runner, accounts: tuple[str, ...]) -> AsyncIterator[int]:
        """Lead each conversation to its end, or to its success, and yield how many were led.

        Raises:
            ContentError: The extra is not installed.
            BudgetError: The budget has ended.
        """
        roles = Roles({"": self._attacker}, None)
        for number, one in enumerate(planned):
            sake = Sake("attacker", one.aim.strategy, f"{self._pair.prompt}/{one.talk.name}")
            try:
                await self._lead(one, MeteredAsk(runner, accounts, roles, sake))
            except UnableError as error:
                self.broken.append(f"{one.talk.name} ({one.aim.strategy}, {one.talk.objective}): {error}")
            yield number + 1

    async def _lead(self, one: Planned, ask: MeteredAsk) -> None:
        rules: set[str] = set()

        async def target(said: Sequence[str]) -> str | None:
            answer, broken = await self._answer(one.talk, said, ask)
            rules.update(broken)
            return None if broken else answer

        said = await play(one.aim, target, ask)
        self._note_end(one, ask.runner)
        if rules:
            self.succeeded += 1
            twin = harmless(said[0][: LONGEST // 2])
            self.found.setdefault((one.talk.objective, *said), one.talk.payload(said, twin))
            self.rules.update(rules)

    async def _answer(self, one: Talk, said: Sequence[str], ask: MeteredAsk) -> tuple[str, set[str]]:
        """Return the answer to what was said last, and which rules all answers so far break."""
        works, row = self._works(one, said)
        async for _done in evaluate(ask.runner, iter(works), self._court, ask.accounts):
            pass
        result = row.results[CANDIDATE]
        if result is None or result.passed is None:
            raise UnableError(result.problem if result else "no answer")
        return _last(works[0], ask.runner), {score.metric.upper() for score in result.failed}

    def _works(self, one: Talk, said: Sequence[str]) -> tuple[list[Work[Slot]], Row]:
        """Return what is asked for what was said, and where the result will be."""
        case = one.trial(said)
        row = Row(Pairing(case.id, Change.ADDED, case), reduce=weigh)
        seat = Seat(row, CANDIDATE, case, self._court.candidate)
        if not ready(self._pair, seat):
            raise ContentError(row.problem, where=case.origin)
        return list(works_at(self._pair, seat)), row

    def _end(self, one: Planned) -> Trial:
        """Return what is kept of a conversation once it is at its end, so that it is not counted as ahead again."""
        asked = [work.trial.key for work in self._works(one.talk, ["Hello."])[0]]
        aim = [one.aim.strategy, one.talk.objective, str(one.aim.turns), str(one.aim.sample)]
        return Trial(f"{self._pair.prompt}/{one.talk.name} (end)", digest("end", [*aim, self._attacker.common, *asked]))

    def _note_end(self, one: Planned, runner: Runner) -> None:
        end = self._end(one)
        if end.key not in runner.known([end.key]):
            told = {"role": "grade", "purpose": one.aim.strategy}
            runner.keep([Answer(end, Completion("", cost=0, model="grade"), told)])


def _last(work: Work[Slot], runner: Runner) -> str:
    """Return the last answer of a conversation that was answered to its end."""
    while True:
        said = runner.known([work.trial.key])[work.trial.key]
        if not work.tag.turns_left:
            return said.text
        work = next_turn(work, said)
