"""Breadth: whether a drop shows across the cases, or hangs on a few of them."""

from collections.abc import Sequence
from math import fsum, sqrt

from harness.compare.distributions import student
from harness.core.runs import Matched

LEVEL = 0.10
"""The p-value above which a drop is not broad enough to block."""


def breadth(pairs: Sequence[Matched]) -> float:
    """Return how probable a mean drop like this is where there is none: a one-sided paired t-test over the cases.

    Returns:
        The p-value; 1.0 where fewer than two cases ran on both trees.

    Source:
        Student (1908), Biometrika 6.
    """
    moved = [pair.candidate.mean - pair.base.mean for pair in pairs if pair.base.n and pair.candidate.n]
    if len(moved) < 2:  # noqa: PLR2004 (a spread needs two)
        return 1.0
    mean = fsum(moved) / len(moved)
    error = sqrt(fsum((one - mean) ** 2 for one in moved) / (len(moved) - 1) / len(moved))
    if not error:
        return 0.0 if mean < 0 else 1.0
    return student(mean / error, len(moved) - 1)
