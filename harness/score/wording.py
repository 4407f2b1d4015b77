"""How an expectation and an answer are put into one short, harmless line for people."""

import json

from harness.core.case import Expectation
from harness.core.jsons import Json

LONGEST_LINE = 200
"""Characters of a reason, at most."""
LONGEST_QUOTE = 60
"""Characters of an answer or a value that a reason quotes, at most."""
NAMES = frozenset({"cites", "python", "tool-called"})
"""Kinds whose value is a name, shown without quotes."""
LISTED = 3
"""Items of a list that a reason shows."""
SILENT = frozenset({"json-pointer", "json-schema", "leaks-canary", "retrieved", "tool-args", "trajectory"})
"""Kinds whose value is too long to show; their marks name the part that matters."""


def visible(text: str) -> str:
    r"""Return a text with everything unprintable spelled out: line ends, ANSI escapes, bidi controls as `\u202e`."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def cut(text: str, length: int) -> str:
    """Return a text of at most `length` characters; three dots stand for what is missing."""
    return text if len(text) <= length else text[: length - 3] + "..."


def line(text: str) -> str:
    """Return a text as one printable line of at most 200 characters."""
    return cut(visible(text[: LONGEST_LINE + 1]), LONGEST_LINE)


def quote(text: str, start: int = 0) -> str:
    """Return the part of a text that begins at `start`, in quotes, shortened and made visible."""
    piece = visible(text[start : start + LONGEST_QUOTE + 1])
    return f'"{"..." if start else ""}{cut(piece, LONGEST_QUOTE)}"'


def shown(value: Json) -> str:
    """Return a JSON value as a reason shows it."""
    if isinstance(value, str):
        return quote(value)
    return cut(visible(json.dumps(value, ensure_ascii=False)), LONGEST_QUOTE)


def _list(value: Json, *, bare: bool) -> str:
    values = value if isinstance(value, list) else [value]
    texts = [visible(cut(str(item), LONGEST_QUOTE)) if bare else shown(item) for item in values[:LISTED]]
    more = f" and {len(values) - LISTED} more" if len(values) > LISTED else ""
    return ", ".join(texts) + more


def label(expectation: Expectation) -> str:
    """Return an expectation as people name it: `contains "30 days"`, `not-cites policy/returns`, `is-json`.

    A value of true says nothing by itself, unless it is what the answer must equal.
    """
    nothing = expectation.value is True and expectation.kind != "equals"
    if nothing or expectation.kind in SILENT or expectation.parts:
        return expectation.name
    if expectation.kind == "equals":
        return f"{expectation.name} {shown(expectation.value)}"
    value = expectation.value
    if expectation.kind == "python":
        value = str(value).partition("@")[0]  # without the digest of its file
    return f"{expectation.name} {_list(value, bare=expectation.kind in NAMES)}"
