"""Hearing a pair: all that is asked for it, once or in rounds."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from harness.core.digest import digest
from harness.execute.run import Runner, Work
from harness.flows.agenda import Agenda
from harness.flows.evaluate import evaluate
from harness.flows.meter import Meter
from harness.flows.pairing import PairPlan, Progress
from harness.flows.playing import trials
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


async def hear(agenda: Agenda, plan: PairPlan, bench: Bench, desk: Desk) -> None:
    """Ask for what a pair needs, and fill its rows.

    Raises:
        BudgetError: The budget has ended.
    """
    if rounds := rounds_of(agenda, plan, bench):
        await hear_rounds(agenda, plan, rounds, desk)
        return
    accounts, total = desk.meter.payers.of(plan.pair.suite), sum(1 for _ in agenda.work(plan))
    async for done in evaluate(desk.runner, agenda.work(plan), agenda.court, accounts):
        desk.progress(plan, done, total)


async def hear_rounds(agenda: Agenda, plan: PairPlan, rounds: Rounds, desk: Desk) -> None:
    """Ask for what a pair needs whose answers vary, fill its rows, and keep what was weighed.

    Raises:
        BudgetError: The budget has ended.
    """
    accounts = desk.meter.payers.of(plan.pair.suite)
    asked = 0

    async def ask(works: Sequence[Work[Slot]]) -> None:
        nonlocal asked
        known = [one.trial.key for one in trials(works, desk.store, agenda.court.player)]
        desk.store.forget(known, before=desk.now - LIFETIME)
        async for done in evaluate(desk.runner, iter(works), agenda.court, accounts):
            desk.progress(plan, asked + done, asked + len(works))
        asked += len(works)

    for row in plan.rows:
        row.runs = {}
    plan.weighed = await rounds.play(ask, desk.store, desk.now)


def rounds_of(agenda: Agenda, plan: PairPlan, bench: Bench) -> Rounds | None:
    """Return the rounds of a pair, or None where its answers do not vary, or repeats of them would say nothing."""
    if bench.noise is None or bench.noise.chosen:
        return None
    name = fresh_name(plan, bench)
    series = series_of(agenda, plan, bench.noise, Draws({FRESH_BASE: name, FRESH_CANDIDATE: name}))
    seed = plan.base_digest or plan.candidate_digest
    return Rounds(series, bench, bench.noise, seed, _same_model(agenda, plan), player=agenda.court.player)


def fresh_name(plan: PairPlan, bench: Bench) -> str:
    """Return what the answers are asked for that are a gate's own."""
    return digest("gate", [plan.base_digest, plan.candidate_digest, [gate.name for gate in bench.gates]])


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


def opening(agenda: Agenda, plan: PairPlan, bench: Bench, store: Store, now: datetime) -> Iterator[Work[Slot]]:
    """Yield what is asked of a pair first."""
    rounds = rounds_of(agenda, plan, bench)
    return rounds.opening(store, now) if rounds else agenda.work(plan)


def _same_model(agenda: Agenda, plan: PairPlan) -> bool:
    """Return whether both trees ask one model, so that its fingerprints on either can be compared."""
    sides = [side for side in (agenda.base_of(plan), agenda.court.candidate) if side]
    pins = [side.asking(side.name_of(plan.pair.prompt)).pin for side in sides]
    return len({(pin.provider, pin.model, pin.revision, pin.endpoint) for pin in pins}) == 1 < len(pins)
