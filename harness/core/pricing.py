"""What a request costs before it is sent: as a rule, and at most."""

import json
from collections.abc import Iterator, Mapping

from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.pin import Pin, Price
from harness.core.prompt import Request

BYTES_PER_TOKEN = 4
"""UTF-8 bytes per token as a rule; 1.1-1.3 times too many tokens for prose."""
USUAL_ANSWER = 200
"""Tokens that an answer is expected to have when nothing limits it."""
LONGEST_ANSWER = 4_096
"""Tokens that an answer is taken to have at most when nothing limits it."""
FRAME = 32
"""Tokens that a message's role and delimiters take at most."""


LIMITS = ("max_tokens", "max_completion_tokens")
"""The parameters by which a request limits its answer."""


def unbounded(pin: Pin) -> Iterator[str]:
    """Yield what is wrong with a pin that has a price, where nothing limits what a call of its model can cost."""
    if pin.price and not list(_limits(pin.parameters)):
        yield "a pin with a price needs `max_tokens` among its parameters, so that a call's worst is known"


def usual_tokens(request: Request) -> tuple[int, int]:
    """Return how many tokens a request sends and gets as a rule."""
    made = 0 if request.embeds else min(limit_of(request) or USUAL_ANSWER, USUAL_ANSWER)
    return -(-_bytes(request) // BYTES_PER_TOKEN), made


def most_tokens(request: Request) -> tuple[int, int]:
    """Return how many tokens a request sends and gets at most: a token stands for at least one byte."""
    made = 0 if request.embeds else limit_of(request) or LONGEST_ANSWER
    return _bytes(request) + FRAME * (1 + len(request.messages)), made


def priced(said: Completion, price: Price | None, worst: int = 0) -> Completion:
    """Return an answer with its cost: what it says itself, else its tokens at the pin's price.

    Args:
        said: The answer.
        price: The pin's; None leaves the cost unknown.
        worst: Micro-USD; the cost of an answer whose tokens nobody counted.
    """
    if said.cost is not None or price is None:
        return said
    used = price.of(said.input_tokens, said.output_tokens)
    return said._replace(cost=used if said.metered else max(used, worst))


def limit_of(request: Request) -> int | None:
    """Return the most tokens that a request lets its answer have, or None; of two limits, that an endpoint may keep."""
    return max(_limits(request.parameters), default=None)


def _limits(parameters: Mapping[str, Json]) -> Iterator[int]:
    for name in LIMITS:
        limit = parameters.get(name)
        if isinstance(limit, int):
            yield limit


def _bytes(request: Request) -> int:
    sent = sum(len(message.content.encode(errors="replace")) for message in request.messages)
    forms = [form for form in (request.json_schema, list(request.tools)) if form]
    return sent + sum(len(json.dumps(form)) for form in forms)
