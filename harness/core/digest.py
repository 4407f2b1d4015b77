"""Content addresses: sha256 over canonical JSON."""

import hashlib
import json
from collections.abc import Mapping, Sequence

type Canonical = bool | int | float | str | Sequence[Canonical] | Mapping[str, Canonical] | None

SHORT = 12
"""Hex digits that name a digest to people; all 64 are compared."""


_PLAIN = (str, int, type(None))
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def _decimals_as_text(value: Canonical) -> Canonical:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, list | tuple):
        return [item if isinstance(item, _PLAIN) else _decimals_as_text(item) for item in value]
    if isinstance(value, float):
        return {"decimal": repr(value)}
    if isinstance(value, Mapping):
        return {key: item if isinstance(item, _PLAIN) else _decimals_as_text(item) for key, item in value.items()}
    return [_decimals_as_text(item) for item in value]


def canonical(value: Canonical) -> bytes:
    """Return the one byte form of a JSON value: sorted keys, no spaces, UTF-8, decimals as text.

    Two values have equal bytes only if they are equal; `0.5` and `"0.5"` differ.

    Raises:
        ValueError: The value holds a lone surrogate, which UTF-8 cannot carry.
    """
    return _ENCODE(_decimals_as_text(value)).encode()


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
