"""Grams: pieces of four bytes of a text as a set of numbers, by which most of what is sought is ruled out at once."""

import sys
from collections.abc import Iterable, Iterator

SIZE = 4
LARGE = 8
"""Bytes of a piece where four would be too common: in lists of numbers."""
WINDOW = 32
"""Bits of a gram."""
BETWEEN = 8
"""Bits from the beginning of one gram to that of the next."""
ALWAYS = -1
"""The gram of codes that are too short to hold a whole piece wherever they begin."""

type Codes = dict[int, list[tuple[str, bytes]]]
"""Names of encodings and what is sought in them, by each gram that they may hold."""


def grams(data: bytes, size: int = SIZE) -> set[int]:
    """Return a text's pieces of four or eight bytes, cut from its start on, as numbers."""
    return {ALWAYS, *memoryview(data[: len(data) // size * size]).cast("I" if size == SIZE else "Q")}


def bit_grams(bits: bytes) -> set[int]:
    """Return the pieces of 32 zeros and ones that begin at the 1st, 9th, 17th and so on, as numbers."""
    part = bits[: len(bits) // 8 * 8]
    if not part:
        return {ALWAYS}
    data = int(part, 2).to_bytes(len(part) // 8)
    return {ALWAYS}.union(*(grams(data[skip:]) for skip in range(0, WINDOW // 8, BETWEEN // 8)))


def _pieces(code: bytes, size: int) -> Iterator[int]:
    """Yield the grams of which a text that holds the code holds at least one."""
    if len(code) < 2 * size - 1:
        yield ALWAYS
        return
    yield from (int.from_bytes(code[at : at + size], sys.byteorder) for at in range(size))


def _bit_pieces(code: bytes) -> Iterator[int]:
    if len(code) < WINDOW + BETWEEN - 1:
        yield ALWAYS
        return
    for at in range(BETWEEN):
        yield int.from_bytes(int(code[at : at + WINDOW], 2).to_bytes(SIZE), sys.byteorder)


def by_gram(codes: Iterable[tuple[str, bytes]], *, size: int = SIZE, bits: bool = False) -> Codes:
    """Return codes by the grams that they may be found by."""
    found: Codes = {}
    for name, code in codes:
        for piece in _bit_pieces(code) if bits else _pieces(code, size):
            found.setdefault(piece, []).append((name, code))
    return found
