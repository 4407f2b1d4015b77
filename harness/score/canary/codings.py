"""Codings: the number or the pair of numbers that stands for a letter, and how twelve of them differ from each other.

All numbers count modulo 26, so that a shift, the alphabet backwards and a multiple are one and the same search.
"""

from collections.abc import Iterable, Iterator
from string import ascii_uppercase

from harness.score.canary.figures import KEYBOARD, KEYPAD, SQUARES, in_base
from harness.score.canary.shifts import LETTERS, affine, differences, second_differences

WIDTHS = range(2, 14)
"""Columns of a grid that the alphabet is written into."""
ANY_FACTOR = tuple(factor for factor in range(1, LETTERS) if factor != LETTERS // 2)
"""What the places in the alphabet may be multiplied by: also those that make two letters one, as 2 and 10."""
BACK = (1, LETTERS - 1)
MOST_PRIME = 102
PRIMES = [number for number in range(2, MOST_PRIME) if all(number % least for least in range(2, number))]
ITA2 = (3, 25, 14, 9, 1, 13, 26, 20, 6, 11, 15, 18, 28, 12, 24, 22, 23, 10, 5, 16, 7, 30, 19, 29, 21, 17)
"""Teleprinter codes of the letters."""
EBCDIC = (*range(193, 202), *range(209, 218), *range(226, 234))

type Cell = tuple[int, int]


def _grid(letters: str, width: int) -> dict[str, Cell]:
    return {char: divmod(place, width) for place, char in enumerate(letters)}


def _small_square(gone: str) -> dict[str, Cell]:
    """Return the cells of a square of 25 letters, in which the one that is gone shares its neighbour's cell."""
    cells = _grid(ascii_uppercase.replace(gone, ""), 5)
    return cells | {gone: cells["I" if gone == "J" else "C"]}


GRIDS: tuple[tuple[str, dict[str, Cell]], ...] = (
    *((f"a grid of {width} columns", _grid(ascii_uppercase, width)) for width in WIDTHS),
    *((f"a square of letters, {name}", _small_square("K" if name[0] == "K" else "J")) for name in SQUARES),
    (
        "rows and columns of a keyboard",
        {c: (r, p) for r, row in enumerate(KEYBOARD.split()) for p, c in enumerate(row)},
    ),
    ("telephone keys", {char: (key, times) for key, group in enumerate(KEYPAD) for times, char in enumerate(group)}),
)
"""Ways to name a letter by two numbers: the name and each letter's cell."""
NUMBERS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("prime numbers", tuple(PRIMES)),
    ("square numbers", tuple(place * place for place in range(1, 27))),
    ("triangular numbers", tuple(place * (place + 1) // 2 for place in range(1, 27))),
    ("powers of two", tuple(1 << place for place in range(26))),
    ("teleprinter codes", ITA2),
    ("EBCDIC", EBCDIC),
    *(("octal", tuple(int(in_base(first + place, 8)) for place in range(26))) for first in (0, 1, 65, 97)),
    ("places on a keyboard", tuple(KEYBOARD.replace(" ", "").index(char) for char in ascii_uppercase)),
)
"""Ways to name a letter by one number that are not its place in the alphabet."""


def _numbered(word: str) -> Iterator[tuple[str, list[int]]]:
    for name, numbers in NUMBERS:
        yield name, [numbers[ord(char) - 65] for char in word]
    for name, cells in GRIDS:
        pairs = [cells[char] for char in word]
        yield name, [10 * row + column for row, column in pairs]
        yield name, [10 * column + row for row, column in pairs]
        yield name, [5 * row + column for row, column in pairs]


def modulo(numbers: Iterable[int]) -> bytes:
    """Return numbers as bytes from 0 to 25."""
    return bytes([number % LETTERS for number in numbers])


def steps(word: str) -> Iterator[tuple[str, bytes]]:
    """Yield the second differences of every list of numbers that stands for a word, forwards and backwards."""
    for way in (word, word[::-1]):
        plain = way.encode()
        for step in affine(second_differences(plain[1:]), BACK):
            yield "each added to the one before", step
        for step in affine(second_differences(plain), ANY_FACTOR):
            yield "shifted in the alphabet", step
        for name, numbers in _numbered(way):
            for step in affine(second_differences(modulo(numbers)), BACK):
                yield name, step


def pairs(word: str) -> Iterator[tuple[str, bytes]]:
    """Yield the differences of pair to pair of every list of pairs that stands for a word, forwards and backwards."""
    for way in (word, word[::-1]):
        for name, cells in GRIDS:
            rows, columns = ([cells[char][axis] for char in way] for axis in (0, 1))
            for one, other in ((rows, columns), (columns, rows)):
                told = [number for pair in zip(one, other, strict=True) for number in pair]
                yield name, differences(modulo(told), 2)
