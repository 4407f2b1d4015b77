"""The exact comparison of deterministic answers: what differs, differs; nothing is estimated."""

from collections.abc import Sequence
from statistics import fmean

from harness.core.verdict import Comparison

_EQUAL = 1e-9


def compare(base: Sequence[float], candidate: Sequence[float]) -> Comparison:
    """Return how a metric moved on the same cases.

    Args:
        base: shape (cases,), each in [0, 1].
        candidate: shape (cases,), in the same order.

    Raises:
        ValueError: The lengths differ, or there is no case.
    """
    if not base:
        message = "a comparison needs at least one case"
        raise ValueError(message)
    moves = [after - before for before, after in zip(base, candidate, strict=True)]
    return Comparison(
        base=fmean(base),
        candidate=fmean(candidate),
        n=len(moves),
        lost=sum(move < -_EQUAL for move in moves),
        gained=sum(move > _EQUAL for move in moves),
    )
