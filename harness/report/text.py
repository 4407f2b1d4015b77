"""Making text from models and contributors safe to print: nothing in it may steer a terminal or a reader."""

import re

from harness.core.errors import HarnessError, Origin

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return text with control, direction and invisible characters written as escapes."""
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def one_line(text: str, limit: int = 200) -> str:
    """Return text on one line, cut to a length."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= limit else f"{flat[: limit - 3]}..."


def as_error(error: HarnessError) -> str:
    """Return an error as the terminal prints it; no line of it begins with a contributor's words.

    A log reads `::warning::` at the start of a line as a command.
    """
    where = error.where and Origin(_flat(error.where.path), error.where.line)
    return str(HarnessError(_flat(error.what), where=where, hint=_flat(error.hint)))


def _flat(text: str) -> str:
    return visible(text).replace("\n", "\\n")
