"""A clock that stands, for what would otherwise have to wait."""

from datetime import datetime


class StillClock:
    """A clock at one moment."""

    def __init__(self, now: datetime) -> None:
        """Set it."""
        self._now = now

    def now(self) -> datetime:
        """Return what it was set to."""
        return self._now

    def elapsed(self) -> float:
        """Return that no time passes."""
        return 0.0
