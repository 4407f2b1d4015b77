"""A diagnosis: one thing that a gate on pull requests rests on, and whether it holds."""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """How well one thing holds."""

    OK = "ok"
    WEAKER = "weaker"
    """The gate works, but somebody could do what they should not."""
    BROKEN = "broken"
    """A change could be merged without the check, or the check could never pass."""
    UNKNOWN = "not known"
    """Nobody could look: it is never taken for ok."""


class Diagnosis(NamedTuple):
    """What was found about one thing."""

    about: str
    state: State
    what: str
    risk: str = ""
    """What somebody could do because of it."""
    remedy: str = ""
    """What to do about it."""
