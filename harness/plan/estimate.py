"""The estimate: how many calls a plan needs and what they may cost, before the first one."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.core.pin import Pin
from harness.core.prompt import Request

BYTES_PER_TOKEN = 4
"""UTF-8 bytes per token; 1.1-1.3 times too many for prose, which errs on the safe side."""
USUAL_ANSWER = 200
"""Tokens that an answer is expected to have when its pin sets no `max_tokens`."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Calls that are not in the store, and their expected cost in micro-USD."""

    calls: int = 0
    expected: int = 0
    unpriced: int = 0
    """Calls to pins without a price, which `expected` does not hold."""


def estimate(calls: Iterable[tuple[Pin, Request]]) -> Estimate:
    """Return what some calls are expected to cost at their pins' prices."""
    count = expected = unpriced = 0
    for pin, request in calls:
        count += 1
        if pin.price is None:
            unpriced += 1
            continue
        sent = sum(len(message.content.encode(errors="replace")) for message in request.messages)
        limit = request.parameters.get("max_tokens")
        said = min(limit, USUAL_ANSWER) if isinstance(limit, int) else USUAL_ANSWER
        expected += pin.price.of(-(-sent // BYTES_PER_TOKEN), said)
    return Estimate(count, expected, unpriced)
