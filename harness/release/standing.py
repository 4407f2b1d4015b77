"""What an environment ran, and for how long, as its history tells."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from harness.core.environment import Environment


class Stand(NamedTuple):
    """What an environment ran from a moment on."""

    release: str
    """Empty for none, or where nobody can tell."""
    at: datetime


def longest_stay(stands: Sequence[Stand], release: str, now: datetime) -> timedelta | None:
    """Return how long a release stood without a break, at its best; None if it never did.

    Args:
        stands: Oldest first. A time before an earlier one is taken for that one, and a time to come for the present:
            clocks differ, and a commit's date is what its author says.
        release: All 64 digits.
        now: The present moment.
    """
    times = [*(min(at, now) for at in accumulate((stand.at for stand in stands), max)), now]
    longest: timedelta | None = None
    since: datetime | None = None
    for stand, at, until in zip(stands, times, times[1:], strict=False):
        since = (since or at) if stand.release == release else None
        if since:
            longest = max(longest or timedelta(), until - since)
    return longest


def earlier(stands: Sequence[Stand], environment: Environment) -> Sequence[str]:
    """Return what an environment ran before and may run again, newest first."""
    ran = dict.fromkeys(stand.release for stand in reversed(stands))
    return [one for one in ran if one and one != environment.release and not environment.quarantined(one)]
