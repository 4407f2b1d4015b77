"""What goes wrong on purpose: a mode is a word in the path, and befalls every request there."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from tests.endpoint.delivery import Manner, Reply, bomb, filled
from tests.endpoint.faults import Settings, failed
from tests.endpoint.rules import ApiError, Json

type Headers = Mapping[str, str]

PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>"
HTML = "text/html; charset=utf-8"
TURN = 10
"""The first request of `changed-model` and `changed-fingerprint` that is answered differently."""
DEPTH = 100_000
HUGE_HEADER = ("x-filler", "a" * 1024 * 1024)


def no_usage(document: Json, _: int) -> None:
    """Leave out what it cost."""
    document.pop("usage", None)


def negative_usage(document: Json, _: int) -> None:
    """Say that it cost less than nothing."""
    usage = document.get("usage", {})
    usage.update({name: -max(count, 1) for name, count in usage.items() if isinstance(count, int)})


def no_content(document: Json, _: int) -> None:
    """Say nothing, and do not say why."""
    for choice in document.get("choices", ()):
        choice["message"]["content"] = None


def no_choices(document: Json, _: int) -> None:
    """Give an empty list of choices, of vectors or of models."""
    document.update({name: [] for name in ("choices", "data") if name in document})


def other_model(document: Json, nth: int) -> None:
    """Answer with another model than was asked, from the tenth time on."""
    if nth >= TURN and "model" in document:
        document["model"] += "-changed"


def other_fingerprint(document: Json, nth: int) -> None:
    """Answer from another configuration of the model, from the tenth time on."""
    if nth >= TURN and "system_fingerprint" in document:
        document["system_fingerprint"] += "-changed"


def filtered(document: Json, _: int) -> None:
    """Drop the content, and say that a filter did."""
    for choice in document.get("choices", ()):
        choice["message"]["content"], choice["finish_reason"] = "", "content_filter"


def refused(document: Json, _: int) -> None:
    """Refuse in the model's own words, which are not content."""
    for choice in document.get("choices", ()):
        choice["message"].update(content=None, refusal="I'm sorry, I can't help with that.")
        choice["finish_reason"] = "stop"


def broken_arguments(document: Json, _: int) -> None:
    """Call a tool with arguments that end in the middle; the one that would be called, or one nobody declared."""
    function = {"name": "lookup", "arguments": '{"city": "Par'}
    for choice in document.get("choices", ()):
        calls = choice["message"].get("tool_calls") or [{"id": "call_0", "type": "function", "function": function}]
        for call in calls:
            call["function"]["arguments"] = function["arguments"]
        choice["message"].update(content=None, tool_calls=calls)
        choice["finish_reason"] = "tool_calls"


def fewer_vectors(document: Json, _: int) -> None:
    """Leave out the last vector."""
    del vectors(document)[-1:]


def uneven_vectors(document: Json, nth: int) -> None:
    """Make the last vector shorter than the others, and than that of the answer before."""
    for one in vectors(document)[-1:]:
        one["embedding"] = one["embedding"][: -1 - nth % 60]


def no_number(document: Json, _: int) -> None:
    """Put NaN, which JSON does not have, into the last vector."""
    for one in vectors(document)[-1:]:
        one["embedding"] = [math.nan, *one["embedding"][1:]]


def vectors_backwards(document: Json, _: int) -> None:
    """List the vectors in another order; each has its index."""
    vectors(document).reverse()


def vectors(document: Json) -> list[Json]:
    """Return the list of vectors in an answer that has one."""
    listed: list[Json] = document.get("data", [])
    return listed if listed and "embedding" in listed[0] else []


def flickers(document: Json, nth: int) -> None:
    """Be at a loss one time in eight, as a model at a high temperature is, whatever was asked."""
    if sha256(str(nth).encode()).digest()[0] % 8 == 0:
        for choice in document.get("choices", ()):
            choice["message"]["content"] = "I am not sure."


EDITS: dict[str, Callable[[Json, int], None]] = {
    "missing-usage": no_usage,
    "negative-usage": negative_usage,
    "null-content": no_content,
    "empty-choices": no_choices,
    "changed-model": other_model,
    "changed-fingerprint": other_fingerprint,
    "flickers": flickers,
    "content-filter": filtered,
    "refusal": refused,
    "tool-arguments-not-json": broken_arguments,
    "fewer-vectors": fewer_vectors,
    "uneven-vectors": uneven_vectors,
    "nan-vector": no_number,
    "vectors-backwards": vectors_backwards,
}
"""Modes that change what is said: given the document and how many requests came to this mode, this one included."""


def invalid_utf8(body: bytes) -> bytes:
    """Put two bytes that no UTF-8 has into the content, or beside it when there is none."""
    said = body.replace(b'"content": "', b'"content": "\xff\xfe', 1)
    return said if said != body else b'{"note": "\xff\xfe", ' + body[1:]


def deep(body: bytes) -> bytes:
    """Put lists in lists in front of an answer that is good otherwise."""
    return b'{"deep": ' + b"[" * DEPTH + b"]" * DEPTH + b", " + body[1:]


DISTORTIONS: dict[str, Callable[[bytes], bytes]] = {
    "malformed-json": lambda body: body[: len(body) // 2],
    "invalid-utf8": invalid_utf8,
    "deep-json": deep,
}
"""Modes that change the bytes of the body."""


def twice(reply: Reply) -> Reply:
    """Repeat the headers that say how to read the answer, and one with another value."""
    length = ("Content-Length", str(len(reply.body)))
    return replace(reply, headers=(("Content-Type", reply.content_type), length, ("x-request-id", "req_twice")))


DRESSES: dict[str, Callable[[Reply, Settings], Reply]] = {
    "huge-header": lambda reply, _: replace(reply, headers=(HUGE_HEADER,)),
    "duplicate-header": lambda reply, _: twice(reply),
    "slow-headers": lambda reply, _: replace(reply, manner=Manner.SLOW_HEADERS),
    "no-length-close": lambda reply, _: replace(reply, manner=Manner.UNFRAMED),
    "huge-body": lambda reply, settings: replace(reply, stream=lambda: filled(reply.body, settings.huge_bytes)),
    "gzip-bomb": lambda reply, settings: replace(
        reply, headers=(("Content-Encoding", "gzip"),), stream=lambda: bomb(settings.huge_bytes)
    ),
}
"""Modes that change how the answer is written."""

WRONG_KEY = failed(ApiError(401, "Incorrect API key provided.", code="invalid_api_key"))
SLOW_DOWN = ApiError(429, "Rate limit reached for requests.", kind="requests", code="rate_limit_exceeded")
NOT_ALLOWED = ApiError(403, "You are not allowed to use this model.", kind="request_forbidden", code="forbidden")
NO_MODEL = ApiError(404, "The model does not exist or you do not have access to it.", code="model_not_found")
TOO_LONG = ApiError(
    400, "This model's maximum context length is 8192 tokens.", param="messages", code="context_length_exceeded"
)
NO_QUOTA = ApiError(
    429,
    "You exceeded your current quota, please check your plan.",
    kind="insufficient_quota",
    code="insufficient_quota",
)
SAFE = {"filtered": False, "severity": "safe"}
AZURE = {
    "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    "type": None,
    "param": "prompt",
    "code": "content_filter",
    "status": 400,
    "innererror": {
        "code": "ResponsibleAIPolicyViolation",
        "content_filter_result": {
            **dict.fromkeys(("hate", "self_harm", "sexual"), SAFE),
            "violence": {"filtered": True, "severity": "medium"},
            "jailbreak": {"filtered": False, "detected": False},
        },
    },
}


def redirected(_: Headers, settings: Settings) -> Reply:
    """Send the client elsewhere."""
    if not settings.redirect_to:
        raise ApiError(400, "The mode `redirect` needs the option redirect_to.")
    return Reply(307, headers=(("Location", settings.redirect_to),))


def told_key(headers: Headers, _: Settings) -> Reply:
    """Say the key aloud, as a hostile endpoint would to see it in a log."""
    key = headers.get("authorization", "")
    return failed(ApiError(400, f"Your request has the header Authorization: {key}"))


def told_key_in_answer(headers: Headers, _: Settings) -> Reply:
    """Say the key in every part of an answer, in clear and as JSON may escape it."""
    key = headers.get("authorization", "").removeprefix("Bearer ")
    escaped = "".join(f"\\u{ord(char):04x}" for char in key)
    inner = json.dumps({"ESCAPED": "ESCAPED"}).replace("ESCAPED", escaped)
    function = {"name": "ESCAPED", "arguments": inner}
    choice = {
        "finish_reason": "ESCAPED",
        "logprobs": {"content": [{"token": "ESCAPED", "logprob": -1, "bytes": None}]},
        "message": {"content": f"{key} ESCAPED {inner}", "tool_calls": [{"type": "function", "function": function}]},
    }
    usage = {"prompt_tokens": 9, "completion_tokens": 9}
    document = {"model": "ESCAPED", "system_fingerprint": "ESCAPED", "choices": [choice], "usage": usage}
    return Reply(200, json.dumps(document).replace("ESCAPED", escaped).encode(), (("Retry-After", key), ("x-key", key)))


ALWAYS: dict[str, Callable[[Headers, Settings], Reply]] = {
    "unauthorised": lambda *_: WRONG_KEY,
    "forbidden": lambda *_: failed(NOT_ALLOWED),
    "not-found": lambda *_: failed(NO_MODEL),
    "too-long": lambda *_: failed(TOO_LONG),
    "quota": lambda *_: failed(NO_QUOTA),
    "wrong-content-type": lambda *_: Reply(200, PAGE, content_type=HTML),
    "html-500": lambda *_: Reply(500, PAGE, content_type=HTML),
    "content-filter-400": lambda *_: Reply(400, json.dumps({"error": AZURE}).encode()),
    "retry-after-huge": lambda *_: failed(SLOW_DOWN, ("Retry-After", "86400")),
    "redirect": redirected,
    "echo-key": told_key,
    "echo-key-in-answer": told_key_in_answer,
}
"""Modes that never answer: given the headers of the request."""
