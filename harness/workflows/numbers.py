"""Numbers as GitHub reads and writes them, which is as JavaScript does."""

import re
from decimal import Decimal
from math import inf, isinf, isnan, nan

_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"0(?:x[0-9a-f]+|o[0-7]+|b[01]+)", re.IGNORECASE)
_ENDLESS = re.compile(r"[-+]?Infinity")
_LARGE = 1e21
_SMALL = 1e-6
"""From here on down JavaScript writes an exponent."""


def to_number(text: str) -> float:
    """Return the number that a text stands for: 0 for an empty one, not-a-number for any that stands for none."""
    plain = text.strip()
    if not plain:
        return 0.0
    if _DECIMAL.fullmatch(plain) or _ENDLESS.fullmatch(plain):
        return float(plain)
    try:
        return float(int(plain, 0)) if _BASED.fullmatch(plain) else nan
    except OverflowError:
        return inf


def to_text(number: float) -> str:
    """Return a number with at most 15 digits behind the point, as JavaScript writes it."""
    value = float(number)
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if abs(value) < _LARGE:
        value = round(value, 15)
    if value == 0:
        return "0"
    if _SMALL <= abs(value) < _LARGE:
        written = f"{Decimal(repr(value)):f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    digits, _, exponent = f"{Decimal(repr(value)).normalize():E}".lower().partition("e")
    return f"{digits}e{int(exponent):+d}"
