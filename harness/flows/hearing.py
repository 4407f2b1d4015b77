"""Hearing a pair: by what it is judged, and all that is asked for it, once or in rounds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from harness.compare.alpha import split_alpha
from harness.compare.exact import compare
from harness.core.digest import digest
from harness.core.policy import SuitePolicy
from harness.execute.run import Runner, Work
from harness.flows.agenda import Agenda
from harness.flows.evaluate import evaluate
from harness.flows.meter import Meter
from harness.flows.pairing import PairPlan, Progress
from harness.flows.proof import unproven
from harness.flows.providers import provider_of
from harness.flows.rounds import LIFETIME, Rounds
from harness.flows.rows import FRESH_BASE, FRESH_CANDIDATE, Slot, ready, seats_of
from harness.flows.series import Draws, Series
from harness.gate.bench import Bench, Noise
from harness.ports import Store


class Desk(NamedTuple):
    """With what a hearing is done."""

    runner: Runner
    meter: Meter
    store: Store
    now: datetime
    progress: Progress


async def hear(agenda: Agenda, plan: PairPlan, desk: Desk) -> None:
    """Ask for what a pair needs, and fill its rows.

    Raises:
        BudgetError: The budget has ended.
    """
    if rounds := rounds_of(agenda, plan):
        await play(agenda, plan, desk, rounds)
        return
    accounts, total = desk.meter.payers.of(plan.pair.suite), sum(1 for _ in agenda.work(plan))
    async for done in evaluate(desk.runner, agenda.work(plan), agenda.court, accounts):
        desk.progress(plan, done, total)


async def play(agenda: Agenda, plan: PairPlan, desk: Desk, rounds: Rounds) -> None:
    """Ask for what a pair needs whose answers vary, fill its rows, and keep what was weighed.

    Raises:
        BudgetError: The budget has ended.
    """
    accounts = desk.meter.payers.of(plan.pair.suite)
    asked = 0

    async def ask(works: Sequence[Work[Slot]]) -> None:
        nonlocal asked
        desk.store.forget([work.trial.key for work in works], before=desk.now - LIFETIME)
        async for done in evaluate(desk.runner, iter(works), agenda.court, accounts):
            desk.progress(plan, asked + done, asked + len(works))
        asked += len(works)

    for row in plan.rows:
        row.runs = {}
    plan.weighed = await rounds.play(ask, desk.store, desk.now)


def bench_of(agenda: Agenda, plan: PairPlan) -> Bench:
    """Return what a pair is judged by."""
    policy = agenda.court.policy
    paired = agenda.base_of(plan) is not None
    return Bench(
        pair=plan.pair,
        gates=policy.gates_of(plan.pair.suite, agenda.court.name_of(plan.pair.prompt)),
        limits=policy.suites.get(plan.pair.suite, SuitePolicy(plan.pair.suite)),
        compare=compare,
        paired=paired,
        absolute=agenda.absolute or not paired,
        noise=_noise(agenda, plan),
    )


def rounds_of(agenda: Agenda, plan: PairPlan) -> Rounds | None:
    """Return the rounds of a pair, or None where its answers do not vary, or repeats of them would say nothing."""
    bench = bench_of(agenda, plan)
    if bench.noise is None or bench.noise.chosen:
        return None
    name = digest("gate", [plan.base_digest, plan.candidate_digest, [gate.name for gate in bench.gates]])
    series = series_of(agenda, plan, bench.noise, Draws({FRESH_BASE: name, FRESH_CANDIDATE: name}))
    seed = plan.base_digest or plan.candidate_digest
    return Rounds(series, bench, bench.noise, seed, _same_model(agenda, plan))


def series_of(agenda: Agenda, plan: PairPlan, noise: Noise, draws: Draws) -> list[Series]:
    """Return each case of a pair with the seats that its trees can fill.

    Args:
        agenda: All that is judged.
        plan: The pair.
        noise: How its answers are weighed.
        draws: Which answers it is judged by.
    """
    series: list[Series] = []
    for row in plan.rows:
        seats = seats_of([row], base=agenda.base_of(plan), candidate=agenda.court.candidate)
        ours = {seat.place: seat for seat in seats if ready(plan.pair, seat)}
        series.append(Series(plan.pair, row, ours, draws, noise.exact))
    return series


def opening(agenda: Agenda, plan: PairPlan, store: Store, now: datetime) -> Iterator[Work[Slot]]:
    """Yield what is asked of a pair first."""
    rounds = rounds_of(agenda, plan)
    return rounds.opening(store, now) if rounds else agenda.work(plan)


def _same_model(agenda: Agenda, plan: PairPlan) -> bool:
    """Return whether both trees ask one model, so that its fingerprints on either can be compared."""
    sides = [side for side in (agenda.base_of(plan), agenda.court.candidate) if side]
    pins = [side.asking(side.name_of(plan.pair.prompt)).pin for side in sides]
    return len({(pin.provider, pin.model, pin.revision, pin.endpoint) for pin in pins}) == 1 < len(pins)


def _noise(agenda: Agenda, plan: PairPlan) -> Noise | None:
    """Return how a pair's answers are weighed; None where neither side's vary."""
    exact = _exact(agenda, plan)
    return (
        None
        if all(exact)
        else Noise(_alpha(agenda, plan), exact, bool(agenda.options.scope.only), unproven(agenda, plan))
    )


def _exact(agenda: Agenda, plan: PairPlan) -> tuple[bool, bool]:
    """Return whether base's answers, and the candidate's, are always the same; a side that is not there has none."""
    found: list[bool] = []
    for side in (agenda.base_of(plan), agenda.court.candidate):
        asking = side.asking(side.name_of(plan.pair.prompt)) if side else None
        found.append(asking is None or provider_of(asking.pin).deterministic(asking.pin, asking.request(())))
    return found[0], found[1]


def _alpha(agenda: Agenda, plan: PairPlan) -> Mapping[str, tuple[float, float]]:
    """Return the share of harmless changes that each gate of a pair may block, of those of the whole pull request."""
    policy, court = agenda.court.policy, agenda.court
    gates: dict[str, dict[str, int]] = {}
    for other in agenda.judged:
        if not all(_exact(agenda, other)):
            for gate in policy.gates_of(other.pair.suite, court.name_of(other.pair.prompt)):
                gates.setdefault(other.pair.suite, {})[f"{gate.name} {other.pair.prompt}"] = len(gate.slices)
    shares = split_alpha(gates)
    ours = gates.get(plan.pair.suite, {})
    suffix = f" {plan.pair.prompt}"
    return {name.removesuffix(suffix): shares[plan.pair.suite, name] for name in ours if name.endswith(suffix)}
