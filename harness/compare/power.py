"""Power: the drop that a suite can see, and the cases or repeats that it would take to see a smaller one."""

from collections.abc import Sequence
from math import ceil, fsum, inf, sqrt
from statistics import NormalDist

from harness.compare.sequential import ALPHA
from harness.core.runs import Runs

POWER = 0.90
"""The share of real drops that is found, which is promised."""
REACH = NormalDist().inv_cdf(1 - ALPHA) + NormalDist().inv_cdf(POWER)


def within_variance(base: Sequence[Runs]) -> float:
    """Return the mean variance of a single score within a case, over the cases that ran twice or more; else 0."""
    known = [runs.variance for runs in base if runs.n > 1]
    return fsum(known) / len(known) if known else 0.0


def least_drop(variance: float, *, cases: int, runs: float, depth: float) -> float:
    """Return the drop of the mean, in the scores' unit, that is found with the promised power.

    Args:
        variance: Of a single score within a case.
        cases: In the suite; at least 1.
        runs: Of each case on the candidate.
        depth: Of each case on base.

    Source:
        Miller (2024), arXiv 2411.00640, section 5.
    """
    return REACH * sqrt(variance * (1 / runs + 1 / depth) / cases)


def enough_cases(variance: float, *, margin: float, runs: float, depth: float) -> int:
    """Return how many cases find a drop by the margin with the promised power.

    Args:
        variance: Of a single score within a case.
        margin: The drop, in the scores' unit; above 0.
        runs: Of each case on the candidate.
        depth: Of each case on base.
    """
    return max(1, ceil(variance * (1 / runs + 1 / depth) * (REACH / margin) ** 2))


def enough_runs(variance: float, *, margin: float, cases: int, depth: float) -> float:
    """Return how many runs of each case on the candidate do; infinity where base alone leaves too much open.

    Args:
        variance: Of a single score within a case.
        margin: The drop, in the scores' unit; above 0.
        cases: In the suite.
        depth: Runs of each case on base.
    """
    room = cases * (margin / REACH) ** 2 - variance / depth
    return max(1, ceil(variance / room)) if room > 0 else inf
