"""Content addresses: sha256 over canonical JSON."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from math import isfinite

type Canonical = bool | int | float | str | Sequence[Canonical] | Mapping[str, Canonical] | None

SHORT = 12
"""Hex digits that name a digest to people; all 64 are compared."""
DECIMAL = "decimal"
"""The one key of the mapping that stands for a number with a fraction."""


_PLAIN = (str, int, type(None))
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def _decimals_as_text(value: Canonical) -> Canonical:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, list | tuple):
        return [item if isinstance(item, _PLAIN) else _decimals_as_text(item) for item in value]
    if isinstance(value, float):
        return {DECIMAL: repr(value)}
    if isinstance(value, Mapping):
        if is_decimal(value):  # somebody's own, no number of ours: no number stands bare elsewhere
            return {DECIMAL: float(str(value[DECIMAL]))}
        return {key: item if isinstance(item, _PLAIN) else _decimals_as_text(item) for key, item in value.items()}
    return [_decimals_as_text(item) for item in value]


def is_decimal(value: Mapping[str, object]) -> bool:
    """Return whether a mapping is `{"decimal": "0.5"}`, as canonical JSON writes a number with a fraction."""
    said = value.get(DECIMAL) if len(value) == 1 else None
    try:
        return isinstance(said, str) and repr(number := float(said)) == said and isfinite(number)
    except ValueError:
        return False


def compact(value: Canonical) -> bytes:
    """Return a JSON value with sorted keys, no spaces, in UTF-8; numbers as Python writes them."""
    return _ENCODE(value).encode()


def canonical(value: Canonical) -> bytes:
    """Return the one byte form of a JSON value: sorted keys, no spaces, UTF-8, decimals as text.

    Two values have equal bytes only if they are equal; `0.5` and `"0.5"` differ, and so do `0.5` and somebody's own
    `{"decimal": "0.5"}`, which is written `{"decimal":0.5}`.

    Raises:
        ValueError: The value holds a lone surrogate, which UTF-8 cannot carry.
    """
    return compact(_decimals_as_text(value))


def digest(schema: str, value: Canonical) -> str:
    """Return the 64 hex digits that address `value` as a record of kind `schema`."""
    return hashlib.sha256(canonical([schema, value])).hexdigest()


def text_digest(text: str) -> str:
    """Return the 64 hex digits that address a text by itself: of one that is long, in half the time of a record's.

    Raises:
        ValueError: The text holds a lone surrogate, which UTF-8 cannot carry.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def fraction(text: str) -> float:
    """Return a number in [0, 1) that a text stands for: spread evenly over texts, and the same each time."""
    return int(text_digest(text)[:8], 16) / 2**32


def short(address: str) -> str:
    """Return the twelve digits by which people name an address."""
    return address[:SHORT]
