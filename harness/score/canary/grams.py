"""Grams: pieces of a text as a set of numbers, by which most of what is sought is ruled out at once."""

import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SMALL, LARGE = 4, 8
CUTS = {
    "plain": (SMALL, 12),
    "visible": (SMALL, 7),
    "steps": (SMALL, 6),
    "digits": (SMALL, 9),
    "hex": (SMALL, 12),
    "numbers": (LARGE, 8),
    "bits": (SMALL, 2),
}
"""By kind of code, the bytes of a gram, and those from the beginning of one gram of a text to that of the next.

A code that is as long as both together holds a whole gram wherever it begins, and nearly all of the kind are. Lists of
numbers share too many short pieces; bits are packed into bytes, of which a code may begin within one.
"""

type Named = tuple[str, bytes]
"""An encoding and what a canary looks like in it."""


class Codes(NamedTuple):
    """What is sought, by each gram that it may hold."""

    short: list[Named]
    """Codes that are too short to hold a whole gram wherever they begin."""
    grams: frozenset[int]
    by_gram: dict[int, list[Named]]

    def likely(self, grams: set[int]) -> list[Named]:
        """Return the codes that a text with these grams may hold."""
        found = () if self.grams.isdisjoint(grams) else self.grams & grams
        return [*self.short, *(code for gram in found for code in self.by_gram[gram])]


def _packed(bits: bytes) -> bytes:
    """Return zeros and ones as the bits of bytes, the last few left out that fill none."""
    count = len(bits) // 8
    return int(bits[: 8 * count] or b"0", 2).to_bytes(count or 1)


def grams(kind: str, text: bytes) -> set[int]:
    """Return the grams of what in a text may belong to a kind of code."""
    data = _packed(text) if kind == "bits" else text
    size, stride = CUTS[kind]
    count = max(0, (len(data) - size) // stride + 1)
    cut = bytearray(size * count)
    for place in range(size):
        cut[place::size] = data[place : place + stride * count : stride]
    return {*memoryview(cut).cast("I" if size == SMALL else "Q")}


def _held(kind: str, code: bytes) -> Iterator[int]:
    """Yield the grams of which a text that holds the code holds at least one; none if the code is too short."""
    size, stride = CUTS[kind]
    if kind == "bits":
        pieces = [_packed(code[at : at + 8 * size]) for at in range(8 * stride)]
    else:
        pieces = [code[at : at + size] for at in range(stride)]
    if len(pieces[-1]) == size:
        yield from (int.from_bytes(piece, sys.byteorder) for piece in pieces)


def by_gram(kind: str, codes: Iterable[Named]) -> Codes:
    """Return the codes of a kind by the grams that they may be found by."""
    short: list[Named] = []
    found: dict[int, list[Named]] = {}
    for named in codes:
        held = [*_held(kind, named[1])]
        short += [] if held else [named]
        for gram in held:
            found.setdefault(gram, []).append(named)
    return Codes(short, frozenset(found), found)
