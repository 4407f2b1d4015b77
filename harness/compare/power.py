"""Power: the drop that runs can show, and how many more cases or repeats it would take to show a smaller one."""

from math import ceil, inf, isfinite
from statistics import NormalDist

from harness.compare.sequential import ALPHA

POWER = 0.90
"""The share of real drops that is found, which is promised."""
REACH = NormalDist().inv_cdf(1 - ALPHA) + NormalDist().inv_cdf(POWER)


def least_drop(error: float) -> float:
    """Return the drop of the mean, in the scores' unit, that is found with the promised power.

    Args:
        error: The standard error with which the mean's difference was seen.

    Source:
        Miller (2024), arXiv 2411.00640, section 5.
    """
    return REACH * error


def times_enough(error: float, margin: float) -> float:
    """Return how many times as many cases, or runs of each of them on both trees, find a drop by the margin.

    The error falls with the root of either; of one that is infinite, no number does.

    Args:
        error: The standard error that was seen.
        margin: The drop, in the scores' unit; above 0.
    """
    return (least_drop(error) / margin) ** 2 if isfinite(error) else inf


def enough_cases(error: float, cases: int, margin: float) -> int:
    """Return how many cases, run as often as these, find a drop by the margin; 0 if no number does.

    Args:
        error: The standard error that was seen.
        cases: On which it rests; at least 1.
        margin: The drop, in the scores' unit; above 0.
    """
    times = times_enough(error, margin)
    return ceil(cases * times) if isfinite(times) else 0
