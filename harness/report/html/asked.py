"""What a case gives and demands, taken apart for reading; what does not come apart stays as it is."""

import json
import re
from typing import NamedTuple

from harness.core.jsons import Json

_SCAN = re.compile(r'"(?:[^"\\]|\\.)*"|[()\[\]{}]|; |.', re.DOTALL)
_COMMA = re.compile(r"\s*,?\s*")
_COLON = re.compile(r"\s*:\s*")
_NAMED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*')
_DECODER = json.JSONDecoder()


class Given(NamedTuple):
    """One value that a case gives."""

    name: str
    value: str


def given(told: str) -> tuple[Given, ...]:
    """Return the values of a case's `vars`, which are JSON that may be cut; from there on it stands as it is."""
    if not told.startswith("{"):
        return (Given("", told),) if told else ()
    found: list[Given] = []
    place = 1
    while (place := _after(_COMMA, told, place)) < len(told) and told[place] != "}":
        try:
            name, end = _DECODER.raw_decode(told, place)
            start = _after(_COLON, told, end)
            value, place = _DECODER.raw_decode(told, start)
        except (ValueError, RecursionError):
            return (*found, _rest(told, place))
        found.append(Given(str(name), _plain(value)))
    then = told[place + 1 :].removeprefix(", then ")
    return (*found, Given("then", then)) if then else tuple(found)


def demands(told: str) -> tuple[str, ...]:
    """Return the expectations of a case, which stand in one line; a semicolon within one parts nothing."""
    found, depth = [""], 0
    for word in _SCAN.findall(told):
        if word == "; " and not depth:
            found.append("")
            continue
        depth = max(depth + (word in "([{") - (word in ")]}"), 0)
        found[-1] += word
    return tuple(filter(None, found))


def _plain(value: Json) -> str:
    """Return a value as people read it; of objects in a list, each with a line for every entry."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return "\n\n".join(map(_plain, value))
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return "\n".join(f"{name}: {item}" for name, item in value.items())
    return json.dumps(value, ensure_ascii=False)


def _after(pattern: re.Pattern[str], told: str, place: int) -> int:
    found = pattern.match(told, place)
    return found.end() if found else place


def _rest(told: str, place: int) -> Given:
    """Return what could not be read: a value that was cut, with its name if that is whole."""
    found = _NAMED.match(told, place)
    return Given(found[1], told[found.end() :]) if found else Given("", told[place:])
