"""What could not be looked at."""

from harness.core.diagnosis import Diagnosis, State
from harness.core.settings import Unknown
from harness.core.words import named


def unread(about: str, *unknown: Unknown) -> Diagnosis:
    """Return what is told of a thing that the token may not read."""
    needs = named(sorted({one.needs for one in unknown}), apart=" and ")
    return Diagnosis(about, State.UNKNOWN, f"needs {needs}", remedy="ask again with it")
