"""A completion as the events of a stream: words, halves of a tool's arguments, the end, what it cost."""

import json
import re
from collections.abc import Iterator, Sequence

from tests.endpoint.rules import Json

WRITER = json.JSONEncoder(ensure_ascii=False)
DONE = b"data: [DONE]\n\n"
PIECE = re.compile(r"\S+\s*|\s+")


def events(document: Json, *, usage: bool) -> list[bytes]:
    """Return a completion as events; `usage` is whether the client wants to know what it cost."""
    about = {name: document[name] for name in ("id", "created", "model", "system_fingerprint")}
    about["object"] = "chat.completion.chunk"
    found = [{**about, "choices": [choice]} for one in document["choices"] for choice in choices(one)]
    if usage and "usage" in document:
        found.append({**about, "choices": [], "usage": document["usage"]})
    return [*(event(one) for one in found), DONE]


def choices(choice: Json) -> Iterator[Json]:
    """Return a choice in its parts."""
    message = choice["message"]
    yield part({"role": "assistant", "content": ""})
    for kind in ("content", "refusal"):
        for piece in PIECE.findall(message.get(kind) or ""):
            yield part({kind: piece})
    for number, call in enumerate(message.get("tool_calls", ())):
        for delta in parts_of(call):
            yield part({"tool_calls": [{"index": number, **delta}]})
    yield part({}, choice["finish_reason"])


def parts_of(call: Json) -> Sequence[Json]:
    """Return a call of a tool with its name, then each half of its arguments."""
    arguments = call["function"]["arguments"]
    half = len(arguments) // 2
    named = {**call, "function": {**call["function"], "arguments": ""}}
    return [named, *({"function": {"arguments": text}} for text in (arguments[:half], arguments[half:]))]


def part(delta: Json, finish: str | None = None) -> Json:
    """Return one part of the only choice."""
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def event(document: Json) -> bytes:
    """Return an event with a document."""
    return b"data: " + WRITER.encode(document).encode() + b"\n\n"


def broken(events: list[bytes]) -> list[bytes]:
    """Return events of which one, in the middle, ends in the middle."""
    half = len(events) // 2
    return [*events[:half], events[half][: len(events[half]) // 2] + b"\n\n", *events[half + 1 :]]


def failing(events: list[bytes]) -> list[bytes]:
    """Return events of which the second half is an error."""
    return [*events[: len(events) // 2], event({"error": {"message": "The server had an error.", "code": None}})]


def cut(events: list[bytes]) -> list[bytes]:
    """Return the first half of the events."""
    return events[: len(events) // 2]


SPOILT = {"stream-bad-event": broken, "stream-error": failing, "stream-ends-early": cut}
"""Modes that change the events of a stream; an answer that is none they leave alone."""
SLOW = "stream-slow"
"""The mode in which each event comes after a pause."""
IGNORED = "stream-ignored"
"""The mode of an endpoint that cannot stream, and does not say so."""
