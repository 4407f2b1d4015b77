"""Judging answers that are always the same: what differs, differs, and nothing is estimated."""

from collections.abc import Iterable, Sequence

from harness.core.judged import Judged
from harness.core.policy import Gate
from harness.core.score import CaseResult
from harness.core.verdict import Check, Comparison, Outcome, Rule
from harness.core.words import count
from harness.gate.bench import Bench

_ROUNDING = 1e-9


def paired(rows: Sequence[Judged], gate: Gate, bench: Bench) -> Iterable[Check]:
    """Judge a gate and its slices, first in today's form of the cases, then in the form that base knows."""
    for tag in ("", *gate.slices):
        here = [row for row in rows if not tag or tag in row.tags]
        today = [(row.base, row.candidate) for row in here]
        known = [(row.base, row.candidate) for row in here if row.change != "added"]
        found = [_compared(sides, gate, bench) for sides in (today, known)]
        seen = [comparison for comparison in found if comparison]
        if not seen:
            yield from _redefined(here, gate, tag, bench)
            if here or not tag:
                yield unmeasured(gate, tag, bench)
            continue
        check = _of_drop(max(seen, key=lambda item: item.drop), gate, tag, bench)
        yield check
        if check.outcome is Outcome.PASSED:
            yield from _redefined(here, gate, tag, bench) or untold(here, gate, tag, bench, _margin(gate, tag))


def unmeasured(gate: Gate, tag: str, bench: Bench) -> Check:
    """Return the check of a gate whose metric nobody measured on both trees."""
    where = f" in slice `{tag}`" if tag else ""
    what = f"`{gate.metric}` was measured on no case of both trees{where}"
    return bench.check(Outcome.INCONCLUSIVE, Rule.PAIRED, what, gate=gate.name, metric=gate.metric, slice=tag)


def _compared(
    sides: Iterable[tuple[CaseResult | None, CaseResult | None]], gate: Gate, bench: Bench
) -> Comparison | None:
    values = [
        (base.metrics[gate.metric], candidate.metrics[gate.metric])
        for base, candidate in sides
        if base and candidate and gate.metric in base.metrics and gate.metric in candidate.metrics
    ]
    return bench.compare([one for one, _ in values], [other for _, other in values]) if values else None


def _margin(gate: Gate, tag: str) -> float:
    return (gate.slice_margin or gate.margin) if tag else gate.margin


def _of_drop(seen: Comparison, gate: Gate, tag: str, bench: Bench) -> Check:
    margin = _margin(gate, tag)
    blocked = seen.drop >= margin - _ROUNDING
    outcome = Outcome.BLOCKED if blocked else Outcome.PASSED
    moved = f"{seen.base:.1%} -> {seen.candidate:.1%} on {count(seen.n, 'case')}, {seen.lost} lost and "
    moved += f"{seen.gained} gained"
    rule = "reaches" if blocked else "stays within"
    reason = f"{moved}: a net loss of {max(seen.drop, 0):.1%} {rule} the margin of {margin:.1%}"
    return bench.check(outcome, Rule.PAIRED, reason, **_numbers(seen, gate, tag))


def _numbers(seen: Comparison, gate: Gate, tag: str) -> dict[str, object]:
    return {
        "gate": gate.name,
        "metric": gate.metric,
        "slice": tag,
        "base": seen.base,
        "candidate": seen.candidate,
        "n": seen.n,
        "lost": seen.lost,
        "gained": seen.gained,
        "margin": _margin(gate, tag),
    }


def _known(rows: Sequence[Judged]) -> list[tuple[CaseResult | None, CaseResult | None]]:
    """Return both results of every case that base knows, in the form in which base knows it."""
    return [
        (row.old_base, row.old_candidate) if row.change == "edited" else (row.base, row.candidate)
        for row in rows
        if row.change != "added"
    ]


def untold(rows: Sequence[Judged], gate: Gate, tag: str, bench: Bench, margin: float) -> list[Check]:
    """Doubt a pass that would be none if the cases that only base can tell were lost.

    Otherwise a change could delete cases and render nothing for them, and lose them unseen.
    """
    told = [(base.metrics[gate.metric], other) for base, other in _known(rows) if base and gate.metric in base.metrics]
    if not told:
        return []
    moved = [(value, other.metrics.get(gate.metric) if other else None) for value, other in told]
    gone = sum(other is None for _, other in moved)
    worst = bench.compare([value for value, _ in moved], [other or 0.0 for _, other in moved])
    if not gone or worst.drop < margin - _ROUNDING:
        return []
    reason = f"{gone} of {worst.n} cases that base can tell cannot be told here: if they fail, that is a net loss of "
    reason += f"{worst.drop:.1%}, and the margin is {margin:.1%}"
    numbers = {**_numbers(worst, gate, tag), "margin": margin}
    return [bench.check(Outcome.INCONCLUSIVE, Rule.INCOMPARABLE, reason, **numbers)]


def _redefined(rows: Sequence[Judged], gate: Gate, tag: str, bench: Bench) -> list[Check]:
    """A loss that shows only in the base's form of edited cases is for people to decide."""
    if not any(row.change == "edited" for row in rows):
        return []
    seen = _compared(_known(rows), gate, bench)
    if seen and seen.drop >= _margin(gate, tag) - _ROUNDING:
        reason = (
            f"cases were redefined: in the form that base knows, {seen.base:.1%} -> {seen.candidate:.1%} "
            f"on {count(seen.n, 'case')}, {seen.lost} lost"
        )
        return [bench.check(Outcome.INCONCLUSIVE, Rule.REDEFINED, reason, **_numbers(seen, gate, tag))]
    return []


def absolute(rows: Sequence[Judged], gate: Gate, bench: Bench) -> Iterable[Check]:
    """Judge the candidate's own cases against the bound; one in which its metric could not be told counts as failed."""
    if gate.at_least is None:
        return
    results = [row.candidate for row in rows if row.own and gate.metric in row.measures]
    told = [result.metrics[gate.metric] for result in results if result and gate.metric in result.metrics]
    untold = len(results) - len(told)
    if not told:
        what = f"`{gate.metric}` was measured on no case"
        yield bench.check(Outcome.INCONCLUSIVE, Rule.ABSOLUTE, what, gate=gate.name, metric=gate.metric)
        return
    low = sum(told) / (len(told) + untold)
    high = (sum(told) + untold) / (len(told) + untold)
    outcome = Outcome.PASSED
    if low < gate.at_least - _ROUNDING:
        outcome = Outcome.BLOCKED if high < gate.at_least - _ROUNDING else Outcome.INCONCLUSIVE
    rule = "meets" if outcome is Outcome.PASSED else "misses"
    doubt = f", {untold} of which nobody can tell" if untold else ""
    reason = f"{low:.1%} on {count(len(told) + untold, 'case')}{doubt} {rule} the bound of {gate.at_least:.1%}"
    yield bench.check(
        outcome,
        Rule.ABSOLUTE,
        reason,
        gate=gate.name,
        metric=gate.metric,
        candidate=low,
        n=len(told) + untold,
        at_least=gate.at_least,
    )
