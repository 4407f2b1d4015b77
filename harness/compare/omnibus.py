"""Cochran's Q: whether any of several groups is treated otherwise, before anybody asks which."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import comb, fsum
from typing import NamedTuple

from harness.compare.distributions import chi_square

CELLS = 60
"""Answers up to which all ways to deal them are counted; chi-square is close from 24 on, by Tate and Brown (1970)."""
_ROUNDING = 1e-9
"""How far equal shares may be apart by rounding alone."""

type Levels = tuple[int, ...]
"""How many groups have 0, 1, 2, ... successes: which of them have, changes no statistic."""


class Omnibus(NamedTuple):
    """Cochran's Q over blocks in which every group answered."""

    q: float
    freedom: int
    p: float
    exact: bool
    """Whether all ways to deal the answers were counted, rather than chi-square taken."""


def cochran(rows: Sequence[Sequence[float]]) -> Omnibus | None:
    """Return whether groups differ, or None where nothing was answered in two ways within a row.

    Args:
        rows: shape (blocks, groups), each in [0, 1]; two groups or more. Shares are taken as they are, like ranks.

    Source:
        Cochran (1950), Biometrika 37; the exact distribution is Patil's (1975), J. Am. Stat. Assoc. 70.
    """
    varying = [row for row in rows if max(row) - min(row) > _ROUNDING]
    if not varying:
        return None
    groups = len(varying[0])
    q = _statistic([fsum(column) for column in zip(*varying, strict=True)], varying)
    binary = {value for row in varying for value in row} <= {0, 1}
    if binary and groups * len(varying) <= CELLS:
        return Omnibus(q, groups - 1, _exact([int(fsum(row)) for row in varying], groups, q), exact=True)
    return Omnibus(q, groups - 1, chi_square(q, groups - 1), exact=False)


def _statistic(columns: Sequence[float], rows: Sequence[Sequence[float]]) -> float:
    groups = len(columns)
    mean = fsum(columns) / groups
    within = groups * fsum((value - fsum(row) / groups) ** 2 for row in rows for value in row)
    return groups * (groups - 1) * fsum((column - mean) ** 2 for column in columns) / within


def _exact(successes: Sequence[int], groups: int, q: float) -> float:
    """Return the probability of a Q as high, over all ways to deal each row's successes to the groups."""
    ways: Counter[Levels] = Counter({(groups, *[0] * len(successes)): 1})
    for row in successes:
        after: Counter[Levels] = Counter()
        for levels, number in ways.items():
            for dealt, more in _deals(levels, row):
                after[dealt] += number * more
        ways = after
    whole = sum(successes)
    within = sum(row * (groups - row) for row in successes)
    far = sum(number for levels, number in ways.items() if _spread(levels, whole) * (groups - 1) / within >= q - 1e-9)
    return float(Fraction(far, ways.total()))


def _spread(levels: Levels, whole: int) -> float:
    """Return the sum of squares of the groups' successes about their mean, times the groups."""
    groups = sum(levels)
    return groups * sum(number * level * level for level, number in enumerate(levels)) - whole * whole


def _deals(levels: Levels, successes: int, level: int = 0) -> Iterator[tuple[Levels, int]]:
    """Yield the levels after so many more groups succeeded, each with the number of ways in which that happens."""
    if level == len(levels) - 1:
        if not successes:
            yield levels, 1
        return
    for taken in range(min(levels[level], successes) + 1):
        for after, number in _deals(levels, successes - taken, level + 1):
            moved = (*after[:level], after[level] - taken, after[level + 1] + taken, *after[level + 2 :])
            yield moved, number * comb(levels[level], taken)
