"""When nothing is promoted."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from harness.core.environment import DaysOff, Freeze, HoursOff

_WEEK = 7
_DAY = timedelta(days=1)


class Frozen(NamedTuple):
    """Why nothing is promoted, and until when."""

    reason: str
    until: datetime


def frozen(freezes: Iterable[Freeze], now: datetime) -> Frozen | None:
    """Return the freeze that ends last of those that hold now; None where none does.

    Args:
        freezes: Of an environment.
        now: The present moment, in UTC.
    """
    holding = (
        Frozen(freeze.reason, end) for freeze in freezes for start, end in _times(freeze, now) if start <= now < end
    )
    return max(holding, key=lambda one: one.until, default=None)


def _times(freeze: Freeze, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield beginning and end of each time that may hold now."""
    if isinstance(freeze, DaysOff):
        first, last = (datetime.combine(day, time(), UTC) for day in (freeze.first, freeze.last))
        yield first, last + _DAY
        return
    yield from _weekly(freeze, now)


def _weekly(freeze: HoursOff, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    for back in range(_WEEK + 1):
        day = now.date() - back * _DAY
        if day.weekday() in freeze.days:
            start = datetime.combine(day, freeze.at, UTC)
            yield start, start + timedelta(hours=freeze.hours)
