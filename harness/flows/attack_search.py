"""Searching for attacks: candidates asked one by one, each answer kept, so that a search goes on where it stopped."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.content.suggest import did_you_mean
from harness.core.attack import OBJECTIVES, Payload
from harness.core.case import Case
from harness.core.errors import ContentError, Origin, UnavailableError, UsageError
from harness.core.pair import Pair
from harness.core.tally import Tally
from harness.core.tree import Tree
from harness.core.words import named
from harness.execute.run import Runner, Work
from harness.flows.evaluate import evaluate
from harness.flows.found import Kept, check_found, keep
from harness.flows.meter import Meter, payers
from harness.flows.providers import Prices
from harness.flows.rows import CANDIDATE, Row, Seat, Slot, ready, works_at
from harness.flows.setup import Court, set_up
from harness.flows.store import open_store
from harness.flows.suite_injection import ground_of
from harness.flows.suites import INJECTION, Materials, Profile
from harness.flows.trees import Trees, World
from harness.plan.estimate import Estimate, call_of, estimate
from harness.plan.union import Change, Pairing
from harness.ports import Store
from harness.suites.injection.candidate import Candidate
from harness.suites.injection.compose import CASES, Ground, cells_of, check_carriers
from harness.suites.injection.demands import fits
from harness.suites.injection.hunt import Hunt, is_among, nearness, payload_of, trial_of, weigh
from harness.suites.injection.search import search

type Progress = Callable[[str, int, int], None]


class Wanted(NamedTuple):
    """What is searched for."""

    prompt: str
    budget: int
    """Candidates, at most, of all objectives together."""
    seed: str
    objectives: tuple[str, ...] = ()
    """Empty for each that the prompt can be asked for and some payload pursues."""


class Searched(NamedTuple):
    """What a search came to."""

    tried: int
    succeeded: int
    known: int
    """How many of those a gate on a pull request asks anyway."""
    rules: dict[str, int]
    """Successes by the rule that they break."""
    kept: Kept


class _Told(NamedTuple):
    score: float
    rules: frozenset[str]


async def search_attacks(world: World, wanted: Wanted, *, progress: Progress) -> tuple[Searched, Tally]:
    """Search for attacks that succeed on a prompt of the working tree, and write them as payloads for review.

    Raises:
        ContentError: A file is wrong, or there is nothing to begin with.
        UsageError: There is no such prompt, or the budget is too small.
        BudgetError: The budget cannot bear the calls ahead.
        UnavailableError: A candidate has no answer; nothing is written, and the answers that came are kept.
    """
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    hunts = _hunts(court, wanted)
    check_found(world, wanted.prompt)
    clock = SystemClock()
    meter = Meter(world.environ, payers(world.environ, clock.now()), court.policy.budget, Prices({}))
    with open_store(world) as store:
        async with meter.runner(store) as runner:
            asker = _Asker(court, meter, store, runner, wanted, progress)
            for hunt, share in hunts:
                await asker.hunt(hunt, share)
    found = _unasked(asker.found, court, wanted.prompt)
    kept = keep(world, wanted.prompt, found)
    known = len(asker.found) - len(found)
    came = Searched(asker.tried, len(asker.found), known, dict(asker.rules), kept)
    return came, runner.tally


def _unasked(found: Sequence[Payload], court: Court, prompt: str) -> list[Payload]:
    """Return the attacks that a gate on a pull request does not ask anyway."""
    side = court.candidate
    usual = Materials(Pair(INJECTION, prompt), side.content, side.policy, Profile.PR).count(CASES)
    cells = cells_of(ground_of(*side.makings(Pair(INJECTION, prompt))), cases=usual)
    there = {payload.id for payload in side.content.payloads}
    return [payload for payload in found if payload.id not in there and not is_among(payload, cells)]


def _hunts(court: Court, wanted: Wanted) -> list[tuple[Hunt, int]]:
    """Return a search for each objective, with its share of the budget."""
    ground = ground_in(court, wanted.prompt)
    hunts = [Hunt(ground, name) for name in wanted.objectives or OBJECTIVES if fits(name, ground.prompt)]
    able = [hunt for hunt in hunts if hunt.beginnings(1, wanted.seed)]
    lacking = [name for name in wanted.objectives if name not in {hunt.objective for hunt in able}]
    if lacking or not able:
        which = f"no payload of `{lacking[0]}`" if lacking else "no payload"
        what = f"{which} can be carried to the prompt `{wanted.prompt}`, so that there is nothing to begin with"
        raise ContentError(what, where=Origin("evalsets/injection/payloads"), hint=_hint(able))
    if wanted.budget < len(able):
        what = f"a budget of {wanted.budget} is too small for {len(able)} objectives"
        raise UsageError(what, hint="name one with `--objective`, or raise `--budget`")
    each, rest = divmod(wanted.budget, len(able))
    return [(hunt, each + (number < rest)) for number, hunt in enumerate(able)]


def _hint(able: Sequence[Hunt]) -> str:
    if able:
        return f"objectives that can: {', '.join(hunt.objective for hunt in able)}"
    return "add a payload that says at once what it wants, for one of the prompt's carriers"


def ground_in(court: Court, prompt: str) -> Ground:
    """Return what attacks on a prompt are made of, with nothing missing.

    Raises:
        ContentError: There is no input into which an attack can be put.
        UsageError: There is no such prompt.
    """
    content = court.candidate.content
    if prompt not in content.prompts:
        known = sorted(content.prompts)
        what = f"there is no prompt `{prompt}`{did_you_mean(prompt, known)}"
        raise UsageError(what, hint=f"prompts: {named(known, 20)}")
    ground = ground_of(*court.candidate.makings(Pair(INJECTION, prompt)))
    if not ground.hosts:
        hint = f"add evalsets/injection/{prompt}.jsonl"
        raise ContentError(f"there is no input of `{prompt}` into which an attack can be put", hint=hint)
    check_carriers(ground)
    return ground


class _Asker:
    """Asks about candidates, and keeps what came of them."""

    def __init__(
        self, court: Court, meter: Meter, store: Store, runner: Runner, wanted: Wanted, progress: Progress
    ) -> None:
        self.found: list[Payload] = []
        self.rules: Counter[str] = Counter()
        self.tried = 0
        self._court = court
        self._meter = meter
        self._store = store
        self._runner = runner
        self._wanted = wanted
        self._progress = progress
        self._borne = False

    async def hunt(self, hunt: Hunt, share: int) -> None:
        """Try as many candidates as its share of the budget allows, for one objective."""
        seeds = hunt.beginnings(max(1, share // 2), self._wanted.seed)
        going = search(seeds, hunt.space, budget=share, seed=f"{self._wanted.seed} {hunt.objective}")
        with suppress(StopIteration):
            candidate = next(going)
            while True:
                told = await self._ask(candidate, hunt)
                self.tried += 1
                self._progress(f"{INJECTION} / {self._wanted.prompt}", self.tried, self._wanted.budget)
                if told.rules:
                    self.found.append(payload_of(candidate, hunt))
                    self.rules.update(told.rules)
                candidate = going.send(told.score)

    async def _ask(self, candidate: Candidate, hunt: Hunt) -> _Told:
        case = trial_of(candidate, hunt)
        row = Row(Pairing(case.id, Change.ADDED, case), reduce=weigh)
        works = list(self._works(row, case))
        self._bear(works, hunt)
        async for _done in evaluate(self._runner, iter(works), self._court, self._meter.payers.of(INJECTION)):
            pass
        result = row.results[CANDIDATE]
        if result is None or result.passed is None:
            why = next(iter(self._runner.tally.failed), result.problem if result else "no answer")
            raise UnavailableError(
                f"{INJECTION} / {self._wanted.prompt}: {why}", hint="answers that came back are kept"
            )
        answers = self._store.find(row.asked(CANDIDATE))
        tried, alone = (answers[key] for key in row.asked(CANDIDATE))
        rules = frozenset(score.metric.upper() for score in result.failed)
        return _Told(nearness(case, result, tried, alone), rules)

    def _works(self, row: Row, case: Case) -> Iterator[Work[Slot]]:
        pair, side = Pair(INJECTION, self._wanted.prompt), self._court.candidate
        seat = Seat(row, CANDIDATE, case, side)
        if not ready(pair, seat):
            raise ContentError(row.problem, where=case.origin)
        yield from works_at(pair, seat)

    def _bear(self, works: Sequence[Work[Slot]], hunt: Hunt) -> None:
        """Before the first call, go on only if the budget can bear as many as may be ahead."""
        keys = {work.trial.key for work in works}
        if self._borne or keys <= self._store.find(keys).keys():
            return
        self._borne = True
        ahead = self._wanted.budget - self.tried + len(hunt.ground.hosts)
        call = call_of(works[0].pin, works[0].prepare()[0])

        def look_ahead() -> dict[str, Estimate]:
            return {INJECTION: estimate([call] * ahead, self._meter.price)}

        self._meter.demand(look_ahead, self._store)
