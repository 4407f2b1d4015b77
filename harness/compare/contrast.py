"""Contrasts: two groups on the same questions, and whether a gap is shown, ruled out, or neither."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import fmean
from typing import NamedTuple

from harness.compare.audit import benjamini_hochberg, holm, mcnemar
from harness.compare.clusters import Mean
from harness.compare.paired import ALPHA, clipped, enough_pairs, gap, least_gap, negligible, passes
from harness.compare.signs import sign_flip
from harness.core.fairness import Change, Conclusion, Contrast, PairOutcome

TOLERANCE = 0.08
"""The gap between two groups that is tolerated where nobody says otherwise."""
MCNEMAR, FLIPS = "McNemar, exact", "sign flips by template"

type Pairs = Sequence[PairOutcome]


def contrasts(pairs: Pairs, *, tolerance: float = TOLERANCE, seed: str = "") -> list[Contrast]:
    """Return every contrast of some pairs, in the order of their slots, outcomes and groups.

    A gap is found where its p-value, adjusted for the contrasts of the same slot and outcome, is at most 0.05 and its
    interval lies beyond what is tolerated. It is ruled out where two one-sided tests rule it out. Anything else is
    undecided.

    Args:
        pairs: Of different groups, of which A is the first by name.
        tolerance: As a share, above 0.
        seed: See `sign_flip`.
    """
    found: list[Contrast] = []
    for _, family in by(pairs, lambda one: (one.slot, one.outcome)):
        own = [pair for _, pair in by(family, lambda one: (one.group_a, one.group_b))]
        tested = [_tested(pair, seed) for pair in own]
        adjusted = holm({str(place): one.p for place, one in enumerate(tested)})
        found += [
            _contrast(pair, test._replace(adjusted=adjusted[str(place)], family=len(own)), tolerance, seed)
            for place, (pair, test) in enumerate(zip(own, tested, strict=True))
        ]
    hints = benjamini_hochberg({str(place): one.p for place, one in enumerate(found)})
    return [replace(one, exploratory=hints[str(place)]) for place, one in enumerate(found)]


def by[K: tuple[str, ...]](pairs: Iterable[PairOutcome], key: Callable[[PairOutcome], K]) -> list[tuple[K, Pairs]]:
    """Return pairs by what they have in common, in its order."""
    return [(name, [*own]) for name, own in groupby(sorted(pairs, key=lambda one: (key(one), one.case)), key)]


class _Test(NamedTuple):
    """The test of no difference, among the contrasts of its slot and outcome."""

    p: float
    name: str
    adjusted: float = 1.0
    family: int = 1
    """How many of them there are."""


def _tested(pairs: Pairs, seed: str) -> _Test:
    """Return the test of no difference: McNemar's where each template has one pair that passes or fails."""
    moved = [(one.template, one.a - one.b) for one in pairs]
    values = [value for _, value in moved]
    if passes(values) and len({template for template, _ in moved}) == len(moved):
        return _Test(mcnemar(values.count(-1.0), values.count(1.0)), MCNEMAR)
    return _Test(sign_flip(moved, _named(pairs, seed)), FLIPS)


def _named(pairs: Pairs, seed: str) -> str:
    first = pairs[0]
    return f"{seed}/{first.slot}/{first.outcome}/{first.group_a}/{first.group_b}"


def _contrast(pairs: Pairs, test: _Test, tolerance: float, seed: str) -> Contrast:
    first = pairs[0]
    moved = [(one.template, one.a - one.b) for one in pairs]
    mean = gap(moved)
    low, high = clipped(mean)
    ruled_out = negligible(mean, tolerance)
    return Contrast(
        slot=first.slot,
        outcome=first.outcome,
        group_a=first.group_a,
        group_b=first.group_b,
        n=len(pairs),
        templates=mean.freedom + 1,
        rate_a=fmean(one.a for one in pairs),
        rate_b=fmean(one.b for one in pairs),
        difference=fmean(value for _, value in moved),
        low=low,
        high=high,
        p=test.p,
        test=test.name,
        adjusted=test.adjusted,
        exploratory=1.0,
        negligible=ruled_out,
        detectable=_detectable(mean, moved, tolerance, test.family),
        enough=enough_pairs(mean, len(pairs), margin=tolerance),
        flips=sum(one.a != one.b for one in pairs),
        conclusion=_conclusion(test.adjusted, max(low, -high) > tolerance, ruled_out),
        change=_change(pairs, _named(pairs, seed)),
    )


def _conclusion(adjusted: float, beyond: bool, ruled_out: float) -> Conclusion:  # noqa: FBT001 (three facts of one contrast)
    if adjusted <= ALPHA and beyond:
        return Conclusion.GAP
    return Conclusion.EQUIVALENT if ruled_out <= ALPHA else Conclusion.UNDECIDED


def _detectable(mean: Mean, moved: Sequence[tuple[str, float]], tolerance: float, family: int) -> float | None:
    """Return the smallest gap that is found four times of five, in pairs otherwise like these.

    It has to be told from none among all contrasts of the family, and from one that is tolerated.
    """
    alpha = ALPHA / family
    if 0.5**mean.freedom > alpha:
        return None
    pairs = len(moved) if passes(value for _, value in moved) else 0
    least = max(least_gap(mean, pairs, alpha=alpha), least_gap(mean, pairs, beyond=tolerance))
    return least if least <= 1 else None


def _change(pairs: Pairs, seed: str) -> Change | None:
    """Return how the gap moved against base, or None where base answered nothing."""
    gaps = [
        (one.template, one.a - one.b, one.base_a - one.base_b)
        for one in pairs
        if one.base_a is not None and one.base_b is not None
    ]
    if not gaps:
        return None
    moved = [(template, now - before) for template, now, before in gaps]
    low, high = clipped(gap(moved), 2.0)
    before = fmean(before for _, _, before in gaps)
    return Change(len(gaps), before, fmean(one for _, one in moved), low, high, sign_flip(moved, f"{seed}/change"))
