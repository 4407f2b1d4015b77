"""The protocol: a request as the endpoint wants it, its answer as a completion; no word is believed unchecked."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from harness.core.call import CallError
from harness.core.completion import Completion, ToolCall
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.pin import Pin
from harness.core.prompt import Request

SHOWN = 300
"""Characters of an endpoint's own words that a reason shows."""
PERMANENT = {"insufficient_quota", "billing_hard_limit_reached", "invalid_api_key", "model_not_found"}
"""Codes of errors that no other attempt can mend, and that meet every call alike."""

REDIRECTS = range(300, 400)
REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
UNKNOWN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT}
"""Statuses that leave open whether the model went on to answer."""
AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY}

DEEPEST = 64
"""Levels of nesting in an answer, and in a tool's arguments."""
MOST_TOKENS = 10**9
"""Tokens of one call from which on a count is none: no budget should bear a number that somebody made up."""

STREAMED: dict[str, Json] = {"stream": True, "stream_options": {"include_usage": True}}
"""What asks for an answer in parts, and for its tokens at the end."""

type Body = Mapping[str, Json]


def chat(pin: Pin, request: Request) -> dict[str, Json]:
    """Return the body of `POST /chat/completions`."""
    messages: list[Json] = [{"role": message.role, "content": message.content} for message in request.messages]
    body: dict[str, Json] = {"model": pin.model, "messages": messages, **request.parameters}
    if request.json_schema is not None:
        schema = request.json_schema
        named = isinstance(schema, dict) and "schema" in schema
        form: Json = schema if named else {"name": "answer", "schema": schema}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    elif request.json_object:
        body["response_format"] = {"type": "json_object"}
    if request.tools:
        body["tools"] = list(request.tools)
    return body


def read_json_object(text: str) -> dict[str, Json] | None:
    """Return the object in a JSON text, with `?` for each half of a character; None when it is none."""
    try:
        found = read_json(text, deepest=DEEPEST)
        if "\\u" in text:
            found = json.loads(json.dumps(found, ensure_ascii=False).encode(errors="replace"))
    except NotJsonError:
        return None
    return found if isinstance(found, dict) else None


def read_chat(body: Body) -> Completion:
    """Return the answer in a chat completion.

    Raises:
        CallError: It has none.
    """
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise CallError("the endpoint's answer has no `choices[0].message`", retry=True, billed=True)
    text = message.get("content")
    refused = message.get("refusal")
    sent, made, metered = _usage(body.get("usage"))
    return Completion(
        text=_text(text) or _text(refused),
        tool_calls=tuple(_tool_calls(message.get("tool_calls"))),
        finish_reason="refusal" if refused and not text else _text(choice.get("finish_reason")) or "stop",
        input_tokens=sent,
        output_tokens=made,
        fingerprint=_text(body.get("system_fingerprint")),
        model=_text(body.get("model")),
        metered=metered,
        logprobs=choice.get("logprobs"),
    )


def read_error(status: int, body: str, wait: float | None) -> CallError:
    """Return what an HTTP status other than 200 means for the call.

    Args:
        status: The status.
        body: What came with it.
        wait: Seconds that `Retry-After` asks for; None without it.
    """
    code, said = _error(body)
    reason = f"HTTP {status}: {said}" if said else f"HTTP {status}"
    if status in REDIRECTS:
        return CallError(f"{reason}: redirects are not followed; name the final URL in the pin", fatal=True)
    if code in PERMANENT or status in REFUSED:
        return CallError(reason, fatal=True)
    if status in BUSY:
        return CallError(reason, retry=True, busy=True, wait=wait)
    again = status in AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return CallError(reason, retry=again, wait=wait, billed=status in UNKNOWN)


def _error(body: str) -> tuple[str, str]:
    """Return the code and the words of an error's body."""
    error = (read_json_object(body) or {}).get("error")
    if not isinstance(error, dict):
        return "", _text(error)[:SHOWN]
    return _text(error.get("code")) or _text(error.get("type")), _text(error.get("message"))[:SHOWN]


def counted(usage: Json, name: str) -> int | None:
    """Return a count of tokens by its name; None where it is missing, or no count that a call can have."""
    said = usage.get(name) if isinstance(usage, dict) else None
    return said if type(said) is int and 0 <= said < MOST_TOKENS else None


def _usage(usage: Json) -> tuple[int, int, bool]:
    """Return the tokens sent and made, and whether the endpoint counted both."""
    sent, made = counted(usage, "prompt_tokens"), counted(usage, "completion_tokens")
    return (0, 0, False) if sent is None or made is None else (sent, made, True)


def _tool_calls(listed: Json) -> Sequence[ToolCall]:
    """Return the tool calls; arguments that are no JSON object stay visible under `""`, and match no expectation."""
    found: list[ToolCall] = []
    for call in listed if isinstance(listed, list) else []:
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            raw = _text(function.get("arguments"))
            arguments = read_json_object(raw or "{}")
            found.append(ToolCall(_text(function.get("name")), {"": raw} if arguments is None else arguments))
    return found


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
