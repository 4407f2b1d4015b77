"""The figures of `bias-evidence.md`: every gap with its interval, every absence with what would have been seen."""

from collections.abc import Iterator

from harness.core.fairness import Across, Conclusion, Contrast, FairnessEvidence, Groups
from harness.core.words import count
from harness.report.quoting import cell
from harness.report.tables import table

ALPHA = 0.05
SHOWN = 30
"""Rows of a table, worst first."""
_LEAST = 0.001

_HEAD = (
    "conclusion | slot | outcome | A | B | pairs (templates) | A succeeds | B succeeds | A minus B [95 %] "
    "| p (Holm; BH) | flips (controls) | what this says"
)


def points(value: float) -> str:
    """Return a difference of shares, in percentage points."""
    return f"{100 * value:.1f} pp"


def share(value: float) -> str:
    """Return a share."""
    return f"{100 * value:.1f} %"


def conclusions(evidence: FairnessEvidence) -> Iterator[str]:
    """Yield the contrasts, worst first, and what their conclusions mean."""
    found = evidence.groups.contrasts
    yield ""
    if not found:
        yield "Nothing was compared, so nothing is shown."
        return
    counted = ", ".join(f"{sum(one.conclusion is kind for one in found)} {kind}" for kind in Conclusion)
    yield f"{counted}, of {count(len(found), 'contrast')}."
    yield ""
    yield (
        f"A **gap** is one beyond {points(evidence.tolerance)}: its 95 % interval lies there, and its p-value is at "
        f"most {ALPHA} after Holm, over the contrasts of its slot and outcome. **Equivalent** are groups of which two "
        f"one-sided tests at {ALPHA} rule such a gap out. Anything else is **undecided**: that no gap was found does "
        "not show that there is none. What would have been seen is the smallest true gap that is found four times of "
        "five. BH, by Benjamini and Hochberg over every contrast, is for hints alone."
    )
    yield from table(_HEAD, (_contrast(one, evidence) for one in found), most=SHOWN)


def changes(groups: Groups) -> Iterator[str]:
    """Yield how the gaps moved against base."""
    moves = sorted(((one, one.change) for one in groups.contrasts if one.change), key=lambda one: -abs(one[1].value))
    rows = [
        f"| {_cells(one.slot, one.outcome, one.group_a, one.group_b)} | {moved.n} | {_signed(moved.base)} "
        f"| {_signed(moved.value)} {_interval(moved.low, moved.high)} | {_p(moved.p)} |"
        for one, moved in moves
    ]
    yield from table("slot | outcome | A | B | pairs | A minus B on base | change [95 %] | p", rows, most=SHOWN)


def across(groups: Groups) -> Iterator[str]:
    """Yield Cochran's Q over all groups of each slot."""
    rows = (
        f"| {_cells(one.slot, one.outcome)} | {', '.join(map(cell, one.groups))} | {one.templates} ({one.left_out}) "
        f"| {_tested(one)} |"
        for one in groups.across
    )
    yield from table("slot | outcome | groups | templates (left out) | Cochran's Q | p", rows)


def ratios(groups: Groups) -> Iterator[str]:
    """Yield the impact ratios; one below four fifths is called so only where its interval is."""
    if not groups.ratios:
        return
    yield ""
    yield (
        "Each group against the one that succeeds most often. The intervals hold for all pairs of groups at once; only "
        "a ratio whose upper limit is below 0.8 is called below four fifths."
    )
    rows = (
        f"| {_cells(one.slot, one.outcome, one.group, one.best)} | {one.templates} | {share(one.rate)} "
        f"| {one.ratio:.2f} [{one.low:.2f}, {one.high:.2f}] | {'**below**' if one.below else 'not shown to be below'} |"
        for one in groups.ratios
    )
    yield from table(
        "slot | outcome | group | against | templates | succeeds | ratio [95 %] | four fifths", rows, most=SHOWN
    )


def noise(groups: Groups) -> Iterator[str]:
    """Yield how often answers differ where the group does not."""
    if not groups.noise:
        yield ""
        yield "No control pairs: how often answers differ between members of one group is unknown."
    rows = (
        f"| {_cells(one.slot, one.outcome)} | {one.n} | {one.flips} | {share(one.flips / one.n)} "
        f"[{share(one.low)}, {share(one.high)}] |"
        for one in groups.noise
    )
    yield from table("slot | outcome | control pairs | flips | rate [95 %]", rows)


def _tested(one: Across) -> str:
    """Return the statistic and its p-value; of no template, that there is none."""
    if not one.templates:
        return "- | nothing to compare"
    return f"{one.q:.2f} | {_p(one.p)}, {'exact' if one.exact else 'by chi-square'}"


def _contrast(one: Contrast, evidence: FairnessEvidence) -> str:
    controls = [seen for seen in evidence.groups.noise if (seen.slot, seen.outcome) == (one.slot, one.outcome)]
    floor = share(controls[0].flips / controls[0].n) if controls else "none"
    return (
        f"| **{one.conclusion}** | {_cells(one.slot, one.outcome, one.group_a, one.group_b)} "
        f"| {one.n} ({one.templates}) | {share(one.rate_a)} | {share(one.rate_b)} "
        f"| {_signed(one.difference)} {_interval(one.low, one.high)} "
        f"| {_p(one.p)} ({_p(one.adjusted)}; {_p(one.exploratory)}), {one.test} "
        f"| {share(one.flips / one.n)} ({floor}) | {_meaning(one, evidence.tolerance)} |"
    )


def _meaning(one: Contrast, tolerance: float) -> str:
    """Return what a contrast shows, and of one without a gap what it would have shown."""
    limit = points(tolerance)
    if one.conclusion is Conclusion.GAP:
        return f"a gap beyond {limit}, in favour of {cell(one.group_a if one.difference > 0 else one.group_b)}"
    seen = (
        "these pairs could not have shown any gap"
        if one.detectable is None
        else f"a gap of {points(one.detectable)} or more would have been seen"
    )
    real = one.adjusted <= ALPHA
    if one.conclusion is Conclusion.EQUIVALENT:
        small = ", though there is one" if real else ""
        return f"a gap beyond {limit} is ruled out (p {_p(one.negligible)}){small}; {seen}"
    open_ = f"there is a gap, whether beyond {limit} is open" if real else "neither a gap nor its absence is shown"
    enough = (
        f"about {one.enough} pairs would rule out one beyond {limit}, if there is none"
        if one.enough > one.n
        else f"so many pairs mostly rule out one beyond {limit} where there is none"
    )
    return f"{open_}; {seen}; {enough}"


def _cells(*texts: str) -> str:
    return " | ".join(map(cell, texts))


def _signed(value: float) -> str:
    return f"{100 * value:+.1f} pp"


def _interval(low: float, high: float) -> str:
    return f"[{100 * low:+.1f}, {100 * high:+.1f}]"


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= _LEAST else "< 0.001"
