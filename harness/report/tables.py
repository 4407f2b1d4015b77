"""Tables in Markdown, whose cells are quoted by whoever writes them."""

from collections.abc import Iterable, Iterator


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
