"""Judging one pair: the deterministic rules, each a function from rows to checks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from harness.core.judged import Judged
from harness.core.pair import Pair
from harness.core.policy import Gate, SuitePolicy
from harness.core.score import CaseResult
from harness.core.verdict import Check, Comparison, Outcome, Rule
from harness.core.words import count, named

type Compare = Callable[[Sequence[float], Sequence[float]], Comparison]
type Values = tuple[list[float], list[float]]

_ROUNDING = 1e-9
_REASON = 100
"""Characters of why a case cannot be compared that a check's sentence holds."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a pair is judged by."""

    pair: Pair
    gates: Sequence[Gate]
    limits: SuitePolicy
    compare: Compare
    paired: bool
    """Whether there is a base to compare with."""
    absolute: bool
    """Whether absolute bounds are judged."""
    noisy: bool = False
    """Whether equal requests may get unequal answers, so that one run a side decides nothing."""

    def check(self, outcome: Outcome, rule: Rule, reason: str, **more: object) -> Check:
        """Return a check of this pair."""
        return Check(outcome, rule, self.pair.suite, self.pair.prompt, reason, **more)  # type: ignore[arg-type]  # named fields


def judge(rows: Sequence[Judged], bench: Bench) -> list[Check]:
    """Return the checks of one pair; a pair that nothing judges gets one that says so."""
    if not bench.gates:
        hint = "no gate of the policy judges it: add one under `gates:` (it counts once merged)"
        return [bench.check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, hint)]
    if bench.noisy:
        what = "its pin is not deterministic, and one run a side decides nothing"
        return [bench.check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, what)]
    checks: list[Check] = []
    if bench.paired:
        for gate in bench.gates:
            checks += _paired(rows, gate, bench)
        checks += _incomparable(rows, bench)
    if bench.absolute:
        for gate in bench.gates:
            checks += _absolute(rows, gate, bench)
    checks += _critical(rows, bench)
    if not checks:
        what = "its gates have no `at_least`, so nothing judges it without a base"
        checks.append(bench.check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, what))
    return checks


def _paired(rows: Sequence[Judged], gate: Gate, bench: Bench) -> Iterable[Check]:
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
                yield _unmeasured(gate, tag, bench)
            continue
        check = _of_drop(max(seen, key=lambda item: item.drop), gate, tag, bench)
        yield check
        if check.outcome is Outcome.PASSED:
            yield from _redefined(here, gate, tag, bench) or _untold(here, gate, tag, bench)


def _unmeasured(gate: Gate, tag: str, bench: Bench) -> Check:
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


def _of_drop(seen: Comparison, gate: Gate, tag: str, bench: Bench) -> Check:
    blocked = seen.drop >= gate.margin - _ROUNDING
    outcome = Outcome.BLOCKED if blocked else Outcome.PASSED
    moved = f"{seen.base:.1%} -> {seen.candidate:.1%} on {count(seen.n, 'case')}, {seen.lost} lost and "
    moved += f"{seen.gained} gained"
    rule = "reaches" if blocked else "stays within"
    reason = f"{moved}: a net loss of {max(seen.drop, 0):.1%} {rule} the margin of {gate.margin:.1%}"
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
        "margin": gate.margin,
    }


def _known(rows: Sequence[Judged]) -> list[tuple[CaseResult | None, CaseResult | None]]:
    """Return both results of every case that base knows, in the form in which base knows it."""
    return [
        (row.old_base, row.old_candidate) if row.change == "edited" else (row.base, row.candidate)
        for row in rows
        if row.change != "added"
    ]


def _untold(rows: Sequence[Judged], gate: Gate, tag: str, bench: Bench) -> list[Check]:
    """Doubt a pass that would be none if the cases that only base can tell were lost.

    Otherwise a change could delete cases and render nothing for them, and lose them unseen.
    """
    told = [(base.metrics[gate.metric], other) for base, other in _known(rows) if base and gate.metric in base.metrics]
    if not told:
        return []
    moved = [(value, other.metrics.get(gate.metric) if other else None) for value, other in told]
    gone = sum(other is None for _, other in moved)
    worst = bench.compare([value for value, _ in moved], [other or 0.0 for _, other in moved])
    if not gone or worst.drop < gate.margin - _ROUNDING:
        return []
    reason = f"{gone} of {worst.n} cases that base can tell cannot be told here: if they fail, that is a net loss of "
    reason += f"{worst.drop:.1%}, and the margin is {gate.margin:.1%}"
    return [bench.check(Outcome.INCONCLUSIVE, Rule.INCOMPARABLE, reason, **_numbers(worst, gate, tag))]


def _redefined(rows: Sequence[Judged], gate: Gate, tag: str, bench: Bench) -> list[Check]:
    """A loss that shows only in the base's form of edited cases is for people to decide."""
    if not any(row.change == "edited" for row in rows):
        return []
    seen = _compared(_known(rows), gate, bench)
    if seen and seen.drop >= gate.margin - _ROUNDING:
        reason = (
            f"cases were redefined: in the form that base knows, {seen.base:.1%} -> {seen.candidate:.1%} "
            f"on {count(seen.n, 'case')}, {seen.lost} lost"
        )
        return [bench.check(Outcome.INCONCLUSIVE, Rule.REDEFINED, reason, **_numbers(seen, gate, tag))]
    return []


def _unmatched(row: Judged) -> str:
    """Return why a case lacks a result that a comparison would need, or nothing."""
    needed = [("candidate", row.candidate), ("base", row.base)]
    if row.change == "edited":
        needed += [("candidate", row.old_candidate), ("base", row.old_base)]
    for tree, result in needed:
        if result is None:
            return f"{tree} cannot render it"
        if result.passed is None:
            return f"{tree}: {result.problem[:_REASON]}"
    return ""


def _incomparable(rows: Sequence[Judged], bench: Bench) -> Iterable[Check]:
    found = [f"{row.case} ({why})" for row in rows if (why := _unmatched(row))]
    limit = bench.limits.max_incomparable
    if len(found) > limit * len(rows):
        reason = f"{len(found)} of {count(len(rows), 'case')} cannot be compared, more than the {limit:.0%} that policy"
        reason += f" allows: {named(found)}"
        yield bench.check(Outcome.INCONCLUSIVE, Rule.INCOMPARABLE, reason, n=len(rows), lost=len(found))


def _absolute(rows: Sequence[Judged], gate: Gate, bench: Bench) -> Iterable[Check]:
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


def _critical(rows: Sequence[Judged], bench: Bench) -> Iterable[Check]:
    """Critical cases must pass, unless base fails them too; an added one has no base to hide behind."""
    found: dict[str, list[str]] = {"broken": [], "redefined": [], "known": [], "unclear": [], "fine": []}
    for row in rows:
        if row.critical:
            found[_state(row, paired=bench.paired)].append(row.case)
    total = sum(len(cases) for cases in found.values())
    if not total:
        return
    if found["broken"]:
        outcome, reason = Outcome.BLOCKED, f"must pass and fails: {named(found['broken'])}"
    elif found["unclear"]:
        outcome, reason = Outcome.INCONCLUSIVE, f"must pass and cannot be judged: {named(found['unclear'])}"
    elif found["redefined"]:
        outcome = Outcome.INCONCLUSIVE
        reason = f"cases were redefined: fails in the form that base knows: {named(found['redefined'])}"
    elif found["known"]:
        outcome, reason = Outcome.PASSED, "no critical case fails that base passes"
    else:
        outcome, reason = Outcome.PASSED, f"all {total} critical cases pass"
        if total == 1:
            reason = "the critical case passes"
    if found["known"]:
        reason += f"; base fails too: {named(found['known'])}"
    yield bench.check(outcome, Rule.CRITICAL, reason, n=total, lost=len(found["broken"]))


def _state(row: Judged, *, paired: bool) -> str:
    """Return what a critical case came to."""
    fails = row.candidate is not None and row.candidate.passed is False
    base_passes = row.base is not None and row.base.passed is True
    if fails and (base_passes or row.change == "added" or not paired):
        return "broken"
    if row.old_base and row.old_base.passed and not (row.old_candidate and row.old_candidate.passed):
        return "redefined"
    if fails:
        return "known"
    return "unclear" if row.candidate is None or row.candidate.passed is None else "fine"
