"""A judged case: its results on both trees, in the forms the rules ask for."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from harness.core.policy import PASS
from harness.core.score import CaseResult


class Judged(NamedTuple):
    """One case id of a pair; a result is None where that tree cannot render that form."""

    case: str
    change: str
    """`same`, `added`, `removed` or `edited`."""
    critical: bool
    tags: frozenset[str]
    """The base's tags, which name its slices; the candidate's for an added case."""
    base: CaseResult | None
    candidate: CaseResult | None
    old_base: CaseResult | None = None
    """Of an edited case in the form that base knows."""
    old_candidate: CaseResult | None = None
    own: bool = True
    """Whether the candidate has the case; absolute bounds are over these."""
    measures: frozenset[str] = frozenset({PASS})
    """The metrics that today's form asks for, measured or not."""


class Standing(StrEnum):
    """What a case that must pass came to."""

    BROKEN = "broken"
    REDEFINED = "redefined"
    """It fails in the form that base knows."""
    KNOWN = "known"
    """It fails, and base fails it too."""
    UNCLEAR = "unclear"
    FINE = "fine"


type Results = Sequence[CaseResult]
"""What each of some repeats came to, in the order in which they were asked."""


class Repeated(NamedTuple):
    """A case whose answers vary, with all that its repeats came to on both trees."""

    case: str
    change: str
    tags: frozenset[str]
    own: bool
    measures: frozenset[str]
    alike: bool
    """Whether both trees ask the same, so that a difference between them is none."""
    asked: str = ""
    """What both trees are asked, by digest: cases that ask the same share their answers, and tell one thing."""
    known: str = ""
    """The same in the form that base knows."""
    base: Results = ()
    candidate: Results = ()
    old_base: Results = ()
    old_candidate: Results = ()
    fresh_base: Results = ()
    """Asked again for this gate alone, side by side with the candidate."""
    fresh_candidate: Results = ()
