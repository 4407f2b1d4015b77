"""Means of a canary and of what it is to replace: a test that may be looked at after each session."""

from collections.abc import Iterable
from math import erfc, fsum, log, pi, sqrt
from typing import NamedTuple

from harness.core.rollout import Sums

PRIOR = 0.1
"""The growth that the test looks for, as a share of the stable release's mean: one standard deviation."""
LEAST = 30
"""Independent values of each side below which their variance says too little."""
_FLOOR = 0.01
"""What values differ by at least, as a share of their mean: some may always take the same."""
_FAR = -30.0


class Sides(NamedTuple):
    """What the sessions of one step took."""

    canary: Sums
    stable: Sums
    canary_sessions: int
    """A session is one value at most, even if whoever counted took more of it: those are like each other."""
    stable_sessions: int


class _Difference(NamedTuple):
    value: float
    variance: float
    scale: float
    """The stable side's mean."""


def grown(steps: Iterable[Sides], allowed: float) -> float:
    """Return the logarithm of an e-value against "the canary's mean is at most `allowed` above the stable one".

    It is 0 as long as a side is too small to tell. The steps are pooled by their precision.

    Args:
        steps: What both sides took in each.
        allowed: As a share of the stable release's mean, >= 0.

    Source:
        Robbins (1970), Ann. Math. Statist. 41, and Johari, Pekelis and Walsh (2015), arXiv:1512.04922: the normal
        mixture, of which the half that means growth is taken.
    """
    told = [one for one in (_difference(sides, allowed) for sides in steps) if one]
    if not told:
        return 0.0
    precision = fsum(1 / one.variance for one in told)
    value = fsum(one.value / one.variance for one in told) / precision
    scale = fsum(one.scale / one.variance for one in told) / precision
    return _half_normal(value, 1 / precision, (PRIOR * scale) ** 2)


def _difference(sides: Sides, allowed: float) -> _Difference | None:
    """Return by how much the canary's mean is above what is allowed; None for too few values, or of nothing."""
    canary = min(sides.canary.requests, sides.canary_sessions)
    stable = min(sides.stable.requests, sides.stable_sessions)
    if min(canary, stable) < LEAST or sides.stable.total <= 0:
        return None
    scale = sides.stable.total / sides.stable.requests
    value = sides.canary.total / sides.canary.requests - (1 + allowed) * scale
    variance = _spread(sides.canary, scale) / canary + (1 + allowed) ** 2 * _spread(sides.stable, scale) / stable
    return _Difference(value, variance, scale)


def _spread(sums: Sums, scale: float) -> float:
    """Return the variance of single values."""
    mean = sums.total / sums.requests
    return max(sums.squares / sums.requests - mean * mean, (_FLOOR * scale) ** 2)


def _half_normal(value: float, variance: float, prior: float) -> float:
    """Return the logarithm of the likelihood ratio against 0, mixed over a half-normal prior of growth."""
    z = value * sqrt(prior / (variance * (variance + prior)))
    width = log(variance / (variance + prior)) / 2
    if z < _FAR:
        return width + log(2 / (-z * sqrt(2 * pi)))
    return width + z * z / 2 + log(erfc(-z / sqrt(2)))
