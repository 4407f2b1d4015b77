"""A score: how far one expectation was met by one answer."""

from typing import NamedTuple


class UnableError(Exception):
    """A scorer cannot tell; counted apart, never a pass and never a wrong answer."""

    advisory = ""
    asked = False
    """Both as of a mark."""


class Mark(NamedTuple):
    """What a scorer says: a value in [0, 1], higher is better, and why in one line."""

    value: float
    reason: str = ""
    advisory: str = ""
    """Why it can neither pass nor block, but only advises; empty where it decides."""
    asked: bool = False
    """Whether a model said so."""
    votes: tuple[bool, ...] = ()
    """What each of several judges said, in their order, where all could tell."""


class Score(NamedTuple):
    """One expectation's mark on one sample; `unable` carries the reason when there is no value."""

    expectation: str
    value: float
    passed: bool
    reason: str = ""
    metric: str = ""
    unable: str = ""
    place: int = -1
    """Which expectation of its case it marks, counted from 0; -1 for one that stands beside them."""
    advisory: str = ""
    """Why it counts for nothing."""
    asked: bool = False
    """Whether a model said so."""
    votes: tuple[bool, ...] = ()
    """As of a mark."""


class CaseResult(NamedTuple):
    """What one case came to on one side; `passed` is None when nobody can tell (failure, unable)."""

    passed: bool | None
    metrics: dict[str, float]
    """The mean score by named metric; `pass` is always there, as 0.0 or 1.0, when `passed` is known."""
    failed: tuple[Score, ...] = ()
    """The scores below their threshold, in the order of the case."""
    problem: str = ""
    """Why `passed` is None."""
    able: "CaseResult | None" = None
    """What it came to if the model is able to do what it was not to do; None where it was seen, or known."""
    untold: tuple[Score, ...] = ()
    """The expectations of which nobody can tell."""
    asked: tuple[Score, ...] = ()
    """What models said, whether it counts or not."""

    @property
    def undecided(self) -> bool:
        """Whether it was asked and answered, and tells nothing by itself."""
        return self.able is not None
