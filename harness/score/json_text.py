"""JSON as a model writes it: read strictly, compared exactly, addressed by pointers; hostile text only fails."""

import re
from functools import lru_cache

from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json

DEEPEST = 100
"""Levels of nesting, at most."""
FENCE = re.compile(r"\s*```")


@lru_cache(maxsize=8)
def parse(text: str) -> Json:
    """Return the value of a JSON text; callers never change it.

    Raises:
        NotJsonError: It is not JSON, holds NaN, Infinity or an endless number, or is nested over 100 levels deep.
    """
    try:
        return read_json(text, deepest=DEEPEST)
    except NotJsonError:
        if FENCE.match(text):
            message = "it is wrapped in a Markdown fence"
            raise NotJsonError(message) from None
        raise


def same(left: Json, right: Json) -> bool:
    """Return whether two JSON values are equal: 1 equals 1.0, but true is no number and order counts in lists."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    return left == right


def pointer_problem(pointer: str) -> str:
    """Return what is wrong with a JSON Pointer, or an empty string."""
    if pointer and not pointer.startswith("/"):
        return f'"{pointer}" is not a JSON Pointer: it must be empty or begin with "/"'
    if re.search(r"~(?![01])", pointer):
        return f'"{pointer}" is not a JSON Pointer: "~" is written "~0" and "/" is written "~1"'
    return ""


def at(value: Json, pointer: str) -> Json:
    """Return the part of a JSON value that a pointer addresses.

    Raises:
        LookupError: There is no such part.

    Source:
        RFC 6901, section 4.
    """
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[key]
        elif isinstance(value, list) and re.fullmatch(r"0|[1-9][0-9]{0,8}", key):
            value = value[int(key)]
        else:
            raise LookupError(pointer)
    return value
