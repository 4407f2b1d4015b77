"""Quoting in Markdown: what a model or contributor wrote stays text, wherever it stands."""

from collections.abc import Iterator

from harness.report.text import one_line, visible


def code(text: str, limit: int = 300) -> str:
    """Return text as a code span that nothing inside can end or leave."""
    flat = one_line(text, limit)
    runs = [len(run) for run in "".join(char if char == "`" else " " for char in flat).split()]
    ticks = "`" * (max(runs, default=0) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") or not flat else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"


def cell(text: str, limit: int = 300) -> str:
    """Return text as a code span within a table, whose pipes are escaped; GitHub shows them as they were."""
    return code(text, limit).replace("|", "\\|")


def fence(title: str, text: str) -> Iterator[str]:
    """Yield text as a fenced block that nothing inside can end."""
    shown = visible(text) or "(empty)"
    ticks = "```"
    while ticks in shown:
        ticks += "`"
    yield ""
    yield f"{title}:"
    yield ""
    yield f"{ticks}text"
    yield shown
    yield ticks
