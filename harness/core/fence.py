"""A fence around text that a judge reads: nothing inside can end it, pose as it, or be seen by the judge alone."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from harness.core.digest import digest
from harness.core.invisible import INVISIBLE, escape

_MARK = 32
"""Hex digits of a mark: to hold it, a text would have to hold half of its own digest."""
_JOINERS = "\u200c\u200d"
"""Without these, some scripts and emojis are not what was written."""
_CHAT = re.compile(r"<(?=[|\uff5c]|/?s>|(?:start|end)_of_turn>|</?SYS>>)|\[(?=/?INST\])", re.IGNORECASE)
"""Where words begin that some servers read as the frame of a conversation, wherever they stand."""


class Fenced(NamedTuple):
    """Texts between lines that bear a mark."""

    mark: str
    """What no text inside holds; those who are to read the texts are told of it elsewhere."""
    text: str


def fenced(texts: Mapping[str, str]) -> Fenced:
    """Return texts as a judge may be shown them, each between two lines with a mark that none of them can hold.

    The mark is drawn from the texts, so that equal texts are asked alike and no one who writes a text knows it.

    Args:
        texts: By a word of ours for each, such as `answer`.
    """
    shown = {name: plain(text) for name, text in texts.items()}
    mark = digest("fence", shown)[:_MARK]
    while any(mark in text for text in shown.values()):
        mark = digest("fence", mark)[:_MARK]
    blocks = (f"[{mark} {name} begins]\n{text}\n[{mark} {name} ends]" for name, text in shown.items())
    return Fenced(mark, "\n\n".join(blocks))


def plain(text: str) -> str:
    """Return text with what hides from people written as escapes, and the words that frame a chat broken."""
    lines = text.replace("\r\n", "\n")
    return _CHAT.sub(r"\g<0>\\", INVISIBLE.sub(_shown, lines))


def _shown(found: re.Match[str]) -> str:
    return found.group() if found.group() in _JOINERS else escape(found)
