"""The gap between two groups on the same questions: its interval, whether it is negligible, what would be seen."""

from collections.abc import Iterable, Sequence
from math import ceil, inf, sqrt
from statistics import NormalDist

from harness.compare.clusters import Mean, clustered_mean
from harness.compare.distributions import student, student_quantile

ALPHA = 0.05
POWER = 0.80
"""The share of real gaps that is to be found."""
_HALVINGS = 40


def gap(differences: Sequence[tuple[str, float]]) -> Mean:
    """Return the mean difference within pairs, for an interval; clusters are what was drawn.

    Where pairs pass or fail, or nothing varied, two more are added, one of them lost and one gained: what was never
    seen to differ may still differ.

    Args:
        differences: Each in [-1, 1], with the name of its cluster; at least one.

    Source:
        Bonett and Price (2012), J. Educ. Behav. Stat. 37: the adjusted Wald interval of paired proportions.
    """
    seen = {value for _, value in differences}
    clusters = len({name for name, _ in differences})
    if len(seen) > 1 and not passes(seen):
        return clustered_mean(differences)
    apart = [(f" {name}", value) for name, value in differences]
    return clustered_mean([*apart, ("gained", 1.0), ("lost", -1.0)])._replace(freedom=clusters - 1)


def passes(differences: Iterable[float]) -> bool:
    """Return whether these are differences of what passes or fails."""
    return {*differences} <= {-1.0, 0.0, 1.0}


def clipped(mean: Mean, most: float = 1.0, confidence: float = 1 - ALPHA) -> tuple[float, float]:
    """Return the interval of a mean that is between minus the most and the most."""
    low, high = mean.interval(confidence)
    return max(-most, low), min(most, high)


def negligible(mean: Mean, margin: float) -> float:
    """Return the p-value of a difference by the margin or more, either way: low where there is next to none.

    It is at most 0.05 exactly where the 90 % interval lies within the margin.

    Source:
        Schuirmann (1987), J. Pharmacokinet. Biopharm. 15: two one-sided tests.
    """
    if not mean.freedom:
        return 1.0
    room = margin - abs(mean.value)
    if not mean.error:
        return 0.0 if room > 0 else 1.0
    return 1 - student(room / mean.error, mean.freedom)


def least_gap(mean: Mean, pairs: int = 0, *, beyond: float = 0.0, alpha: float = ALPHA, power: float = POWER) -> float:
    """Return the smallest true difference that a two-sided test of pairs like these finds, with this power.

    Args:
        mean: Of the pairs seen.
        pairs: Their number where they pass or fail: a larger difference then takes more flips than were seen, and is
            known less well than none is.
        beyond: What the interval has to leave behind.
        alpha: Of the test.
        power: In (0.5, 1).

    Returns:
        In the unit of the differences; infinite of a single cluster. Beyond 1, no share differs so much.

    Source:
        Bloom (1995), Eval. Rev. 19: the minimum detectable effect.
    """
    if not mean.freedom:
        return inf
    reach = student_quantile(1 - alpha / 2, mean.freedom) + student_quantile(power, mean.freedom)
    least = beyond + reach * mean.error
    if not pairs or least > 1:
        return least
    seen, low, high = abs(mean.value), least, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        flips = max(0.0, (middle - seen) * (1 - middle - seen)) / pairs
        needed = beyond + reach * sqrt(mean.error**2 + flips)
        low, high = (middle, high) if middle < needed else (low, middle)
    return high


def enough_pairs(mean: Mean, pairs: int, *, margin: float, power: float = POWER) -> int:
    """Return how many pairs like these show, with this power, that there is no difference, if there is none.

    Args:
        mean: Of the pairs seen.
        pairs: Their number.
        margin: Above 0.
        power: In (0, 1).
    """
    reach = NormalDist().inv_cdf(1 - ALPHA) + NormalDist().inv_cdf((1 + power) / 2)
    return max(1, ceil(pairs * (reach * mean.error / margin) ** 2))
