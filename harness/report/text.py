"""Making text from models and contributors safe to print: nothing in it may steer a terminal or a reader."""

import re
from collections.abc import Iterator, Sequence

from harness.core.errors import HarnessError, Origin
from harness.core.invisible import INVISIBLE, escape
from harness.core.words import count

TEXT = 4_000
"""Characters of an answer, a question or a limit that a page shows."""
_ROW = re.compile("(?<=[\ufe0e\ufe0f])[\ufe0e\ufe0f]")
"""A selector after an emoji is as it should be; a row of them carries a message."""
_AHEAD = 16
"""How many times its length is read of a text that is cut: much of it may be spaces."""


def visible(text: str) -> str:
    """Return text with control, direction and invisible characters written as escapes."""
    return _ROW.sub(escape, INVISIBLE.sub(escape, text))


def one_line(text: str, limit: int = 200) -> str:
    """Return text on one line, cut to a length."""
    read = text[: _AHEAD * limit]
    flat = " ".join(visible(read).split())
    return flat if len(flat) <= limit and len(read) == len(text) else f"{flat[: limit - 3]}..."


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows of cells as lines whose columns begin one below the other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def bearable(text: str) -> str:
    """Return an answer, or what was asked, in a length that a page bears, which says what is missing."""
    return text if len(text) <= TEXT else f"{text[:TEXT]}\n({count(len(text) - TEXT, 'character')} more)"


def as_error(error: HarnessError) -> str:
    """Return an error as the terminal prints it; no line of it begins with a contributor's words.

    A log reads `::warning::` at the start of a line as a command.
    """
    where = error.where and Origin(_flat(error.where.path), error.where.line)
    return str(HarnessError(_flat(error.what), where=where, hint=_flat(error.hint)))


def _flat(text: str) -> str:
    return visible(text).replace("\n", "\\n")
