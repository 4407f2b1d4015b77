"""The estimate: how many calls a plan needs and what they may cost, before the first one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

from harness.core.pin import Pin, Price
from harness.core.pricing import LONGEST_ANSWER, USUAL_ANSWER, limit_of, most_tokens, usual_tokens
from harness.core.prompt import Request

_TOLD = 600
"""Tokens of what a judge is told beside what it judges, as a rule."""


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


class Call(NamedTuple):
    """One call ahead: whom it asks, and how many tokens it sends and gets, as a rule and at most."""

    pin: Pin
    usual: tuple[int, int]
    most: tuple[int, int]


def call_of(pin: Pin, request: Request) -> Call:
    """Return the call that a request is."""
    return Call(pin, usual_tokens(request), most_tokens(request))


def call_after(request: Request, pin: Pin) -> Call:
    """Return the call that sends a pin the answer to a request that is itself still ahead, and gets no token."""
    return Call(pin, (usual_tokens(request)[1], 0), (most_tokens(request)[1], 0))


def call_about(request: Request, pin: Pin) -> Call:
    """Return the call that shows a pin a request with its answer, and asks what it thinks of them."""
    sent, said = usual_tokens(request)
    most, longest = most_tokens(request)
    made = limit_of(Request((), pin.parameters))
    usual, limit = min(made or USUAL_ANSWER, USUAL_ANSWER), made or LONGEST_ANSWER
    return Call(pin, (sent + said + _TOLD, usual), (most + longest + 4 * _TOLD, limit))


def calls_of_talk(request: Request, target: Pin, user: Pin, turns: int) -> Iterator[Call]:
    """Yield the calls of a conversation after its first answer, where a model plays the user.

    Each sends all that was said before.

    Args:
        request: What was answered, or will be.
        target: Whose answer it is.
        user: Who plays the user.
        turns: How often the user may say something.
    """
    (sent, usual), (most, longest) = usual_tokens(request), most_tokens(request)
    limit = limit_of(Request((), user.parameters))
    says, says_most = min(limit or USUAL_ANSWER, USUAL_ANSWER), limit or LONGEST_ANSWER
    for _ in range(turns):
        sent, most = sent + usual, most + longest
        yield Call(user, (sent + _TOLD, says), (most + 4 * _TOLD, says_most))
        sent, most = sent + says, most + says_most
        yield Call(target, (sent, usual), (most, longest))


def estimate(calls: Iterable[Call], price: Callable[[Pin], Price | None]) -> Estimate:
    """Return what some calls cost, as a rule and at most."""
    count = expected = worst = 0
    unpriced: set[str] = set()
    for call in calls:
        count += 1
        if known := price(call.pin):
            expected += known.of(*call.usual)
            worst += known.most(*call.most)
        else:
            unpriced.add(call.pin.alias)
    return Estimate(count, expected, worst, tuple(sorted(unpriced)))
