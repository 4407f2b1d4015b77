"""The Pareto front: what nothing else beats in one thing without being worse in another."""

from collections.abc import Sequence


def front(points: Sequence[Sequence[float]]) -> list[bool]:
    """Return which points no other point beats.

    Args:
        points: shape (points, measures), lower is better in each; infinite where a measure is not known.
    """
    return [not any(_beats(other, point) for other in points) for point in points]


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    """Return whether a point is nowhere worse, and somewhere better."""
    return all(a <= b for a, b in zip(one, other, strict=True)) and tuple(one) != tuple(other)
