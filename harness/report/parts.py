"""A report in parts, so that one that is too long loses whole parts and never half a table."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Part(NamedTuple):
    """A piece of Markdown that stands or goes as a whole."""

    name: str
    """What a reader misses where it is left out."""
    text: str
    rank: int = 0
    """How soon it is given up: the highest first, and 0 never."""


def part(name: str, lines: Iterable[str], rank: int = 0) -> Part:
    """Return lines as a part."""
    return Part(name, "\n".join(lines).strip("\n"), rank)


def fit(parts: Sequence[Part], limit: int, elsewhere: str) -> str:
    """Return the parts that fit into a number of characters, in their order, and what had to be left out.

    Those that matter most are placed first, so that a part which is too long by itself does not cost the others.

    Args:
        parts: Those of rank 0 are short enough together.
        limit: Characters in all.
        elsewhere: Where the whole is found, as Markdown.
    """
    told = [one for one in parts if one.text]
    names = ", ".join(dict.fromkeys(one.name for one in told))
    room = limit - len(_left_out(names, elsewhere))
    kept: set[int] = set()
    used = 1
    for place in sorted(range(len(told)), key=lambda place: (told[place].rank, place)):
        size = len(told[place].text) + 2
        if told[place].rank == 0 or used + size <= room:
            kept.add(place)
            used += size
    texts = [told[place].text for place in sorted(kept)]
    missed = dict.fromkeys(one.name for place, one in enumerate(told) if place not in kept)
    return "\n\n".join([*texts, _left_out(", ".join(missed), elsewhere)] if missed else texts) + "\n"


def _left_out(names: str, elsewhere: str) -> str:
    return f"**Left out for length:** {names}. The whole is in {elsewhere}."
