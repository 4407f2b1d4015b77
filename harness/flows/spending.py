"""Spending: the budget's figures and checks, from the samples that other suites have asked for; none is asked here."""

from collections.abc import Callable, Iterator, Sequence
from math import floor
from statistics import fmean
from typing import NamedTuple

from harness.compare.consistency import across, within
from harness.compare.costs import runaways
from harness.compare.spending import bounded, grown, lagging, late, quantile
from harness.core.money import MICRO, show_usd
from harness.core.policy import Gate, Reading, Spent
from harness.core.pricing import USUAL_ANSWER
from harness.core.spending import ALERTS, Asked, Call, Called, Consistency, Spending, Usage
from harness.core.verdict import Check
from harness.flows.agenda import Agenda
from harness.flows.benches import Benches
from harness.flows.budgets import BudgetPlan
from harness.flows.calls import calls_of
from harness.flows.hearing import fresh_name
from harness.flows.pairing import PairPlan
from harness.flows.rows import AGAIN
from harness.flows.sections import sections
from harness.gate.bench import Bench
from harness.gate.spending import bound_of, judge_spending
from harness.ports import Store

_PER_1000 = MICRO // 1000
"""What divides micro-USD of a request for USD of 1,000 of them."""
_VALUE: dict[Spent, Callable[[Call], float]] = {
    Spent.COST: lambda call: (call.cost or 0.0) / _PER_1000,
    Spent.INPUT: lambda call: call.input_tokens,
    Spent.OUTPUT: lambda call: call.output_tokens,
    Spent.LATENCY: lambda call: call.seconds,
}


class Spendings(NamedTuple):
    """What the budget has to say."""

    checks: tuple[Check, ...] = ()
    figures: tuple[Spending, ...] = ()
    notices: tuple[str, ...] = ()


class _Samples(NamedTuple):
    """The samples of one prompt."""

    calls: Sequence[Called]
    fresh: Sequence[Called]
    """Those that both trees gave side by side."""
    paired: bool
    exact: bool
    """Whether answers are always the same."""

    @property
    def both(self) -> list[Called]:
        """The cases that count: answered on both trees, where there are two."""
        return [one for one in self.calls if one.candidate and (one.base or not self.paired)]


def spend(agenda: Agenda, benches: Benches, finished: Sequence[PairPlan], store: Store) -> Spendings:
    """Return what the judged prompts cost and take, and the checks of the gates of the suite `budget`.

    Args:
        agenda: What is judged.
        benches: By what each pair is judged.
        finished: The pairs that were heard to their end.
        store: Where their answers are.
    """
    reading = agenda.court.policy.reading
    if reading is None:
        return Spendings()
    checks: list[Check] = []
    figures: list[Spending] = []
    notices: list[str] = []
    for budget in agenda.budgets:
        if not budget.reads or any(plan not in finished for plan in budget.reads):
            continue
        samples = _samples(agenda, benches, budget, store)
        if bench := benches.get(budget.pair):
            asked = {gate.name: _asked(samples, gate, bench) for gate in bench.gates}
            checks += judge_spending(asked, bench)
            notices += [f"{budget.pair}: {one.advisory}" for one in asked.values() if one.advisory]
        if samples.both:
            figures.append(_figures(agenda, budget, samples, reading))
    return Spendings(tuple(checks), tuple(figures), tuple(notices))


def _samples(agenda: Agenda, benches: Benches, budget: BudgetPlan, store: Store) -> _Samples:
    calls: list[Called] = []
    fresh: list[Called] = []
    exact = True
    for plan in budget.reads:
        bench = benches[plan.pair]
        calls += calls_of(agenda, plan.pair, plan.rows, store)
        if any((row.runs or {}).get(place) for row in plan.rows for place in AGAIN):
            fresh += calls_of(agenda, plan.pair, plan.rows, store, fresh=fresh_name(plan, bench))
        exact = exact and bench.noise is None
    return _Samples(calls, fresh, budget.status in {"changed", "unchanged"}, exact)


def _asked(samples: _Samples, gate: Gate, bench: Bench) -> Asked:
    """Return what the samples answer to a gate."""
    metric, alpha = Spent(gate.metric), bench.noise.alpha[gate.name][0] if bench.noise else 0.0
    if not samples.both:
        return Asked(missing=f"`{metric}` was measured on no case{' of both trees' if bench.paired else ''}")
    if bench.noise and bench.noise.chosen:
        return Asked(missing="cases that were chosen since they failed tell nothing of what the others take")
    if metric is Spent.LATENCY:
        return _latency(samples, gate, bench, alpha)
    if metric is Spent.COST and any(call.cost is None for one in samples.both for call in (*one.base, *one.candidate)):
        return Asked(missing="what it costs is unknown: say the `price` of the pin in params.yaml")
    values = [_valued(one, _VALUE[metric]) for one in samples.both]
    exact, bound = samples.exact or metric is Spent.INPUT, bound_of(gate)
    return Asked(
        growth=grown(values, margin=gate.margin, alpha=alpha, exact=exact) if bench.paired else None,
        level=bounded([mine for _, mine in values], bound, alpha=alpha, exact=exact) if bound is not None else None,
        base=fmean(fmean(theirs) for theirs, _ in values) if bench.paired else None,
        runaways=0 if exact else _runaways(samples.both),
        exact=exact,
    )


def _latency(samples: _Samples, gate: Gate, bench: Bench, alpha: float) -> Asked:
    """Return what calls side by side answer to a gate of the latency; others judge nothing."""
    base, candidate = _seconds(samples.fresh)
    if not candidate or (bench.paired and not base):
        _, shown = _seconds(samples.both)
        told = f"95 % of the answers took {quantile(shown, 0.95):.2f} s at most"
        return Asked(advisory=f"gate `{gate.name}` judges nothing: {told}, but both trees were not asked side by side")
    return Asked(
        growth=lagging(base, candidate, margin=gate.margin, alpha=alpha) if bench.paired else None,
        level=late(candidate, bound_of(gate) or 0.0, alpha=alpha),
        base=quantile(base, 0.95) if bench.paired else None,
        exact=False,
    )


def _seconds(calls: Sequence[Called]) -> tuple[list[float], list[float]]:
    """Return how long each call took, on base and on the candidate."""
    return [call.seconds for one in calls for call in one.base], [
        call.seconds for one in calls for call in one.candidate
    ]


def _valued(one: Called, value: Callable[[Call], float]) -> tuple[list[float], list[float]]:
    return [*map(value, one.base)], [*map(value, one.candidate)]


def _runaways(calls: Sequence[Called]) -> int:
    """Return how many answers are many times longer than base's ever were, and long enough to matter."""
    base = [[call.output_tokens for call in one.base] for one in calls]
    mine = [[call.output_tokens for call in one.candidate if call.output_tokens > USUAL_ANSWER] for one in calls]
    return runaways(base, mine)[0]


def _figures(agenda: Agenda, budget: BudgetPlan, samples: _Samples, reading: Reading) -> Spending:
    prompt, court = budget.pair.prompt, agenda.court
    base = usage_of([one.base for one in samples.both]) if samples.paired else None
    candidate = usage_of([one.candidate for one in samples.both])
    tokens = (base.input_tokens if base else 0.0, candidate.input_tokens)
    requests = reading.monthly_requests.get(court.name_of(prompt), 0)
    monthly = None if candidate.per_1000 is None or not requests else candidate.per_1000 * requests // 1000
    price = agenda.price(court.candidate.asking(prompt).pin)
    rows = [row for plan in budget.reads for row in plan.rows]
    return Spending(
        prompt=prompt,
        base=base,
        candidate=candidate,
        sections=sections(budget.pair, rows, (court.base if samples.paired else None, court.candidate), tokens),
        monthly_requests=requests,
        monthly=monthly,
        monthly_limit=reading.monthly,
        alert=_level(monthly, reading.monthly),
        turns=reading.turns,
        per_conversation=None if candidate.per_1000 is None else round(candidate.per_1000 * reading.turns / 1000, 3),
        notional=bool(price and price.notional),
        counted=all(call.metered for one in samples.both for call in (*one.base, *one.candidate)),
        fresh=all(_seconds(samples.fresh)),
        consistency=_consistency(samples),
    )


def usage_of(cases: Sequence[Sequence[Call]]) -> Usage:
    """Return what a request takes on the average over cases, each of which was answered."""
    every = [call for calls in cases for call in calls]
    costs = [fmean(call.cost or 0.0 for call in calls) for calls in cases]
    unknown = any(call.cost is None for call in every)
    seconds = [call.seconds for call in every]
    return Usage(
        requests=len(every),
        input_tokens=round(fmean(fmean(call.input_tokens for call in calls) for calls in cases), 1),
        output_tokens=round(fmean(fmean(call.output_tokens for call in calls) for calls in cases), 1),
        per_1000=None if unknown else floor(1000 * fmean(costs) + 0.5),
        p50=round(quantile(seconds, 0.5), 3),
        p95=round(quantile(seconds, 0.95), 3),
    )


def _consistency(samples: _Samples) -> Consistency:
    calls = samples.both
    said = [([call.said for call in one.base], [call.said for call in one.candidate]) for one in calls]
    came = [([call.passed for call in one.base], [call.passed for call in one.candidate]) for one in calls]
    return Consistency(
        answers=across(said),
        results=across(came),
        repeated_answers=within([mine for _, mine in said]),
        repeated_results=within([mine for _, mine in came]),
    )


def _level(amount: int | None, limit: int | None) -> int:
    """Return the largest share of a limit, of those that are told, that an amount reaches."""
    if not amount or limit is None:
        return 0
    return next((share for share in ALERTS if amount * 100 >= limit * share), 0)


def alerts(figures: Sequence[Spending]) -> Iterator[str]:
    """Yield a notice where the judged prompts together come near to what a month may cost."""
    monthly = sum(one.monthly or 0 for one in figures)
    limit = next((one.monthly_limit for one in figures), None)
    if share := _level(monthly, limit):
        reached = "all" if share == ALERTS[0] else f"{share} %"
        told = f"a month of the judged prompts is projected to cost {show_usd(monthly)}"
        yield f"{told}: that reaches {reached} of `monthly_usd` ({show_usd(limit or 0)})"
