"""A judged case: its results on both trees, in the forms the rules ask for."""

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
