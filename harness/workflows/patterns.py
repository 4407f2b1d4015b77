"""GitHub's patterns for branches, tags and paths."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

_PIECE = re.compile(r"\*\*/|\*\*|\*|\\.|\[[^\]]+\]|[?+]|.", re.DOTALL)


def chosen(name: str, patterns: Sequence[str]) -> bool:
    """Return whether patterns choose a name; one that begins with `!` takes back, and the last that fits decides."""
    found = False
    for pattern in patterns:
        if _compiled(pattern.removeprefix("!")).fullmatch(name):
            found = not pattern.startswith("!")
    return found


def any_chosen(names: Iterable[str], patterns: Sequence[str]) -> bool:
    """Return whether patterns choose one of some names."""
    return any(chosen(name, patterns) for name in names)


def all_matched(names: Iterable[str], patterns: Sequence[str]) -> bool:
    """Return whether each of some names is matched, as it must be to be passed over."""
    return all(chosen(name, patterns) for name in names)


def is_pattern(text: str) -> bool:
    """Return whether a text is a pattern at all."""
    try:
        _compiled(text.removeprefix("!"))
    except re.error:
        return False
    return True


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_as_regex(piece) for piece in _PIECE.findall(pattern)), re.DOTALL)


def _as_regex(piece: str) -> str:
    if piece in {"?", "+"} or piece.startswith("["):
        return piece
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return known.get(piece) or re.escape(piece[-1])
