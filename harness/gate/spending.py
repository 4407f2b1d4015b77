"""Judging what requests cost and take: the growth against base, and the candidate against a bound."""

from collections.abc import Mapping

from harness.core.money import MICRO, show_rate
from harness.core.policy import Gate, Spent
from harness.core.runs import Step
from harness.core.spending import Asked, Growth, Level
from harness.core.verdict import Check, Outcome, Rule
from harness.core.words import count
from harness.gate.bench import Bench

LATENCY_LIMIT = 2.0
"""Seconds that 95 % of the requests may take where a gate of the latency has no `at_most`."""
_OUTCOME = {Step.BLOCK: Outcome.BLOCKED, Step.PASS: Outcome.PASSED, Step.MORE: Outcome.INCONCLUSIVE}


def judge_spending(asked: Mapping[str, Asked], bench: Bench) -> list[Check]:
    """Return the checks of a pair of the suite `budget`.

    Args:
        asked: By gate, what the samples answer to it.
        bench: What the pair is judged by.
    """
    checks: list[Check] = []
    for gate in bench.gates:
        seen = asked[gate.name]
        if seen.missing:
            checks.append(_check(bench, gate, Outcome.INCONCLUSIVE, seen.missing))
        if seen.growth:
            checks.append(_grown(seen, seen.growth, gate, bench))
        if seen.level:
            checks.append(_bounded(seen, seen.level, gate, bench))
    if not checks and not any(seen.advisory for seen in asked.values()):
        what = "its gates have no `at_most`, so nothing judges it without a base"
        checks.append(bench.check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, what))
    return checks


def bound_of(gate: Gate) -> float | None:
    """Return the bound of a gate of the budget; a latency has one of itself."""
    return LATENCY_LIMIT if gate.at_most is None and gate.metric == Spent.LATENCY else gate.at_most


def _grown(seen: Asked, growth: Growth, gate: Gate, bench: Bench) -> Check:
    outcome = _OUTCOME[growth.step]
    change = f"{growth.value:+.1%}"
    if growth.low < growth.high:
        change += f", 95% CI {growth.low:+.1%} to {growth.high:+.1%}"
    number = count(growth.cases, "call" if gate.metric == Spent.LATENCY else "case")
    moved = f"{_number(growth.base, gate)} -> {_told(growth.candidate, gate)} ({change}) on {number}"
    margin = f"the margin of {gate.margin:.1%}"
    reason = {
        Step.BLOCK: f"{moved}: the growth reaches {margin}",
        Step.PASS: f"{moved}: it stays within {margin}",
        Step.MORE: f"{moved}: a growth by {margin} is neither shown nor ruled out",
    }[growth.step]
    if seen.runaways and outcome is Outcome.PASSED:
        outcome = Outcome.INCONCLUSIVE
        calls = count(seen.runaways, "call")
        reason = f"{moved}, but {calls} took more than five times what the case ever took on base: read the answers"
    outcome, reason = _proven(outcome, reason, seen, bench)
    numbers = {"base": growth.base, "candidate": growth.candidate, "n": growth.cases, "margin": gate.margin}
    return _check(bench, gate, outcome, reason, **numbers, **_interval(growth))


def _bounded(seen: Asked, level: Level, gate: Gate, bench: Bench) -> Check:
    at_most = bound_of(gate) or 0.0
    outcome = _OUTCOME[level.step]
    told = _told(level.value, gate)
    if level.low < level.high:
        told += f" (95% CI {_number(max(level.low, 0.0), gate)} to {_number(level.high, gate)})"
    told += f" on {count(level.n, 'call' if gate.metric == Spent.LATENCY else 'case')}"
    bound = f"the bound of {_number(at_most, gate)}"
    reason = {
        Step.BLOCK: f"{told} exceeds {bound}",
        Step.PASS: f"{told} keeps to {bound}",
        Step.MORE: f"{told}: whether it keeps to {bound} is not shown",
    }[level.step]
    known = seen.base is not None and seen.base > at_most and not bench.absolute
    if known and outcome is not Outcome.PASSED:
        outcome, reason = Outcome.PASSED, f"{told} is above {bound}, and so is base with {_number(seen.base, gate)}"
    outcome, reason = _proven(outcome, reason, seen, bench)
    numbers = {"candidate": level.value, "n": level.n, "at_most": at_most}
    return _check(bench, gate, outcome, reason, **numbers, **_interval(level))


def _proven(outcome: Outcome, reason: str, seen: Asked, bench: Bench) -> tuple[Outcome, str]:
    return (outcome, reason) if seen.exact else bench.proven(outcome, reason)


def _interval(seen: Growth | Level) -> dict[str, float]:
    return {"low": seen.low, "high": seen.high} if seen.low < seen.high else {}


def _check(bench: Bench, gate: Gate, outcome: Outcome, reason: str, **numbers: object) -> Check:
    return bench.check(outcome, Rule.SPENDING, reason, gate=gate.name, metric=gate.metric, **numbers)


def _told(value: float, gate: Gate) -> str:
    """Return a figure with its unit."""
    unit = {
        Spent.COST: "per 1,000 requests",
        Spent.INPUT: "input tokens a request",
        Spent.OUTPUT: "output tokens a request",
        Spent.LATENCY: "for 95 % of the requests",
    }[Spent(gate.metric)]
    return f"{_number(value, gate)} {unit}"


def _number(value: float | None, gate: Gate) -> str:
    amount = value or 0.0
    if gate.metric == Spent.COST:
        return show_rate(amount * MICRO)
    return f"{amount:.2f} s" if gate.metric == Spent.LATENCY else f"{amount:,.1f}"
