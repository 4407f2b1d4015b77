"""What a client sends and gets: OpenAI's chat completions, in which the model is a prompt of the release."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

from harness.core.completion import Completion, ToolCall
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.prompt import Message, Role

DEEPEST = 32
TURNS = ("user", "assistant")
"""Whose turns a client may add; what the system says is the release's."""
VOTES = ("up", "down", "guard")
"""What somebody thinks of an answer, or that a guard of theirs stopped it."""
KNOWN = ("messages", "model", "stream", "user", "vars")


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
    user: str = ""
    """Whose session it is, if the client says."""
    stream: bool = False
    """Whether the answer is wanted in pieces."""


def read_ask(body: bytes, prompt: str = "") -> Ask:
    """Return what a body asks.

    Args:
        body: A JSON object.
        prompt: Which prompt, where the path says it; else the key `model` does.

    Raises:
        UnansweredError: It is no request, or asks for what a release decides.
    """
    said = _object(body)
    for name in said:
        if name not in KNOWN:
            raise UnansweredError(400, f"`{name}` is the release's to say; known keys: {', '.join(KNOWN)}")
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
    user, stream = said.get("user", ""), said.get("stream", False)
    if not isinstance(user, str):
        raise UnansweredError(400, "`user` must be a text")
    if not isinstance(stream, bool):
        raise UnansweredError(400, "`stream` must be true or false")
    return Ask(asked, values, tuple(map(_turn, turns)), user, stream)


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
        message["tool_calls"] = [_tool_call(number, call) for number, call in enumerate(said.tool_calls)]
    return {
        "id": one.id,
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


def as_events(one: Answered) -> Iterator[bytes]:
    """Yield an answer in the pieces in which OpenAI streams it: its words, its tool calls, its end."""
    yield as_beginning(one)
    for piece in _PIECE.findall(one.said.text):
        yield as_part(one, piece)
    yield from as_end(one)


def as_beginning(one: Answered) -> bytes:
    """Return the first event of an answer, which says nothing yet."""
    return _event(one, {"role": "assistant", "content": ""})


def as_part(one: Answered, text: str) -> bytes:
    """Return the event of a part of an answer's text."""
    return _event(one, {"content": text})


def as_end(one: Answered) -> Iterator[bytes]:
    """Yield the events after an answer's text."""
    for number, call in enumerate(one.said.tool_calls):
        yield _event(one, {"tool_calls": [{"index": number, **_tool_call(number, call)}]})
    yield _event(one, {}, one.said.finish_reason)
    yield b"data: [DONE]\n\n"


def _event(one: Answered, delta: dict[str, Json], finish: str | None = None) -> bytes:
    said: dict[str, Json] = {
        "id": one.id,
        "object": "chat.completion.chunk",
        "created": one.at,
        "model": one.prompt,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return _DATA + as_bytes(said) + _BLANK


def _tool_call(number: int, call: ToolCall) -> dict[str, Json]:
    told: dict[str, Json] = {"name": call.name, "arguments": json.dumps(call.arguments)}
    return {"id": f"call_{number}", "type": "function", "function": told}


def as_break(error: UnansweredError) -> bytes:
    """Return the last event of an answer that broke off: it has no end, and clients of OpenAI's raise it."""
    return _DATA + as_bytes(as_refusal(error.status, error.message)) + _BLANK


def is_break(event: bytes) -> bool:
    """Return whether an event is that of an answer that broke off."""
    return event.startswith(_BREAK)


def as_bytes(said: Mapping[str, Json]) -> bytes:
    """Return what is sent of a JSON object; half a character, which a model may say, becomes a question mark."""
    return _ENCODE(said).encode(errors="replace")


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_DATA, _BLANK = b"data: ", b"\n\n"
_BREAK = _DATA + b'{"error":'
_PIECE = re.compile(r"\s*\S+\s*\Z|\s*\S+|\s+\Z")
_KINDS: Mapping[int, str] = {
    400: "invalid_request_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "invalid_request_error",
}


def as_refusal(status: int, message: str) -> dict[str, Json]:
    """Return an error as a client of OpenAI's reads it."""
    return {"error": {"message": message, "type": _KINDS.get(status, "api_error"), "code": status}}


def read_vote(body: bytes) -> tuple[str, str]:
    """Return the name of an answer, and what somebody thinks of it.

    Raises:
        UnansweredError: The body says no such thing.
    """
    said = _object(body)
    name, vote = said.get("id"), said.get("vote")
    if said.keys() != {"id", "vote"} or not isinstance(name, str) or vote not in VOTES:
        raise UnansweredError(400, "a vote needs the `id` of an answer and a `vote`: up, down or guard")
    return name, str(vote)


def read_abort(body: bytes) -> tuple[str, int]:
    """Return why a rollout is to end, and of which generation it is.

    Raises:
        UnansweredError: The body says no such thing.
    """
    said = _object(body)
    why, generation = said.get("why"), said.get("generation")
    if said.keys() != {"why", "generation"} or not isinstance(why, str) or not why or type(generation) is not int:
        raise UnansweredError(400, "an abort needs the `generation` that is aborted and a `why`")
    return why, generation
