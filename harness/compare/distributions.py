"""Tail probabilities of distributions, so that a gate starts without a library of statistics."""

from functools import lru_cache
from math import erfc, exp, fsum, inf, lgamma, log, sqrt

_CLOSE = 1e-15
_HALVINGS = 45


def student(t: float, freedom: float) -> float:
    """Return the probability that Student's t is at most `t`.

    Args:
        t: Finite.
        freedom: Degrees of freedom, above 0.
    """
    far = t * t / (freedom + t * t)
    if far < 0.5:  # noqa: PLR2004 (half-way; the nearer end keeps its digits)
        half = beta(far, 0.5, freedom / 2) / 2
        return 0.5 + half if t > 0 else 0.5 - half
    tail = beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    return 1 - tail if t > 0 else tail


def beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function, by the continued fraction that converges at `x`.

    Args:
        x: In [0, 1].
        a: Above 0.
        b: Above 0.

    Source:
        Abramowitz and Stegun (1964), 26.5.8; evaluated as Lentz (1976), Applied Optics 15.
    """
    if not 0 < x < 1:
        return min(1.0, max(0.0, x))
    if x > (a + 1) / (a + b + 2):
        return 1 - beta(1 - x, b, a)
    front = exp(a * log(x) + b * log(1 - x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    numerator, inverse = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction, change, m = inverse, 0.0, 0
    while abs(change - 1) > _CLOSE:
        m += 1
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            inverse = 1 / (1 + step * inverse)
            numerator = 1 + step / numerator
            change = inverse * numerator
            fraction *= change
    return front * fraction


def beta_quantile(p: float, a: float, b: float) -> float:
    """Return what a beta distribution is at most with a probability, by halving.

    Args:
        p: In [0, 1].
        a: Above 0.
        b: Above 0.
    """
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if beta(middle, a, b) < p else (low, middle)
    return (low + high) / 2


@lru_cache(maxsize=512)
def student_quantile(p: float, freedom: float) -> float:
    """Return what Student's t is at most with a probability.

    Args:
        p: In [0.5, 1).
        freedom: Degrees of freedom; without any, there is no limit.
    """
    if not freedom:
        return inf
    far = beta_quantile(2 * p - 1, 0.5, freedom / 2)
    return sqrt(freedom * far / (1 - far))


def chi_square(x: float, freedom: int) -> float:
    """Return the probability that chi-square is at least `x`.

    Args:
        x: At least 0.
        freedom: Degrees of freedom, at least 1.

    Source:
        Abramowitz and Stegun (1964), 26.4.4 and 26.4.5: a finite sum.
    """
    half = x / 2
    if not half:
        return 1.0
    steps = [freedom / 2 - 1 - step for step in range(freedom // 2)]
    rest = erfc(sqrt(half)) if freedom % 2 else 0.0
    return rest + fsum(exp(step * log(half) - half - lgamma(step + 1)) for step in steps)
