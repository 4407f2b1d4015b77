"""Tokens and latencies, which are no scores: how many calls took far more than others."""

from collections.abc import Sequence
from math import comb
from typing import NamedTuple

RUNAWAY = 5.0
"""How many times the most that base ever took makes a call a runaway."""
SLOW = 0.95
"""The quantile of all calls above which one counts as slow."""


def runaways(base: Sequence[Sequence[int]], candidate: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Return how many of the candidate's calls took many times what their case ever took on base, and of how many.

    Args:
        base: shape (cases, runs), the tokens of each call; a case without runs is left out.
        candidate: The same cases.
    """
    known = [(max(mine), theirs) for mine, theirs in zip(base, candidate, strict=True) if mine]
    return sum(count > RUNAWAY * most for most, theirs in known for count in theirs), sum(len(one) for _, one in known)


class Slow(NamedTuple):
    """Calls that took longer than the quantile of all."""

    base: int
    candidate: int
    p: float
    """How probable as many on the candidate, or more, are where both are as fast."""


def slower(base: Sequence[float], candidate: Sequence[float]) -> Slow | None:
    """Return how many calls on either side were slow, or None where a side has no calls.

    Args:
        base: shape (calls,), seconds.
        candidate: shape (calls,), seconds, measured side by side with base.

    Source:
        Fisher (1922), J. R. Stat. Soc. 85: exact, by the hypergeometric distribution.
    """
    if not base or not candidate:
        return None
    ordered = sorted([*base, *candidate])
    limit = ordered[int(SLOW * len(ordered))]
    mine, theirs = sum(one >= limit for one in base), sum(one >= limit for one in candidate)
    slow, n, m = mine + theirs, len(ordered), len(candidate)
    ways = sum(comb(slow, k) * comb(n - slow, m - k) for k in range(theirs, min(slow, m) + 1))
    return Slow(mine, theirs, ways / comb(n, m))
