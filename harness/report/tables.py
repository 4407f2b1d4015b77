"""Tables in Markdown, whose cells are quoted by whoever writes them."""

from collections.abc import Iterable, Iterator

LONGEST = 20
"""Characters of a name that its column keeps on one line."""


def table(head: str, rows: Iterable[str], *, most: int | None = None) -> Iterator[str]:
    """Yield a table after an empty line, or nothing at all where it has no rows.

    Args:
        head: The columns, such as `case | why`.
        rows: Each with its outer bars.
        most: How many of them are shown; the others are counted. None for all.
    """
    found = [*rows]
    if found:
        yield ""
        yield f"| {head} |"
        yield "|---" * (head.count(" | ") + 1) + "|"
    yield from found[:most]
    if hidden := len(found) - len(found[:most]):
        yield ""
        yield f"{hidden} more stand in the JSON beside this file."


def wide(head: str, names: Iterable[str]) -> str:
    """Return the head of a column that does not break names at their hyphens to make room for the prose beside them.

    A page measures a column by its longest word, and the padding is one: thirteen of it are as wide as seven letters.
    """
    longest = max((len(name) for name in names), default=0)
    return head + "\u00a0" * (13 * min(longest, LONGEST) // 7 - len(head))
