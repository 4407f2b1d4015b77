"""What the statistics are given, and what they return: runs of cases, contrasts between trees, and looks at them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
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
        return cls(len(listed), sum(listed), sum([score * score for score in listed]))

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


class Difference(NamedTuple):
    """What a metric moved from base to candidate, over the cases that ran on both."""

    value: float
    """Candidate minus base, of the weighted means."""
    error: float
    """Its standard error, as if the two trees did not differ."""
    base: float
    candidate: float
    cases: int

    def interval(self, z: float = 1.959964) -> tuple[float, float]:
        """Return the interval of so many standard errors on either side; by default 95 % of a normal distribution."""
        return self.value - z * self.error, self.value + z * self.error

    def within(self) -> tuple[float, float]:
        """Return the interval as far as a difference of scores in [0, 1] can reach."""
        low, high = self.interval()
        return max(low, -1.0), min(high, 1.0)


class Matched(NamedTuple):
    """One case with its runs on both trees, and its share of the mean."""

    base: Runs
    candidate: Runs
    weight: float = 1.0
    alike: bool = False
    """Whether both trees ask the same: then they answer the same, and its difference is 0 without an error."""


class Step(StrEnum):
    """Where a test stands."""

    BLOCK = "block"
    PASS = "pass"  # noqa: S105 (a word of the test)
    MORE = "more"


class Contrast(NamedTuple):
    """A question to the runs of some cases: has their mean fallen by the margin?"""

    cases: Sequence[Matched]
    margin: float
    """The drop worth catching, in the metric's unit; above 0."""
    alpha: float
    """The share of harmless changes that it may block."""
    generalise: bool = False
    """Whether the claim is about cases like these rather than these."""
    exact: tuple[bool, bool] = (False, False)
    """Whether one run of base, and of the candidate, says all that there is to know."""
    bound: bool = False
    """Whether a goal stands in base's place: it is a number, and was never run."""


class Look(NamedTuple):
    """What the runs say of a contrast so far."""

    step: Step
    seen: Difference | None = None
    """None when no case ran on both trees."""
    ratio: float = 0.0
    """The natural logarithm of the likelihood of a drop by the margin over that of no change."""
    broad: bool = False
    """Whether the drop shows across the cases, rather than on a few of them."""
    runs: int = 0
    """All runs of all its cases on both trees, or on the candidate alone where a goal stands in base's place."""
    least: float = 1.0
    """The drop that runs like these find nine times in ten."""
    needed: int = 0
    """The cases that would find a drop by the margin nine times in ten, run as often as these; 0 if no number does."""
    times: float = 0.0
    """How many times as many runs of each of these cases would; 0 where runs do not, since other cases are meant."""
