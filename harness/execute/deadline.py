"""The deadline of a call, learned from the latencies seen: a hang costs seconds, a slow model its time."""

from bisect import insort

FIRST = 60.0
"""Seconds that a call may take as long as little is known."""
KNOWN = 20
"""Answers after which the latencies seen decide."""
LEAST = 3.0
"""Seconds that a call may always take: short ones vary most."""
TIMES = 5.0
"""How many times the 99th percentile a call may take."""


class Deadline:
    """How long a call may take, by what calls to the same endpoint took."""

    def __init__(self, longest: float) -> None:
        """Allow at most `longest` seconds, whatever is learned."""
        self._longest = longest
        self._seen: list[float] = []

    def saw(self, seconds: float) -> None:
        """Learn from one answer."""
        insort(self._seen, seconds)

    def seconds(self, lost: int = 0) -> float:
        """Return how long a call may take whose trial was given up `lost` times before: twice as long each time."""
        usual = FIRST
        if len(self._seen) >= KNOWN:
            usual = max(LEAST, TIMES * self._seen[int(len(self._seen) * 0.99)])
        return float(min(self._longest, usual * 2**lost))
