"""The estimate: how many calls a plan needs and what they may cost, before the first one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from harness.core.pin import Pin, Price
from harness.core.pricing import most_tokens, usual_tokens
from harness.core.prompt import Request


@dataclass(frozen=True, slots=True)
class Estimate:
    """Calls that are not in the store, and what they cost in micro-USD."""

    calls: int = 0
    expected: int = 0
    worst: int = 0
    unpriced: tuple[str, ...] = ()
    """The pins without a price among those that are asked, sorted; neither sum holds their calls."""

    def __add__(self, other: Self) -> "Estimate":
        """Return what both cost together."""
        unpriced = tuple(sorted({*self.unpriced, *other.unpriced}))
        return Estimate(self.calls + other.calls, self.expected + other.expected, self.worst + other.worst, unpriced)


def estimate(calls: Iterable[tuple[Pin, Request]], price: Callable[[Pin], Price | None]) -> Estimate:
    """Return what some calls cost, as a rule and at most."""
    count = expected = worst = 0
    unpriced: set[str] = set()
    for pin, request in calls:
        count += 1
        if known := price(pin):
            expected += known.of(*usual_tokens(request))
            worst += known.of(*most_tokens(request))
        else:
            unpriced.add(pin.alias)
    return Estimate(count, expected, worst, tuple(sorted(unpriced)))
