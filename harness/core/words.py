"""Numbers and lists as a sentence says them."""

from collections.abc import Sequence

NAMED = 3
"""Names that a sentence holds; the rest is counted."""


def count(number: int, noun: str) -> str:
    """Return `1 case`, or `2 cases`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def named(names: Sequence[str], limit: int = NAMED, *, apart: str = ", ") -> str:
    """Return the first few names and how many more there are: `a, b, c and 2 more`."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return apart.join(names[:limit]) + more
