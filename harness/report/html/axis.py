"""One scale for all the plots of a unit: where a number stands, in per cent of the width."""

from collections.abc import Iterable
from math import ceil, floor, isfinite, log10
from typing import NamedTuple

PADDING = 0.04
"""The share of the width that stays empty at either end."""
STEPS = 6
"""Parts into which the ticks divide a scale, at most."""
FURTHEST = 300.0
"""Where a scale ends at the latest: one wild figure must not flatten the others."""
_NICE = (1.0, 2.0, 5.0, 10.0)
_LEAST = 1.0


class Tick(NamedTuple):
    """A number on a scale."""

    at: str
    label: str


class Axis(NamedTuple):
    """A scale from one number to another."""

    low: float
    high: float

    def at(self, value: float) -> str:
        """Return where a number stands; one beyond an end stands at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return f"{100 * share:.2f}%"

    def width(self, start: float, end: float) -> str:
        """Return how wide it is from one number to another."""
        start, end = (min(max(value, self.low), self.high) for value in (start, end))
        return f"{100 * (end - start) / (self.high - self.low):.2f}%"

    def holds(self, value: float) -> bool:
        """Return whether a number is on the scale."""
        return self.low <= value <= self.high

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The round numbers on the scale, zero among them."""
        step = _step((self.high - self.low) / STEPS)
        numbers = range(ceil(self.low / step), floor(self.high / step) + 1)
        return tuple(
            Tick(self.at(number * step), signed(number * step, digits=0 if step >= 1 else 1)) for number in numbers
        )


def axis(values: Iterable[float]) -> Axis:
    """Return the scale that holds these numbers and zero."""
    found = [min(max(value, -FURTHEST), FURTHEST) for value in values if isfinite(value)]
    low, high = min([*found, 0.0]), max([*found, 0.0])
    room = max(high - low, _LEAST) * PADDING / (1 - 2 * PADDING)
    return Axis(low - room, high + room)


def signed(value: float, *, digits: int = 1) -> str:
    """Return a number with its sign; minus as it is printed, zero without any."""
    told = f"{value:+.{digits}f}"
    return told.replace("-", "\N{MINUS SIGN}") if float(told) else told[1:]


def _step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, ... tenths and so on that is no less."""
    power: float = 10.0 ** floor(log10(least))
    return next((nice * power for nice in _NICE if nice * power >= least), 10 * power)
