"""Plain data to records: one strict check for every format, its faults told as a person would."""

import json
import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from harness.content.suggest import brief, did_you_mean
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json

type Place = tuple[str | int, ...]
type Where = Callable[[Place], Origin]

_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"
"""What else is installed must not watch or change what is read, nor be looked for, which takes 10 ms."""
_UNKNOWN = "unexpected_keyword_argument"
_QUOTED = re.compile("'([^']+)'")


@cache
def adapter(record: Any) -> TypeAdapter[Any]:  # noqa: ANN401 (a type, or a union of types)
    """Return the checker of a record type; built once, at first use, and without the plugins of other packages."""
    before = os.environ.get(_PLUGINS)
    os.environ[_PLUGINS] = "__all__"
    try:
        return TypeAdapter(record)
    finally:
        if before is None:
            os.environ.pop(_PLUGINS, None)
        else:
            os.environ[_PLUGINS] = before


def build[T](record: type[T], value: Json, where: Where) -> T:
    """Return a record from plain data.

    Args:
        record: A dataclass whose `__pydantic_config__` forbids unknown keys.
        value: The data as read.
        where: Gives the origin of a place in the data.

    Raises:
        ContentError: The first fault, with its origin, what is wrong and what is near.
    """
    if not isinstance(value, dict):
        raise ContentError("a mapping with keys is expected here", where=where(()))
    try:
        return cast("T", adapter(cast("Any", record)).validate_python(value))
    except ValidationError as error:
        raise _told(error.errors(include_url=False), record, where) from None


def _told(faults: Sequence[ErrorDetails], record: type, where: Where) -> ContentError:
    """Return the first fault as ours; an unknown key goes first, since it explains a missing one."""
    fault = min(faults, key=lambda item: item["type"] != _UNKNOWN)
    place = tuple(fault["loc"])
    name = str(place[-1]) if place else ""
    if fault["type"] == _UNKNOWN:
        known = _known_keys(record, place[:-1])
        what = f"unknown key `{name}`{did_you_mean(name, known)}"
        return ContentError(what, where=where(place), hint=f"known keys: {', '.join(known)}")
    if fault["type"] in {"missing", "missing_argument"}:
        return ContentError(f"the key `{name}` is missing", where=where(place[:-1]))
    path = ".".join(str(part) for part in place)
    return ContentError(f"`{path}` {_plain(fault)}{_instead(fault)}", where=where(place), hint=_as_list(fault))


def _instead(fault: ErrorDetails) -> str:
    """Return the word that stands there instead of one of a few or of one that fits a pattern, and what is near."""
    if fault["type"] not in {"literal_error", "string_pattern_mismatch"}:
        return ""
    word = str(fault["input"])
    known = _QUOTED.findall(fault["ctx"].get("expected", ""))
    return f", not `{brief(word)}`{did_you_mean(word, known)}"


def _as_list(fault: ErrorDetails) -> str:
    """Return how one mapping is written where a list of them is expected."""
    if fault["type"] in {"list_type", "tuple_type"} and isinstance(fault["input"], dict):
        return f"write {brief(json.dumps([fault['input']], ensure_ascii=False))}"
    return ""


_PLAIN = {
    "a valid tuple": "a list",
    "a valid list": "a list",
    "a valid dictionary": "a mapping with keys",
    "a valid string": "a text",
    "a valid number": "a number",
    "a valid integer": "a whole number",
    "a valid boolean": "true or false",
    " after validation": "",
}
"""The checker's words, and those of people who write YAML."""


def _plain(fault: ErrorDetails) -> str:
    message = fault["msg"].removeprefix("Value error, ").removeprefix("Tuple ").removeprefix("List ")
    message = message.removeprefix("Dictionary ")
    for theirs, ours in _PLAIN.items():
        message = message.replace(theirs, ours)
    rest = message.removeprefix("Input ").removeprefix("Value ").removeprefix("String ")
    return rest[0].lower() + rest[1:] if rest != message else message


def _known_keys(record: type, place: Place) -> list[str]:
    """Return the keys that may stand at a place, as the record's JSON Schema tells them."""
    whole = adapter(cast("Any", record)).json_schema(by_alias=True)
    at = whole
    for step in place:
        at = _resolve(at, whole)
        inner = at.get("items", {}) if isinstance(step, int) else at.get("properties", {}).get(step)
        at = inner or at.get("additionalProperties") or {}
    return sorted(_resolve(at, whole).get("properties", {}))


def _resolve(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice:
            schema = choice
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    found: dict[str, Any] = whole["$defs"][name] if name else schema
    return found
