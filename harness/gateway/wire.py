"""What a client sends and gets: OpenAI's chat completions, in which the model is a prompt of the release."""

import json
from collections.abc import Mapping
from typing import NamedTuple, cast

from harness.core.completion import Completion
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.prompt import Message, Role

DEEPEST = 32
TURNS = ("user", "assistant")
"""Whose turns a client may add; what the system says is the release's."""
KNOWN = ("messages", "model", "vars")


class UnansweredError(Exception):
    """A request that is not answered, and why."""

    def __init__(self, status: int, message: str) -> None:
        """Take the HTTP status, and a sentence for whoever asked."""
        super().__init__(message)
        self.status = status
        self.message = message


class Ask(NamedTuple):
    """A request to a prompt."""

    prompt: str
    vars: dict[str, Json]
    """What its templates are filled with."""
    turns: tuple[Message, ...] = ()
    """What was said since, after the prompt's own messages."""


def read_ask(body: bytes, prompt: str = "") -> Ask:
    """Return what a body asks.

    Args:
        body: A JSON object.
        prompt: Which prompt, where the path says it; else the key `model` does.

    Raises:
        UnansweredError: It is no request, or asks for what a release decides.
    """
    said = _object(body)
    for name, value in said.items():
        if name not in KNOWN and value is not False:  # `"stream": false` asks for what is served
            what = "streaming is not served" if name == "stream" else f"`{name}` is the release's to say"
            raise UnansweredError(400, f"{what}; known keys: {', '.join(KNOWN)}")
    asked = prompt or said.get("model")
    if not isinstance(asked, str) or not asked:
        raise UnansweredError(400, "`model` must name a prompt")
    if prompt and said.get("model", prompt) != prompt:
        raise UnansweredError(400, f"the path names `{prompt}`, and `model` another")
    values = said.get("vars", {})
    if not isinstance(values, dict):
        raise UnansweredError(400, "`vars` must be an object")
    turns = said.get("messages", [])
    if not isinstance(turns, list):
        raise UnansweredError(400, "`messages` must be a list")
    return Ask(asked, values, tuple(map(_turn, turns)))


def _object(body: bytes) -> dict[str, Json]:
    try:
        said = read_json(body.decode(), deepest=DEEPEST, written=True)
    except (NotJsonError, UnicodeDecodeError) as error:
        raise UnansweredError(400, f"the body is not JSON: {error}") from None
    if not isinstance(said, dict):
        raise UnansweredError(400, "the body must be a JSON object")
    return said


def _turn(said: Json) -> Message:
    role, content = (said.get("role"), said.get("content")) if isinstance(said, dict) else (None, None)
    if role not in TURNS or not isinstance(content, str):
        raise UnansweredError(400, f"a message needs a `role` ({' or '.join(TURNS)}) and a `content` that is a text")
    return Message(cast("Role", role), content)


class Answered(NamedTuple):
    """An answer, and what it came from."""

    said: Completion
    prompt: str
    release: str
    id: str
    """Another for each answer."""
    at: int
    """Seconds since 1970."""


def as_completion(one: Answered) -> dict[str, Json]:
    """Return an answer as a client of OpenAI's reads it; `harness` says which release gave it."""
    said = one.said
    message: dict[str, Json] = {"role": "assistant", "content": said.text}
    if said.tool_calls:
        message["tool_calls"] = [
            {
                "id": f"call_{number}",
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for number, call in enumerate(said.tool_calls)
        ]
    return {
        "id": f"chatcmpl-{one.id}",
        "object": "chat.completion",
        "created": one.at,
        "model": one.prompt,
        "choices": [{"index": 0, "message": message, "finish_reason": said.finish_reason}],
        "usage": {
            "prompt_tokens": said.input_tokens,
            "completion_tokens": said.output_tokens,
            "total_tokens": said.input_tokens + said.output_tokens,
        },
        "harness": {"release": one.release},
    }


_KINDS: Mapping[int, str] = {400: "invalid_request_error", 404: "not_found_error", 413: "invalid_request_error"}


def as_refusal(status: int, message: str) -> dict[str, Json]:
    """Return an error as a client of OpenAI's reads it."""
    return {"error": {"message": message, "type": _KINDS.get(status, "api_error"), "code": status}}
