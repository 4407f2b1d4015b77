"""The paired difference of a metric between two trees, with a standard error that knows how each case flickers."""

from collections.abc import Sequence
from math import fsum, sqrt

from harness.core.runs import Difference, Matched

COIN = 0.25
"""The variance of a coin flip: what one case may hide that has never flickered so far."""
SURE = 1e-6
"""The least error: of what never varies on either tree there is none, and no ratio could be told."""


def difference(
    pairs: Sequence[Matched],
    *,
    spread: float = 1.0,
    generalise: bool = False,
    exact: tuple[bool, bool] = (False, False),
) -> Difference | None:
    """Return how a metric moved, or None when no case ran on both trees.

    The variance of a case is pooled over both trees' runs, which it may be where they do not differ: the statistic's
    square is that of Cochran, Mantel and Haenszel. A case that ran on one tree alone is left out, and is no failure.

    Args:
        pairs: The cases; their weights are scaled to a sum of 1 over those that ran on both. Where all are alike,
            there is no difference to speak of.
        spread: The width of the range of scores.
        generalise: Whether the claim is about cases like these rather than these; the error then holds the variance
            between cases too.
        exact: Whether base, and the candidate, always answers alike: one run is then all of it, without an error of
            its own, and the other tree's runs alone tell how a case varies. Of a case with one run nobody knows, and
            the most is taken that the mean leaves possible.

    Source:
        Mantel and Haenszel (1959), J. Natl. Cancer Inst. 22; Miller (2024), arXiv 2411.00640, for `generalise`.
    """
    ran = [pair for pair in pairs if pair.base.n and pair.candidate.n]
    whole = fsum(pair.weight for pair in ran)
    moving = sum(not pair.alike for pair in ran)
    if not moving or not whole:
        return None
    base = fsum(pair.weight * pair.base.mean for pair in ran) / whole
    candidate = fsum(pair.weight * pair.candidate.mean for pair in ran) / whole
    most = max(0.0, candidate * (spread - candidate) if exact[0] else base * (spread - base))
    known = unseen = 0.0
    for one, other, weight, alike in ran:
        if alike:
            continue
        share = (weight / whole) ** 2 * ((not exact[0]) / one.n + (not exact[1]) / other.n)
        varying = other if exact[0] else one if exact[1] else one.plus(other)
        known += share * (varying.variance if varying.n > 1 else most)
        unseen += share
    variance = known + COIN * spread * spread * unseen / moving
    if generalise:
        variance = max(variance, _between(ran, whole, candidate - base))
    return Difference(candidate - base, max(sqrt(variance), SURE), base, candidate, len(ran))


def _between(ran: Sequence[Matched], whole: float, value: float) -> float:
    """Return the variance of the mean difference over cases drawn anew; of one case nobody knows it."""
    if len(ran) < 2:  # noqa: PLR2004 (a variance needs two)
        return float("inf")
    moved = fsum((pair.weight / whole * (pair.candidate.mean - pair.base.mean - value)) ** 2 for pair in ran)
    return moved * len(ran) / (len(ran) - 1)
