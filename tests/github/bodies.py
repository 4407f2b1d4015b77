"""Bodies of requests: JSON as GitHub reads it, and no deeper than anybody needs."""

import json

from tests.github.contract import Doc
from tests.github.records import BrokenRuleError

DEEPEST = 50
"""Levels of a body's nesting."""


def read(body: bytes) -> object:
    """Return a body's document, None where there is none.

    Raises:
        BrokenRuleError: It is no JSON, or nobody's.
    """
    if not body:
        return None
    try:
        document = json.loads(body, parse_constant=_no_number)
        json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BrokenRuleError(400, "Problems parsing JSON") from error
    if not _shallow(document):
        raise BrokenRuleError(400, "Problems parsing JSON: nested too deeply")
    return document


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _shallow(document: object) -> bool:
    level = [document]
    for _ in range(DEEPEST):
        level = [
            one
            for held in level
            if isinstance(held, dict | list)
            for one in (held.values() if isinstance(held, dict) else held)
        ]
    return not level


def fields(document: object) -> Doc:
    """Return the fields of a document; where there is none, there are none."""
    return document if isinstance(document, dict) else {}
