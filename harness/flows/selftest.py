"""The selftest: how often this repository's gates block what changes nothing, and find what does, by real answers.

Each of many gates judges the working tree against itself, with answers of its own on either side: nothing changed, so
that whatever it blocks, it blocks wrongly. Then the same with a planted drop: results that passed fail at random.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple, Self

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.core.completion import Answer
from harness.core.errors import UsageError
from harness.core.pin import Pin, Price
from harness.core.tree import Tree
from harness.core.verdict import Outcome, Run, worst
from harness.flows.agenda import Agenda, Options
from harness.flows.benches import benches_of
from harness.flows.hearing import Desk, hear_rounds, series_of
from harness.flows.meter import estimate_work
from harness.flows.pairing import PairPlan, plan_pairs
from harness.flows.planting import Rate, Spoiler
from harness.flows.proof import Proof, subject
from harness.flows.providers import free_provider_of
from harness.flows.rounds import DEPTH, Rounds
from harness.flows.rows import PLACES, Row
from harness.flows.series import Draws
from harness.flows.setup import set_up
from harness.flows.store import open_store
from harness.flows.trees import Trees, World
from harness.flows.verdict import run_of
from harness.gate.bench import Bench, Noise
from harness.gate.judge import judge
from harness.plan.estimate import Estimate
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

    @property
    def parts(self) -> tuple[tuple[float, int], ...]:
        """The drops that are planted, with the number of gates of each."""
        return (0.0, self.gates), (self.drop, self.drops)


class Tested(NamedTuple):
    """What a selftest came to."""

    proof: Proof
    """Of the gates that came to their end."""
    run: Run
    interrupted: bool = False


async def selftest(world: World, scope: Scope, trials: Trials, *, progress: Callable[[int, int], None]) -> Tested:
    """Judge the working tree against itself many times, and return what became of it.

    Interrupted, it returns what was measured until then.

    Raises:
        ContentError: A file is wrong, or the filters select no case.
        UsageError: No pair has answers that vary, so that there is nothing to measure.
        BudgetError: The budget cannot bear it.
    """
    agenda, tried = _against_itself(world, scope)
    clock = SystemClock()
    meter = agenda.meter(world, clock.now())
    same, worse = Counter[Outcome](), Counter[Outcome]()
    interrupted = False
    with open_store(world) as kept:
        store = _Unburdened(kept)
        meter.demand(partial(_ahead, agenda, tried, trials, store, clock.now()), store)
        async with meter.runner(store) as runner:
            desk = Desk(runner, meter, store, clock.now(), lambda _plan, _done, _total: None)
            try:
                async for drop, times, outcome in _outcomes(agenda, tried, trials, desk):
                    found = worse if drop else same
                    found[outcome] += 1
                    progress(found.total(), times)
            except asyncio.CancelledError:
                interrupted = True
    proof = Proof(
        pairs={str(plan.pair): subject(agenda, plan) for plan in agenda.judged},
        gates=same.total(),
        blocked=same[Outcome.BLOCKED],
        inconclusive=same[Outcome.INCONCLUSIVE],
        drop=trials.drop,
        planted=worse.total(),
        found=worse[Outcome.BLOCKED],
    )
    return Tested(proof, run_of(agenda, runner.tally, desk.now.isoformat()), interrupted)


async def _outcomes(
    agenda: Agenda, tried: "Sequence[_Tried]", trials: Trials, desk: Desk
) -> AsyncIterator[tuple[float, int, Outcome]]:
    """Yield what one gate after the other comes to, with the drop that was planted and how many gates have it."""
    for drop, times in trials.parts:
        for number in range(times):
            name = f"{drop} {number}"
            judged = [
                await _judged(agenda, one.afresh(), desk, Spoiler(name, drop, one.rate), trials.depth) for one in tried
            ]
            yield drop, times, worst(judged)


class _Tried(NamedTuple):
    """A pair whose gates are tried."""

    plan: PairPlan
    bench: Bench
    noise: Noise
    """How its answers are weighed, as if that were proven to be sound."""
    rate: Rate

    def afresh(self) -> Self:
        """Return the pair with nothing asked yet; what was rendered once need not be rendered again."""
        rows = [Row(row.pairing, keys=row.keys, arms=row.arms, reduce=row.reduce) for row in self.plan.rows]
        return self._replace(plan=replace(self.plan, rows=rows))


def _against_itself(world: World, scope: Scope) -> tuple[Agenda, list[_Tried]]:
    """Return the working tree judged against itself, and the pairs whose answers vary, of which it then consists."""
    here, name = Folder(world.root), Tree("working tree")
    court = set_up(world, Trees(here, name, here, name))
    plans = list(plan_pairs(court.base, court.candidate, scope=scope, version=court.version))
    for plan in plans:
        plan.status = "changed" if plan.rows else plan.status
    agenda = Agenda(Options(scope=scope), court, plans)
    benches = benches_of(agenda)
    tried: list[_Tried] = []
    for plan in agenda.judged:
        bench = benches[plan.pair]
        if bench.noise:
            noise = bench.noise._replace(unproven="")
            tried.append(_Tried(plan, replace(bench, noise=noise), noise, Rate()))
    if not tried:
        raise UsageError(
            "no pair has answers that vary, so no gate can block by chance",
            hint="a selftest measures gates of pins whose temperature is above 0, or that are no embedded reader",
        )
    return agenda._replace(plans=[one.plan for one in tried]), tried


def _ahead(agenda: Agenda, tried: Sequence[_Tried], trials: Trials, store: Store, now: datetime) -> dict[str, Estimate]:
    """Return what all gates ask first, by suite; the later waves of those that need them come on top."""
    if all(map(free_provider_of, agenda.court.candidate.content.pins.values())):
        return {}
    gates = (
        _rounds(agenda, one.afresh(), Spoiler(f"{drop} {number}", 0.0, one.rate), trials.depth)
        for drop, times in trials.parts
        for number in range(times)
        for one in tried
    )
    works = ((gate.bench.pair.suite, gate.opening(store, now)) for gate in gates)
    return estimate_work(works, store, partial(_price, agenda), agenda.court)


def _price(agenda: Agenda, pin: Pin) -> Price | None:
    """Return what a pin really costs, which of a free one is nothing, whatever its notional price."""
    return Price(0, 0) if free_provider_of(pin) else agenda.price(pin)


def _rounds(agenda: Agenda, one: _Tried, spoil: Spoiler, depth: int) -> Rounds:
    """Return what one gate asks for a pair: answers that no other gate has seen."""
    draws = Draws({place: f"selftest {spoil.name} {place}" for place in PLACES}, spoil if spoil.share else None)
    series = series_of(agenda, one.plan, one.noise, draws)
    return Rounds(series, one.bench, one.noise, spoil.name, same_model=False, depth=depth)


async def _judged(agenda: Agenda, one: _Tried, desk: Desk, spoil: Spoiler, depth: int) -> Outcome:
    """Return what one gate says of one pair."""
    plan = one.plan
    await hear_rounds(agenda, plan, _rounds(agenda, one, spoil, depth), desk)
    for row in plan.rows:
        spoil.rate.add(row)
    checks = judge([row.judged() for row in plan.rows], one.bench, plan.weighed)
    return worst([check.outcome for check in checks])


class _Unburdened:
    """See `ports.Store`: it keeps what was paid for, and not what can be had again for nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.find, self.known, self.forget = store.find, store.known, store.forget
        self.commit, self.parts, self.spent = store.commit, store.parts, store.spent

    def record(self, answers: Sequence[Answer], *, at: datetime) -> None:
        """Keep nothing."""
