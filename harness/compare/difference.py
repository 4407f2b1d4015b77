"""The paired difference of a metric between two trees, with a standard error that knows how each case flickers."""

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple

from harness.compare.runs import Runs

COIN = 0.25
"""The variance of a coin flip: what one case may hide that has never flickered so far."""


class Difference(NamedTuple):
    """What a metric moved from base to candidate, over the cases that ran on both."""

    value: float
    """Candidate minus base, of the weighted means."""
    error: float
    """Its standard error, as if the two trees did not differ."""
    base: float
    candidate: float
    cases: int

    def interval(self, z: float = 1.959964) -> tuple[float, float]:
        """Return the interval of so many standard errors on either side; by default 95 % of a normal distribution."""
        return self.value - z * self.error, self.value + z * self.error


class Pair(NamedTuple):
    """One case with its runs on both trees, and its share of the mean."""

    base: Runs
    candidate: Runs
    weight: float = 1.0


def difference(pairs: Sequence[Pair], *, spread: float = 1.0, generalise: bool = False) -> Difference | None:
    """Return how a metric moved, or None when no case ran on both trees.

    The variance of a case is pooled over both trees' runs, which it may be where they do not differ: the statistic's
    square is that of Cochran, Mantel and Haenszel. A case that ran on one tree alone is left out, and is no failure.

    Args:
        pairs: The cases; their weights are scaled to a sum of 1 over those that ran on both.
        spread: The width of the range of scores.
        generalise: Whether the claim is about cases like these rather than these; the error then holds the variance
            between cases too.

    Source:
        Mantel and Haenszel (1959), J. Natl. Cancer Inst. 22; Miller (2024), arXiv 2411.00640, for `generalise`.
    """
    ran = [pair for pair in pairs if pair.base.n and pair.candidate.n]
    whole = fsum(pair.weight for pair in ran)
    if not ran or not whole:
        return None
    base = fsum(pair.weight * pair.base.mean for pair in ran) / whole
    candidate = fsum(pair.weight * pair.candidate.mean for pair in ran) / whole
    known = unseen = 0.0
    for one, other, weight in ran:
        share = (weight / whole) ** 2 * (1 / one.n + 1 / other.n)
        known += share * one.plus(other).variance
        unseen += share
    variance = known + COIN * spread * spread * unseen / len(ran)
    if generalise:
        variance = max(variance, _between(ran, whole, candidate - base))
    return Difference(candidate - base, sqrt(variance), base, candidate, len(ran))


def _between(ran: Sequence[Pair], whole: float, value: float) -> float:
    """Return the variance of the mean difference over cases drawn anew; of one case nobody knows it."""
    if len(ran) < 2:  # noqa: PLR2004 (a variance needs two)
        return float("inf")
    moved = fsum((pair.weight / whole * (pair.candidate.mean - pair.base.mean - value)) ** 2 for pair in ran)
    return moved * len(ran) / (len(ran) - 1)
