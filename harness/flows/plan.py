"""The plan: what a gate would judge, what it would skip and why, and what that would cost."""

from collections.abc import Iterator
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.compare.sequential import WAVES
from harness.core.digest import short
from harness.core.money import show_usd
from harness.core.pair import Pair, PairReport
from harness.core.words import count
from harness.flows.agenda import Options, prepare
from harness.flows.attackers import ahead, attackers
from harness.flows.benches import benches_of
from harness.flows.hearing import opening
from harness.flows.store import open_store
from harness.flows.trees import World
from harness.plan.estimate import Estimate
from harness.plan.shards import Shard

MORE = (WAVES - 2) + 2 * (WAVES - 1)
"""Runs of a case, on the average, that the waves of the screen and of the rerun ask beyond the first one."""


class Plan(NamedTuple):
    """What a gate would do."""

    pairs: tuple[PairReport, ...]
    judged: frozenset[Pair]
    notices: tuple[str, ...]
    estimate: Estimate
    varying: int = 0
    """The cases whose answers vary."""
    shards: tuple[str, ...] = ()
    """The parts into which it falls that have anything to judge, as `1/2`; one at least."""


def plan(world: World, options: Options, *, shards: int = 1) -> Plan:
    """Return what a gate with these options would do; nothing is asked.

    Args:
        world: The repository.
        options: Of the gate.
        shards: Into how many parts it is dealt at most.

    Raises:
        ContentError: A file is wrong.
        UsageError: A ref does not exist.
    """
    agenda = prepare(world, options)
    judged, budgeted = agenda.judged, agenda.budgeted
    benches, now = benches_of(agenda), SystemClock().now()
    with open_store(world) as store:
        first = ahead(agenda, lambda item: opening(agenda, item, benches[item.pair], store, now), store)
    led = attackers(agenda)
    return Plan(
        pairs=(
            *(item.report(judged=item in judged) for item in agenda.plans),
            *(budget.report(judged=budget in budgeted) for budget in agenda.budgets if budget.gates),
        ),
        judged=frozenset([*(item.pair for item in judged), *(item.pair for item in budgeted)]),
        notices=(*agenda.notices, *(led.notices(agenda) if led else ())),
        estimate=sum(first.values(), start=Estimate()),
        varying=sum(len(item.rows) for item in agenda.heard if benches[item.pair].noise),
        shards=tuple(str(Shard(number + 1, of)) for of in [max(1, min(shards, agenda.heaps))] for number in range(of)),
    )


def plan_lines(found: Plan) -> Iterator[str]:
    """Yield the plan for people: one line a pair with its digests, then the estimate."""
    for notice in found.notices:
        yield f"note  {notice}"
    width = max((len(f"{pair.suite} / {pair.prompt}") for pair in found.pairs), default=0)
    for pair in found.pairs:
        action = "judge" if Pair(pair.suite, pair.prompt) in found.judged else "skip"
        yield f"{action:5} {f'{pair.suite} / {pair.prompt}':{width}}  {pair.status:9}  {_proof(pair)}".rstrip()
    ahead = found.estimate
    cost = f"expected {show_usd(ahead.expected)}, at most {show_usd(ahead.worst)}"
    missing = f"; not counted: {', '.join(ahead.unpriced)}, without a price" if ahead.unpriced else ""
    yield f"calls {ahead.calls}, {cost}{missing}"
    if found.varying:
        more = f"{count(MORE * found.varying, 'run')} more, {MORE} a case"
        yield f"the answers to {count(found.varying, 'case')} vary: where that leaves a doubt, it buys up to {more}"


def _proof(pair: PairReport) -> str:
    if pair.status in {"unchanged", "all"}:
        return f"{short(pair.candidate_digest)} on both sides ({count(pair.cases, 'case')})"
    if pair.status == "changed":
        moved = [f"{cases} {word}" for word in ("added", "removed", "edited") if (cases := getattr(pair, word))]
        what = ", ".join([*pair.why, *moved])
        return f"{short(pair.base_digest)} -> {short(pair.candidate_digest)} ({count(pair.cases, 'case')}): {what}"
    return "; ".join(pair.why)
