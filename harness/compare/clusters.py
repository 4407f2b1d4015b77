"""Means and rates of what comes in clusters: answers to one template or one payload are no separate evidence."""

from collections.abc import Iterable, Sequence
from math import fsum, sqrt
from typing import NamedTuple

from harness.compare.distributions import beta_quantile, student_quantile

CONFIDENCE = 0.95
COIN = 0.25
"""The variance of a coin flip."""
ALIKE = 0.3
"""The correlation within clusters that is assumed where none has been seen yet."""


class Mean(NamedTuple):
    """A mean, and how well it is known."""

    value: float
    error: float
    """Its standard error, by the spread between clusters."""
    freedom: int
    """Degrees of freedom: clusters less one; of one cluster nobody knows how the next would be."""

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Return the interval of the mean at a confidence, without an end where there is no freedom."""
        reach = student_quantile((1 + confidence) / 2, self.freedom)
        wide = reach * self.error if self.error else 0.0 if self.freedom else reach
        return self.value - wide, self.value + wide


class Rate(NamedTuple):
    """A rate and its interval, each in [0, 1]."""

    rate: float
    low: float
    high: float


def clustered_mean(values: Sequence[tuple[str, float]]) -> Mean:
    """Return the mean of values whose clusters were drawn, not they themselves.

    Args:
        values: Each with the name of its cluster; at least one.

    Source:
        Liang and Zeger (1986), Biometrika 73, with clusters / (clusters - 1) for their small number.
    """
    mean = fsum(value for _, value in values) / len(values)
    off = sums((name, value - mean) for name, value in values)
    few = len(off) / max(1, len(off) - 1)
    return Mean(mean, sqrt(few * fsum(one * one for one in off.values())) / len(values), len(off) - 1)


def clustered_rate(successes: Sequence[tuple[str, bool]], confidence: float = CONFIDENCE) -> Rate:
    """Return how often something happens, where cells share what makes it happen.

    How alike the answers within a cluster are is estimated as if there were one more cluster, of coins that are
    rather alike: of what has hardly happened, nobody has seen whether it comes in clusters.

    Args:
        successes: Each with the name of its cluster; of none, nothing is known.
        confidence: In (0, 1).

    Source:
        Korn and Graubard (1998), Surv. Methodol. 24: Clopper and Pearson's interval of the effective sample size.
    """
    n = len(successes)
    clusters = len({name for name, _ in successes})
    hits = sum(hit for _, hit in successes)
    if clusters < 2:  # noqa: PLR2004 (a spread needs two)
        return Rate(hits / n if n else 0.0, 0.0, 1.0)
    tail = (1 - confidence) / 2
    shrink = student_quantile(1 - tail, n - 1) / student_quantile(1 - tail, clusters - 1)
    effective = n / _design_effect(successes, hits / n) * shrink**2
    have = hits / n * effective
    low = beta_quantile(tail, have, effective - have + 1) if hits else 0.0
    high = beta_quantile(1 - tail, have + 1, effective - have) if hits < n else 1.0
    return Rate(hits / n, low, high)


def sums(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the sum of each cluster, in the order in which they came."""
    found: dict[str, list[float]] = {}
    for name, value in values:
        found.setdefault(name, []).append(value)
    return {name: fsum(own) for name, own in found.items()}


def _design_effect(successes: Sequence[tuple[str, bool]], rate: float) -> float:
    """Return how many times the variance of the rate exceeds that of independent values; at least 1."""
    sizes = sums((name, 1.0) for name, _ in successes)
    off = sums((name, hit - rate) for name, hit in successes)
    alone = fsum((hit - rate) ** 2 for _, hit in successes)
    typical = fsum(size * size for size in sizes.values()) / len(successes)
    unseen = COIN * typical * (typical - 1)
    together = fsum(one * one for one in off.values()) - alone
    apart = rate * (1 - rate) * (typical - 1) * len(successes)
    alike = max(0.0, together + ALIKE * unseen) / (apart + unseen) if unseen else 0.0
    return 1 + (typical - 1) * alike
