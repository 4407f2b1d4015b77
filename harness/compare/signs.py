"""The paired sign-flip test: if the two members of a pair are treated alike, either could have been the first."""

from collections.abc import Iterator, Sequence
from hashlib import shake_256
from itertools import batched
from math import fsum

from harness.compare.clusters import sums

DRAWS = 10_000
"""Ways to flip the signs that are tried, where there are more."""
_FEW = 14
"""Clusters of which all ways are tried."""
_CLOSE = 1e-9


def sign_flip(differences: Sequence[tuple[str, float]], seed: str = "") -> float:
    """Return the two-sided p-value of a mean difference of zero; pairs of one cluster flip together.

    Of pairs that pass or fail, each its own cluster, this is McNemar's exact test.

    Args:
        differences: Each with the name of its cluster.
        seed: Where all ways are too many, what draws some of them: the same seed, the same value.

    Source:
        Fisher (1935), The Design of Experiments, section 21; Phipson and Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9,
        for the one that is added to what is drawn.
    """
    moved = [value for value in sums(differences).values() if value]
    least = abs(fsum(moved)) - _CLOSE * fsum(map(abs, moved))
    if len(moved) <= _FEW:
        every = _ways(moved)
        return sum(abs(way) >= least for way in every) / len(every)
    return (1 + sum(abs(way) >= least for way in _drawn(moved, seed))) / (1 + DRAWS)


def _ways(values: Sequence[float]) -> list[float]:
    """Return the sums of the values under all signs."""
    found = [0.0]
    for value in values:
        found = [way + one for way in found for one in (value, -value)]
    return found


def _drawn(values: Sequence[float], seed: str) -> Iterator[float]:
    """Yield the sums of the values under signs that are drawn, eight of them by each byte."""
    tables = [_ways([*eight, *[0.0] * (8 - len(eight))]) for eight in batched(values, 8)]
    dice = shake_256(seed.encode()).digest(DRAWS * len(tables))
    for draw in batched(dice, len(tables)):
        yield sum(table[byte] for table, byte in zip(tables, draw, strict=True))
