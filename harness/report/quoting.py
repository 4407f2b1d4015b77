"""Quoting in Markdown: what a model or contributor wrote stays text, wherever it stands."""

import re
from collections.abc import Iterator

from harness.report.text import one_line, visible

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~:/?#@!$&*+,;=%-]*)?")
_TICKS = re.compile("`+")
_MOST_TICKS = 32
"""Backticks in a row that are shown: of more than 80, GitHub makes no code span, and at 255 a fence ends."""
_MANY_TICKS = re.compile(f"`{{{_MOST_TICKS + 1},}}")
_COMMAND = re.compile(r"^([ \t]*)(::|##\[)", re.MULTILINE)
"""What a log reads as a command at the start of a line."""


def code(text: str, limit: int = 300) -> str:
    """Return text as a code span that nothing inside can end or leave."""
    flat = _tame(one_line(text, limit))
    ticks = "`" * (_longest(flat) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") or not flat else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"


def cell(text: str, limit: int = 300) -> str:
    """Return text as a code span within a table, whose pipes are escaped; GitHub shows them as they were."""
    return code(text, limit).replace("|", "\\|")


def fence(title: str, text: str) -> Iterator[str]:
    """Yield text as a fenced block that nothing inside can end."""
    yield ""
    yield f"{title}:"
    yield ""
    yield from block(text)


def block(text: str, language: str = "text") -> Iterator[str]:
    """Yield text as a fenced block without a title."""
    shown = _COMMAND.sub(_escape, _tame(visible(text.replace("\r\n", "\n")))) or "(empty)"
    ticks = "`" * max(3, _longest(shown) + 1)
    yield f"{ticks}{language}"
    yield shown
    yield ticks


def _tame(text: str) -> str:
    """Return text without rows of backticks that are longer than a delimiter can be."""
    return _MANY_TICKS.sub(lambda found: f"{'`' * _MOST_TICKS}... ({len(found.group())})", text)


def _longest(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, _TICKS.findall(text)), default=0)


def _escape(found: re.Match[str]) -> str:
    return f"{found[1]}\\u{ord(found[2][0]):04x}{found[2][1:]}"


def link(words: str, address: str) -> str:
    """Return words of ours as a link, or alone where the address could be read as anything else."""
    return f"[{words}]({address})" if _ADDRESS.fullmatch(address) else words
