"""Runs of a case: how often it ran on one tree, and what the scores add up to; all that the statistics need."""

from collections.abc import Iterable
from typing import NamedTuple, Self


class Runs(NamedTuple):
    """Repeats of one case on one tree, as sums of their scores."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, scores: Iterable[float]) -> Self:
        """Return the runs with these scores, each in [0, 1]; a pass is 1 and a fail is 0."""
        listed = list(scores)
        return cls(len(listed), sum(listed), sum(score * score for score in listed))

    @classmethod
    def binary(cls, passes: int, n: int) -> Self:
        """Return `n` runs of which so many passed."""
        return cls(n, passes, passes)

    @property
    def mean(self) -> float:
        """The mean score; there must be a run."""
        return self.total / self.n

    def plus(self, more: "Runs") -> "Runs":
        """Return the runs of both."""
        return Runs(self.n + more.n, self.total + more.total, self.squares + more.squares)

    @property
    def variance(self) -> float:
        """The unbiased variance of a single score; of one run, none is known, and it is 0."""
        if self.n < 2:  # noqa: PLR2004 (a variance needs two)
            return 0.0
        return max(0.0, (self.squares - self.total * self.total / self.n) / (self.n - 1))
