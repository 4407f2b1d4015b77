"""What an application answers with, the same over HTTP and from a function; no word is believed unchecked."""

from collections.abc import Iterator, Mapping

from harness.core.call import CallError
from harness.core.completion import Completion, ToolCall
from harness.core.jsons import Json
from harness.core.money import micro_usd

KEYS = {"text", "tool_calls", "finish_reason", "model", "revision", "usage"}
COUNTS = {"input_tokens", "output_tokens", "cost_usd"}
MOST = 10**9
"""More tokens or USD than this are no count of one call."""

type Body = Mapping[str, Json]


def read_answer(body: Body) -> Completion:
    """Return an application's answer; null stands for a key that is left out.

    Raises:
        CallError: Something in it is not what it should be, so that nothing else of it is believed.
    """
    said = _known(body, KEYS, "it")
    used = _known(_an_object(said.get("usage", {}), "`usage`"), COUNTS, "`usage`")
    if "text" not in said:
        raise _wrong("it has no `text`")
    counted = {"input_tokens", "output_tokens"} <= used.keys()
    return Completion(
        text=_text(said, "text"),
        tool_calls=tuple(_tool_calls(said.get("tool_calls", []))),
        finish_reason=_text(said, "finish_reason") or "stop",
        input_tokens=_tokens(used, "input_tokens"),
        output_tokens=_tokens(used, "output_tokens"),
        cost=_cost(used),
        fingerprint=_text(said, "revision"),
        model=_text(said, "model"),
        metered=counted,
    )


def _wrong(what: str) -> CallError:
    return CallError(f"the application's answer is malformed: {what}", billed=True)


def _known(body: Body, keys: set[str], what: str) -> Body:
    if unknown := sorted(body.keys() - keys):
        raise _wrong(f"{what} has an unknown key `{unknown[0][:60]}`")
    return {name: value for name, value in body.items() if value is not None}


def _an_object(value: Json, what: str) -> Body:
    if not isinstance(value, dict):
        raise _wrong(f"{what} is no object")
    return value


def _text(body: Body, name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise _wrong(f"`{name}` is no text")
    return value


def _tokens(used: Body, name: str) -> int:
    value = used.get(name, 0)
    if type(value) is not int or not 0 <= value <= MOST:
        raise _wrong(f"`usage.{name}` is no number of tokens")
    return value


def _cost(used: Body) -> int | None:
    value = used.get("cost_usd")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        raise _wrong("`usage.cost_usd` is no amount of money")
    return micro_usd(value)


def _tool_calls(listed: Json) -> Iterator[ToolCall]:
    if not isinstance(listed, list):
        raise _wrong("`tool_calls` is no list")
    for number, item in enumerate(listed):
        place = f"`tool_calls.{number}`"
        call = _known(_an_object(item, place), {"name", "arguments"}, place)
        arguments = _an_object(call.get("arguments", {}), f"the `arguments` of {place}")
        if "name" not in call:
            raise _wrong(f"{place} has no `name`")
        yield ToolCall(_text(call, "name"), dict(arguments))
