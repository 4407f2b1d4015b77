"""Bad sessions of a canary and of what it is to replace: tests that may be looked at after each of them.

Of all bad sessions, as many fall on the canary as it has of the sessions, if it is no worse. That holds whatever their
rate is, and however it changes by the hour. All is told by counters: whoever has them comes to the same.
"""

from collections.abc import Iterable
from math import exp, fsum, inf, log, log1p
from typing import NamedTuple

RATIOS = (1.5, 2.0, 3.0, 5.0, 10.0)
"""How many times as frequent bad sessions may be on the canary: the test has to fit no single one of them."""
TWICE = 2.0
"""A canary that is so many times as bad must not pass."""


class Split(NamedTuple):
    """What fell on the two sides of one step."""

    canary: int
    """Bad sessions on the canary."""
    stable: int
    """Bad sessions elsewhere."""
    share: float
    """Of the sessions that the canary had, in [0, 1]."""

    @classmethod
    def of(cls, canary: tuple[int, int], stable: tuple[int, int]) -> "Split":
        """Return a step's split, each side given as bad sessions and sessions."""
        (bad, sessions), (others, rest) = canary, stable
        return cls(bad, others, sessions / (sessions + rest) if sessions + rest else 0.0)


def worse(splits: Iterable[Split]) -> float:
    """Return the logarithm of an e-value against "the canary has no more bad sessions than its share".

    At any one moment a canary that is no worse is above log(1 / alpha) with a probability of at most alpha. That it
    holds at all of them together is proven of the share by which sessions are dealt. The one that came of it is what is
    counted, and differs little: by simulation, it holds as well.

    Source:
        A likelihood ratio mixed over `RATIOS`, as Robbins (1970), Ann. Math. Statist. 41; that whom a bad session falls
        on is the whole of the evidence, as Lindon, Sanden and Shirikian (2022), arXiv:2205.14762, for counts.
    """
    told = list(splits)
    return _mixed(_log_ratio(told, ratio, 1.0) for ratio in RATIOS)


def safe(splits: Iterable[Split]) -> float:
    """Return the logarithm of an e-value against "bad sessions are `TWICE` as frequent on the canary, or more"."""
    told = list(splits)
    return _mixed(_log_ratio(told, TWICE / ratio, TWICE) for ratio in RATIOS)


def rare(bad: int, sessions: int, bound: float) -> float:
    """Return the logarithm of an e-value against "at least a share of `bound` of all sessions is bad".

    Args:
        bad: Bad sessions.
        sessions: All sessions, at least as many.
        bound: In (0, 1).

    Source:
        The likelihood ratio of Wald (1945), Ann. Math. Statist. 16, mixed as in `worse`.
    """
    good = sessions - bad
    return _mixed(good * (log1p(-bound / ratio) - log1p(-bound)) - bad * log(ratio) for ratio in RATIOS)


def _log_ratio(splits: Iterable[Split], ratio: float, null: float) -> float:
    """Return how much better one ratio explains what was seen than another does."""
    return fsum(
        canary * log(ratio / null) - (canary + stable) * log((ratio * share + 1 - share) / (null * share + 1 - share))
        for canary, stable, share in splits
    )


def _mixed(logs: Iterable[float]) -> float:
    """Return the logarithm of the mean of what these are the logarithms of."""
    told = list(logs)
    top = max(told, default=-inf)
    return top + log(fsum(exp(one - top) for one in told) / len(told))
