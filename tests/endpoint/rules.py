"""What the API refuses to read: a request is taken only when OpenAI would take it; no client gets by on luck."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

type Json = dict[str, Any]
type Check = Callable[[Any], bool]

ROLES = ("developer", "system", "user", "assistant", "tool", "function")
PARTS = ("text", "image_url", "input_audio", "file", "refusal")
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(f"{name} is not JSON")


STRICT = json.JSONDecoder(parse_constant=refuse_constant)


class ApiError(Exception):
    """The API's own refusal, with the fields of OpenAI's error object."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": kind, "param": param, "code": code or None}

    def body(self) -> bytes:
        """Return the body of the answer."""
        return json.dumps({"error": self.error}).encode()


def refuse(message: str, param: str | None = None, code: str = "invalid_value") -> NoReturn:
    """Refuse a request that is malformed, and name the parameter."""
    raise ApiError(400, message, param=param, code=code)


def is_text(value: object) -> bool:
    """Return whether this is a string with something in it."""
    return isinstance(value, str) and value != ""


def is_whole(low: int, high: int) -> Check:
    """Return a check for a whole number in a range that holds both its ends."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_number(low: float, high: float) -> Check:
    """Return a check for a number in a range that holds both its ends."""
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def is_a(*types: type) -> Check:
    """Return a check for JSON's types: a string, a list, an object or a truth value."""
    return lambda value: isinstance(value, types)


def is_stop(value: object) -> bool:
    """Return whether this is a stop sequence or up to four of them."""
    return is_text(value) or (isinstance(value, list) and len(value) <= 4 and all(map(is_text, value)))


def is_tools(value: object) -> bool:
    """Return whether these declare functions that can be called."""
    return isinstance(value, list) and 1 <= len(value) <= 128 and all(map(is_tool, value))


def is_tool(value: object) -> bool:
    """Return whether this declares a function: a name, and a schema of its parameters that is an object."""
    match value:
        case {"type": "function", "function": {"name": str(name), **rest}}:
            return bool(NAME.fullmatch(name)) and isinstance(rest.get("parameters", {}), dict)
    return False


def is_format(value: object) -> bool:
    """Return whether this is one of the three response formats."""
    match value:
        case {"type": "text" | "json_object"}:
            return True
        case {"type": "json_schema", "json_schema": {"name": str(name)}}:
            return bool(NAME.fullmatch(name))
    return False


ANY_OBJECT = is_a(dict)
A_SWITCH = is_a(bool)
TOKENS = is_whole(1, 2**31)
PENALTY = is_number(-2, 2)
CHAT: dict[str, Check] = {
    "model": is_text,
    "messages": is_a(list),
    "temperature": is_number(0, 2),
    "top_p": is_number(0, 1),
    "max_tokens": TOKENS,
    "max_completion_tokens": TOKENS,
    "frequency_penalty": PENALTY,
    "presence_penalty": PENALTY,
    "seed": is_whole(-(2**63), 2**63 - 1),
    "stop": is_stop,
    "tools": is_tools,
    "response_format": is_format,
    "logprobs": A_SWITCH,
    "top_logprobs": is_whole(0, 20),
    "tool_choice": is_a(str, dict),
    "stream": A_SWITCH,
    "n": is_whole(1, 128),
    "stream_options": ANY_OBJECT,
    "parallel_tool_calls": A_SWITCH,
    "store": A_SWITCH,
    **dict.fromkeys(("logit_bias", "metadata", "prediction", "audio", "web_search_options"), ANY_OBJECT),
    **dict.fromkeys(("functions", "modalities"), is_a(list)),
    **dict.fromkeys(("user", "service_tier", "reasoning_effort", "verbosity", "safety_identifier"), is_a(str)),
    **dict.fromkeys(("prompt_cache_key", "prompt_cache_retention"), is_a(str)),
    "function_call": is_a(str, dict),
}
EMBEDDINGS: dict[str, Check] = {
    "model": is_text,
    "input": is_a(str, list),
    "encoding_format": lambda value: value in ("float", "base64"),
    "dimensions": is_whole(1, 4096),
    "user": is_a(str),
}


def payload(content_type: str, body: bytes) -> Json:
    """Return the object in a request's body.

    Raises:
        ApiError: It is not declared as JSON, is not JSON by the letter (valid UTF-8, no NaN, no half of a
            surrogate pair), or is no object.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        refuse("The Content-Type of a request is application/json.", code="invalid_content_type")
    try:
        found = STRICT.decode(body.decode())
        if b"\\u" in body:
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        refuse("We could not parse the JSON body of your request.", code="invalid_json")
    if not isinstance(found, dict):
        refuse("The JSON body of a request is an object.", code="invalid_json")
    return found


def check(found: Json, checks: dict[str, Check], *, required: Iterable[str]) -> Json:
    """Return the parameters that are set; null means not set.

    Raises:
        ApiError: One is missing, not known, or has a value that the API does not take.
    """
    parameters = {name: value for name, value in found.items() if value is not None}
    for name in required:
        if name not in parameters:
            refuse(f"Missing required parameter: '{name}'.", name, "missing_required_parameter")
    for name, value in parameters.items():
        if name not in checks:
            refuse(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
        if not checks[name](value):
            refuse(f"Invalid value for '{name}'.", name)
    return parameters


def check_chat(found: Json) -> Json:
    """Return the parameters of a chat completion that this server answers: one choice."""
    asked = check(found, CHAT, required=("model", "messages"))
    if asked.get("n", 1) != 1:
        refuse("This server gives one choice.", "n", "unsupported_value")
    if "max_tokens" in asked and "max_completion_tokens" in asked:
        refuse("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens")
    if "top_logprobs" in asked and not asked.get("logprobs"):
        refuse("'top_logprobs' is only allowed when 'logprobs' is enabled.", "top_logprobs")
    if not asked["messages"]:
        refuse("[] is too short - 'messages'", "messages", "empty_array")
    called: set[str] = set()
    for index, message in enumerate(asked["messages"]):
        check_message(message, f"messages[{index}]", called)
    return asked


def check_message(message: object, place: str, called: set[str]) -> None:
    """Check one message; `called` holds the tool calls before it, and gets those it makes."""
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        refuse(f"Invalid value for '{place}.role'.", f"{place}.role")
    content, calls = message.get("content"), message.get("tool_calls")
    if not isinstance(calls, list | None):
        refuse(f"Invalid type for '{place}.tool_calls'.", f"{place}.tool_calls", "invalid_type")
    if calls:
        called.update(check_call(call, message["role"], f"{place}.tool_calls") for call in calls)
    if message["role"] == "tool" and str(message.get("tool_call_id")) not in called:
        refuse("messages with role 'tool' must be a response to a preceding message with 'tool_calls'.", place)
    said_otherwise = message["role"] == "assistant" and (
        calls or message.get("refusal") or message.get("function_call")
    )
    if content is None and said_otherwise:
        return
    parts = isinstance(content, list) and content != [] and all(map(is_part, content))
    if not isinstance(content, str) and not parts:
        refuse(f"Invalid type for '{place}.content'.", f"{place}.content", "invalid_type")


def check_call(call: object, role: str, place: str) -> str:
    """Return the id of a tool call that an assistant's message holds."""
    match call:
        case {"id": str(name), "type": "function", "function": {"name": str(), "arguments": str()}} if (
            role == "assistant"
        ):
            return name
    refuse(f"Invalid value for '{place}'.", place)


def is_part(value: object) -> bool:
    """Return whether this is one part of a message's content; a part of text has text."""
    match value:
        case {"type": "text", **rest}:
            return isinstance(rest.get("text"), str)
        case {"type": str(kind)}:
            return kind in PARTS
    return False
