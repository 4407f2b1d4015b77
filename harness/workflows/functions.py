"""The functions of expressions that need nothing but their arguments."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from harness.core.jsons import Json
from harness.workflows.lexer import ExpressionError
from harness.workflows.values import as_text, equal, is_plain

_FIELD = re.compile(r"\{\{|\}\}|\{([0-9]{1,9})(?![0-9])[^{}]*\}|[{}]")


class Function(NamedTuple):
    """A function, and how many arguments it takes."""

    call: Callable[[Sequence[Json]], Json]
    least: int
    most: int


def _contains(given: Sequence[Json]) -> Json:
    where, what = given
    if isinstance(where, list):
        return any(equal(what, item) for item in where)
    return is_plain(where) and is_plain(what) and as_text(what).lower() in as_text(where).lower()


def _starts(given: Sequence[Json]) -> Json:
    return all(map(is_plain, given)) and as_text(given[0]).upper().startswith(as_text(given[1]).upper())


def _ends(given: Sequence[Json]) -> Json:
    return all(map(is_plain, given)) and as_text(given[0]).upper().endswith(as_text(given[1]).upper())


def _format(given: Sequence[Json]) -> Json:
    form = as_text(given[0])

    def fill(found: re.Match[str]) -> str:
        if found.group() in {"{{", "}}"}:
            return found.group()[0]
        if found.group(1) is None:
            raise ExpressionError(f"`{form}` is not a format", hint="write `{{` and `}}` for braces")
        number = int(found.group(1)) + 1
        if number >= len(given):
            raise ExpressionError(f"`{form}` names more values than it is given")
        return as_text(given[number])

    return _FIELD.sub(fill, form)


def _join(given: Sequence[Json]) -> Json:
    parts = given[0]
    between = as_text(given[1]) if len(given) > 1 and is_plain(given[1]) else ","
    if isinstance(parts, list):
        return between.join(map(as_text, parts))
    return as_text(parts) if is_plain(parts) else ""


def _whole(value: Json) -> Json:
    """Return a value in which numbers without a fraction are written without one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {key: _whole(item) for key, item in value.items()} if isinstance(value, dict) else value


def _to_json(given: Sequence[Json]) -> Json:
    return json.dumps(_whole(given[0]), indent=2, ensure_ascii=False)


def _from_json(given: Sequence[Json]) -> Json:
    try:
        found: Json = json.loads(as_text(given[0]))
    except ValueError:
        raise ExpressionError("what `fromJSON` was given is not JSON") from None
    return found


FUNCTIONS: Mapping[str, Function] = {
    "contains": Function(_contains, 2, 2),
    "startswith": Function(_starts, 2, 2),
    "endswith": Function(_ends, 2, 2),
    "format": Function(_format, 1, 255),
    "join": Function(_join, 1, 2),
    "tojson": Function(_to_json, 1, 1),
    "fromjson": Function(_from_json, 1, 1),
}
"""By their names in lower case; those that need the run's state are added by whoever has it."""
