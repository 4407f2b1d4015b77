"""What an answer says instead of the text it should contain, for the one line of a reason."""

import re
from functools import lru_cache

from harness.score.wording import quote

LOOKED_AT = 5_000
"""Characters of an answer searched for a number with the same unit."""
QUANTITY = re.compile(r"([$€£¥]?)\s?(\d+(?:[.,:]\d+)*)[\s-]{0,3}([^\W\d_]+|%|[$€£¥])?")
"""A currency sign, a number and a unit; any match is linear in its length."""


def _unit(match: re.Match[str]) -> str:
    """Return what is counted, so far that singular and plural agree: `day` for days, `$` for dollars."""
    return match[1] or (match[3] or "")[:3].casefold()


@lru_cache(maxsize=1024)
def _quantity(expected: str) -> tuple[str, str]:
    """Return the first quantity of a text and its unit, both empty when there is none."""
    found = QUANTITY.search(expected)
    unit = _unit(found) if found else ""
    return (found[0].strip(), unit) if found and unit else ("", "")


def _same_quantity(text: str, expected: str) -> str:
    wanted, unit = _quantity(expected)
    for found in QUANTITY.finditer(text[:LOOKED_AT]) if unit else ():
        said = found[0].strip()
        if said != wanted and _unit(found) == unit:
            return said
    return ""


def nearest(text: str, expected: str) -> str:
    """Return what an answer says in place of `expected`: another number of the same unit, or how it begins."""
    if not text.strip():
        return "the answer is empty"
    return f"the answer says {quote(_same_quantity(text, expected) or text.strip())}"
