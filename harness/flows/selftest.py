"""The selftest: how often this repository's gates block what changes nothing, and find what does, by real answers.

Each of many gates judges the working tree against itself, with answers of its own on either side: nothing changed, so
that whatever it blocks, it blocks wrongly. Then the same with a planted drop: results that passed fail at random.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.core.completion import Answer
from harness.core.digest import fraction
from harness.core.errors import UsageError
from harness.core.score import CaseResult
from harness.core.verdict import Outcome, Run, Tree, worst
from harness.flows.agenda import Agenda, Options
from harness.flows.hearing import Desk, bench_of, play, series_of
from harness.flows.pairing import PairPlan, plan_pairs
from harness.flows.proof import Proof, subject
from harness.flows.rounds import DEPTH, Rounds
from harness.flows.rows import BASE, CANDIDATE, FRESH_CANDIDATE, PLACES, Row, Slot
from harness.flows.series import Draws
from harness.flows.setup import set_up
from harness.flows.store import open_store
from harness.flows.trees import Trees, World
from harness.flows.verdict import run_of
from harness.gate.judge import judge
from harness.plan.scope import Scope
from harness.ports import Store


class Trials(NamedTuple):
    """How a selftest is made."""

    gates: int = 200
    """Gates of a change that changes nothing."""
    drops: int = 100
    """Gates of a change that lowers the pass rate."""
    drop: float = 0.10
    """By how much."""
    depth: int = DEPTH
    """Runs of a case that base has."""


async def selftest(
    world: World, scope: Scope, trials: Trials, *, progress: Callable[[int, int], None]
) -> tuple[Proof, Run]:
    """Judge the working tree against itself many times, and return what became of it.

    Raises:
        ContentError: A file is wrong, or the filters select no case.
        UsageError: No pair has answers that vary, so that there is nothing to measure.
        BudgetError: The budget cannot bear it.
    """
    agenda = _against_itself(world, scope)
    clock = SystemClock()
    meter = agenda.meter(world, clock.now())
    same, worse = Counter[Outcome](), Counter[Outcome]()
    rates = {plan.pair: _Rate() for plan in agenda.judged}
    with open_store(world) as kept:
        store = _Unburdened(kept)
        async with meter.runner(store) as runner:
            desk = Desk(runner, meter, store, clock.now(), lambda _plan, _done, _total: None)
            for found, drop, times in ((same, 0.0, trials.gates), (worse, trials.drop, trials.drops)):
                for number in range(times):
                    name = f"{drop} {number}"
                    judged = [
                        await _judged(agenda, plan, desk, _Spoiler(name, drop, rates[plan.pair]), trials.depth)
                        for plan in agenda.judged
                    ]
                    found[worst(judged)] += 1
                    progress(number + 1, times)
    proof = Proof(
        pairs={str(plan.pair): subject(agenda, plan) for plan in agenda.judged},
        gates=trials.gates,
        blocked=same[Outcome.BLOCKED],
        inconclusive=same[Outcome.INCONCLUSIVE],
        drop=trials.drop,
        planted=trials.drops,
        found=worse[Outcome.BLOCKED],
    )
    return proof, run_of(agenda, runner.tally, desk.now.isoformat())


def _against_itself(world: World, scope: Scope) -> Agenda:
    """Return the working tree judged against itself, the pairs whose answers vary alone."""
    here, name = Folder(world.root), Tree("working tree")
    court = set_up(world, Trees(here, name, here, name))
    plans = list(plan_pairs(court.base, court.candidate, scope=scope, version=court.version))
    for plan in plans:
        plan.status = "changed" if plan.rows else plan.status
    agenda = Agenda(Options(scope=scope), court, plans)
    varying = [plan for plan in agenda.judged if bench_of(agenda, plan).noise]
    if not varying:
        raise UsageError(
            "no pair has answers that vary, so no gate can block by chance",
            hint="a selftest measures gates of pins whose temperature is above 0, or that are no embedded reader",
        )
    return agenda._replace(plans=varying)


async def _judged(agenda: Agenda, plan: PairPlan, desk: Desk, spoil: "_Spoiler", depth: int) -> Outcome:
    """Return what one gate says of one pair, by answers that no other gate has seen."""
    afresh = replace(plan, rows=[Row(row.pairing, keys=list(row.keys)) for row in plan.rows])
    bench = bench_of(agenda, afresh)
    if bench.noise is None:
        return Outcome.PASSED
    noise = bench.noise._replace(unproven="")
    draws = Draws({place: f"selftest {spoil.name} {place}" for place in PLACES}, spoil if spoil.share else None)
    rounds = Rounds(series_of(agenda, afresh, noise, draws), bench, noise, spoil.name, same_model=False, depth=depth)
    await play(agenda, afresh, desk, rounds)
    for row, old in zip(afresh.rows, plan.rows, strict=True):
        spoil.rate.add(row)
        old.keys = row.keys  # what is rendered once need not be rendered again
    checks = judge([row.judged() for row in afresh.rows], replace(bench, noise=noise), afresh.weighed)
    return worst([check.outcome for check in checks])


class _Rate:
    """How many answers of a pair's base passed, of all so far."""

    def __init__(self) -> None:
        self.passed = self.told = 0

    def add(self, row: Row) -> None:
        """Count what the repeats of a case came to on base."""
        results = [result.passed for result in (row.runs or {}).get(BASE, {}).values() if result.passed is not None]
        self.passed += sum(results)
        self.told += len(results)


class _Spoiler:
    """Fails passing results of the candidate at random, so that a pair's mean falls by so much."""

    def __init__(self, name: str, drop: float, rate: _Rate) -> None:
        self.name = name
        self.rate = rate
        self.share = min(1.0, drop * rate.told / rate.passed) if rate.passed else 0.0

    def __call__(self, slot: Slot, result: CaseResult) -> CaseResult:
        if not self.share or not result.passed or slot.place not in {CANDIDATE, FRESH_CANDIDATE}:
            return result
        if fraction(f"{self.name} {slot.place} {slot.case.id} {slot.repeat}") >= self.share:
            return result
        return CaseResult(passed=False, metrics=dict.fromkeys(result.metrics, 0.0))


class _Unburdened:
    """See `ports.Store`: it keeps what was paid for, and not what can be had again for nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.find, self.known, self.forget = store.find, store.known, store.forget
        self.commit, self.parts, self.spent = store.commit, store.parts, store.spent

    def record(self, answers: Sequence[Answer], *, at: datetime) -> None:
        """Keep nothing."""
