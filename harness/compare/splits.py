"""Whether as many sessions came to a canary as its weight says: where not, nothing that was counted can be trusted."""

from math import lgamma, log, log1p

DOUBT = 1e-4
"""How likely a split that is as it should be is doubted, at any moment."""
_BELIEF = 100.0
"""Sessions' worth of belief in the weight."""


def uneven(canary: int, stable: int, weight: float) -> float:
    """Return the logarithm of an e-value against "a session comes to the canary with the weight's probability".

    Args:
        canary: Sessions.
        stable: Sessions.
        weight: In (0, 1).

    Source:
        Lindon and Malek (2020), arXiv:2011.03567: the chi-square test of counts, for any number of looks.
    """
    a, b = _BELIEF * weight, _BELIEF * (1 - weight)
    mixed = _log_beta(a + canary, b + stable) - _log_beta(a, b)
    return mixed - canary * log(weight) - stable * log1p(-weight)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
