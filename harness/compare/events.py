"""Bad events of a canary and of what it is to replace: a test that may be looked at after each of them.

Of all bad events, as many fall on the canary as it has of the traffic, if it is no worse. That holds whatever their
rate is, and however it changes by the hour.
"""

from math import lgamma, log, log1p

from harness.compare.distributions import beta


def worse(canary: int, stable: int, share: float) -> float:
    """Return the logarithm of an e-value against "the canary has no more bad events than its share".

    A canary that is no worse reaches log(1 / alpha) at any time with a probability of at most alpha.

    Args:
        canary: Bad events on the canary.
        stable: Bad events elsewhere.
        share: Of the traffic that the canary has, in (0, 1).

    Source:
        Robbins (1970), Ann. Math. Statist. 41: the likelihood ratio mixed evenly over all shares above its own.
    """
    above = beta(1 - share, stable + 1, canary + 1)
    return _mixed(above, canary, stable) - log1p(-share) - _null(canary, stable, share)


def safe(canary: int, stable: int, share: float, ratio: float = 2.0) -> float:
    """Return the logarithm of an e-value against "bad events are `ratio` times as frequent on the canary, or more"."""
    least = ratio * share / (ratio * share + 1 - share)
    below = beta(least, canary + 1, stable + 1)
    return _mixed(below, canary, stable) - log(least) - _null(canary, stable, least)


def _mixed(part: float, canary: int, stable: int) -> float:
    """Return the logarithm of the likelihood's integral over a part of all shares, which the beta function gives."""
    whole = lgamma(canary + 1) + lgamma(stable + 1) - lgamma(canary + stable + 2)
    return whole + (log(part) if part > 0 else float("-inf"))


def _null(canary: int, stable: int, share: float) -> float:
    return canary * log(share) + stable * log1p(-share)
