"""The words of an expression: what stands between `${{` and `}}`, cut into tokens as GitHub cuts it."""

import re
from typing import NamedTuple

from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.workflows.numbers import to_number

LENGTH_LIMIT = 21_000
"""Characters of the longest expression that GitHub takes."""

_SPACE = re.compile(r"\s+")
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_MARK = re.compile(r"==|!=|<=|>=|&&|\|\||[!<>()\[\],*]")
_NUMBER = re.compile(r"[-+.0-9][^(\[)\],!><=&|\s]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?=[(\[)\],.!><=&|\s*]|$)")
_WORDS: dict[str, Json] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}
_BEFORE_DOT = frozenset({"name", "]", ")", "*"})


class ExpressionError(ContentError):
    """An expression that GitHub would refuse, or that is not understood here."""


class Token(NamedTuple):
    """One word of an expression."""

    kind: str
    """`name`, `literal`, `end`, or the mark itself."""
    text: str
    value: Json = None


def tokens(source: str) -> list[Token]:
    """Return the words of an expression, with one of kind `end` after them.

    Raises:
        ExpressionError: Something in it is no word.
    """
    if len(source) > LENGTH_LIMIT:
        raise ExpressionError(f"an expression of more than {LENGTH_LIMIT:,} characters", hint="shorten it")
    found: list[Token] = []
    at = 0
    while at < len(source):
        if space := _SPACE.match(source, at):
            at = space.end()
            continue
        token = _token(source, at, found[-1].kind if found else "")
        found.append(token)
        at += len(token.text)
    return [*found, Token("end", "")]


def _token(source: str, at: int, before: str) -> Token:
    if source[at] == "." and before in _BEFORE_DOT:
        return Token(".", ".")
    if text := _TEXT.match(source, at):
        return Token("literal", text.group(), text.group(1).replace("''", "'"))
    if mark := _MARK.match(source, at):
        return Token(mark.group(), mark.group())
    if number := _NUMBER.match(source, at):
        value = to_number(number.group())
        if value == value:  # noqa: PLR0124 (only what is not a number differs from itself)
            return Token("literal", number.group(), value)
    elif name := _NAME.match(source, at):
        word = name.group()
        if word in _WORDS and before != ".":
            return Token("literal", word, _WORDS[word])
        return Token("name", word)
    raise ExpressionError(f"`{source[at:].split(maxsplit=1)[0]}` is not understood in the expression `{source}`")
