"""A part of a long list, and how much of it is left out."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Part[Shown](NamedTuple):
    """What is shown of a list."""

    shown: tuple[Shown, ...]
    total: int

    @property
    def left(self) -> int:
        """How many are only in `verdict.json`."""
        return self.total - len(self.shown)


def part[Item, Shown](items: Sequence[Item], most: int, show: Callable[[Item], Shown]) -> Part[Shown]:
    """Return the first of a list as they are shown; what is left out costs nothing."""
    return Part(tuple(map(show, items[:most])), len(items))


def same[Item](item: Item) -> Item:
    """Return what is shown as it is."""
    return item
