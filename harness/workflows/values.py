"""How GitHub compares and converts values: loosely, and without regard to upper and lower case."""

from math import nan

from harness.core.jsons import Json
from harness.workflows.numbers import to_number, to_text


def is_true(value: Json) -> bool:
    """Return whether a value counts as true: all but null, false, 0, not-a-number and the empty text."""
    if isinstance(value, list | dict):
        return True
    return bool(value) and value == value  # noqa: PLR0124 (only what is not a number differs from itself)


def is_plain(value: Json) -> bool:
    """Return whether a value is neither a list nor an object."""
    return not isinstance(value, list | dict)


def as_text(value: Json) -> str:
    """Return a value as text, as it is put into a line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return to_text(value)
    if isinstance(value, str):
        return value
    return "Array" if isinstance(value, list) else "Object"


def as_number(value: Json) -> float:
    """Return a value as a number; not-a-number for lists and objects."""
    if value is None:
        return 0.0
    if isinstance(value, bool | int | float):
        return float(value)
    return to_number(value) if isinstance(value, str) else nan


def equal(left: Json, right: Json) -> bool:
    """Return whether two values are equal after GitHub's conversions; lists and objects only to themselves."""
    if isinstance(left, str) and isinstance(right, str):
        return left.upper() == right.upper()
    if is_plain(left) and is_plain(right):
        return (left is None and right is None) or as_number(left) == as_number(right)
    return left is right


def greater(left: Json, right: Json) -> bool:
    """Return whether one value is greater than another after GitHub's conversions."""
    if isinstance(left, str) and isinstance(right, str):
        return left.upper() > right.upper()
    if is_plain(left) and is_plain(right):
        return as_number(left) > as_number(right)
    return False
