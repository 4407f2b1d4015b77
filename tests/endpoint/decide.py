"""From a request to what is answered: the fault that was drawn first, then the key, then the mode, then the API."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from math import ceil

from tests.endpoint import streaming
from tests.endpoint.delivery import Manner, Reply
from tests.endpoint.faults import SPOILT, Fault, Settings, failed, refusal
from tests.endpoint.modes import ALWAYS, DISTORTIONS, DRESSES, EDITS, SLOW_DOWN, WRONG_KEY
from tests.endpoint.protocol import Answer, answer
from tests.endpoint.rules import ApiError, Json
from tests.endpoint.wire import http_date

TRICKLE = "trickle-429"
LATER = ("retry-after-date", "retry-after-garbage")
MODES = frozenset(
    {"", TRICKLE, *LATER, *ALWAYS, *DISTORTIONS, *DRESSES, *EDITS, *streaming.SPOILT, streaming.SLOW, streaming.IGNORED}
)
"""Every mode; the empty one is an endpoint that behaves."""


WRITER = json.JSONEncoder(ensure_ascii=False)
"""Letters leave as UTF-8, as OpenAI sends them, not as escapes."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it is decided on.

    `route` is its path without the mode, `found` the object in its body or why there is none, `digest` stands for the
    body, and `now` is in seconds since 1970.
    """

    mode: str
    method: str
    route: str
    headers: dict[str, str]
    found: Json | ApiError
    digest: str
    serial: int
    now: float


@dataclass(slots=True)
class Memory:
    """What modes remember from one request to the next."""

    seen: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    accepted: set[int] = field(default_factory=set)
    """The serial numbers of the requests that `trickle-429` is working on."""


def parted(target: str) -> tuple[str, str]:
    """Return the mode and the route of a request's target; the query is no part of either."""
    path = target.partition("?")[0]
    mode, slash, rest = path[1:].partition("/")
    return ("", path) if mode == "v1" or not slash else (mode, f"/{rest}")


def decide(call: Call, fault: Fault | None, settings: Settings, memory: Memory) -> Reply:
    """Return the answer to a request; the memory is the only thing that it changes."""
    memory.seen[call.mode] += 1
    if fault and (instead := refusal(fault, settings)):
        return instead
    try:
        reply = behaved(call, settings, memory)
    except ApiError as error:
        reply = failed(error)
    return replace(reply, manner=SPOILT[fault], stream=None) if fault else reply


def behaved(call: Call, settings: Settings, memory: Memory) -> Reply:
    """Return the answer to a request that no fault befell.

    Raises:
        ApiError: The answer is an error in OpenAI's shape.
    """
    if call.mode not in MODES:
        raise ApiError(
            404, f"There is no mode `{call.mode}`; there are {', '.join(sorted(MODES))}", code="unknown_mode"
        )
    if settings.key and call.headers.get("authorization") != f"Bearer {settings.key}":
        return WRONG_KEY
    if call.mode in ALWAYS:
        return ALWAYS[call.mode](call.headers, settings)
    if call.mode in LATER and memory.refused[call.mode, call.digest] < settings.refusals:
        memory.refused[call.mode, call.digest] += 1
        return failed(SLOW_DOWN, ("Retry-After", retry_after(call, settings)))
    if call.mode == TRICKLE:
        if len(memory.accepted) >= settings.capacity:
            return failed(SLOW_DOWN)
        memory.accepted.add(call.serial)
    return answered(call, settings, memory.seen[call.mode])


def answered(call: Call, settings: Settings, nth: int) -> Reply:
    """Return the API's answer, changed as the mode says: the document, then its bytes, then how they are written."""
    said = answer(call.method, call.route, within(call.found, settings), serial=call.serial, now=int(call.now))
    if call.mode in EDITS:
        EDITS[call.mode](said.document, nth)
    if isinstance(call.found, dict) and call.found.get("stream") and call.mode != streaming.IGNORED:
        return streamed(call, said, settings)
    body = WRITER.encode(said.document).encode()
    if call.mode in DISTORTIONS:
        body = DISTORTIONS[call.mode](body)
    reply = Reply(200, body, tokens=(said.prompt_tokens, said.completion_tokens))
    return DRESSES[call.mode](reply, settings) if call.mode in DRESSES else reply


def streamed(call: Call, said: Answer, settings: Settings) -> Reply:
    """Return an answer as a stream of events; modes that change the bytes of one answer leave it alone."""
    found: Json = call.found if isinstance(call.found, dict) else {}
    told = streaming.events(said.document, usage=bool((found.get("stream_options") or {}).get("include_usage")))
    if call.mode in streaming.SPOILT:
        told = streaming.SPOILT[call.mode](told)
    reply = Reply(
        200,
        b"".join(told),
        content_type="text/event-stream",
        manner=Manner.PIECES if call.mode == streaming.SLOW else Manner.PLAIN,
        stream=lambda: iter(told),
        tokens=(said.prompt_tokens, said.completion_tokens),
    )
    return DRESSES[call.mode](reply, settings) if call.mode in DRESSES else reply


def within(found: Json | ApiError, settings: Settings) -> Json | ApiError:
    """Return what was found, or a refusal when it holds too many texts to embed, or one that is too long."""
    texts = found.get("input") if isinstance(found, dict) else None
    if isinstance(texts, list) and len(texts) > settings.most_texts:
        return ApiError(413, f"batch size {len(texts)} > maximum allowed batch size {settings.most_texts}")
    if isinstance(texts, list) and any(len(text) > settings.longest_text for text in texts if isinstance(text, str)):
        return ApiError(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded")
    return found


def retry_after(call: Call, settings: Settings) -> str:
    """Return when to come again: a date in whole seconds, rounded up, or words that are no time at all."""
    if call.mode != "retry-after-date":
        return "soon; or -1, or 1e400"
    wait = settings.retry_after
    return http_date(ceil(call.now + (float(wait) if wait.isdecimal() else 1)))
