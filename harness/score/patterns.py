"""Regular expressions under a time limit, compiled once."""

from functools import lru_cache
from typing import TYPE_CHECKING

from harness.core.score import UnableError
from harness.score.wording import quote

if TYPE_CHECKING:
    import regex

SECONDS = 0.5
"""How long one regular expression may search one answer."""


@lru_cache(maxsize=1024)
def compiled(source: str) -> "regex.Pattern[str]":
    """Return a compiled regular expression.

    Raises:
        ValueError: It is not one.
    """
    import regex

    try:
        return regex.compile(source)
    except (regex.error, RecursionError, OverflowError) as error:
        message = f"is not a regular expression: {error}"
        raise ValueError(message) from None


def search(source: str, text: str) -> str | None:
    """Return the first part of a text that a regular expression matches, or None.

    Raises:
        UnableError: It is no regular expression, or took longer than half a second.
    """
    try:
        found = compiled(source).search(text, timeout=SECONDS)
    except TimeoutError:
        message = f"searching for a regular expression took longer than {SECONDS} s"
        raise UnableError(message) from None
    except ValueError as error:
        message = f"{quote(source)} {error}"
        raise UnableError(message) from None
    return found.group() if found else None
