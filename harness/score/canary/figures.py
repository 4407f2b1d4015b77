"""How twelve letters look as numbers: lists of codes in any base, digits without gaps, bits."""

from collections.abc import Iterator
from typing import Literal

from harness.score.canary.morse import MORSE_LETTERS

KEYPAD = ("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ")
"""The letters on the keys 2 to 9 of a telephone."""
KEYBOARD = "QWERTYUIOP ASDFGHJKL ZXCVBNM"
BASES = range(2, 37)
POSITION_BASES = range(2, 17)
SQUARES = {"I is J": str.maketrans("J", "I"), "K is C": str.maketrans("K", "C")}
"""The two ways to put 26 letters into five rows of five."""
BACON = "ABCDEFGHIKLMNOPQRSTUWXYZ"
"""The 24 letters of Bacon's cipher, in which J is I and V is U."""
FEWEST_SIGNS = 39
"""Dots and dashes that nobody writes by chance, even without the gaps between the letters."""


def in_base(number: int, base: int) -> str:
    """Return a number in a base of up to 36, in lower case."""
    out = ""
    while True:
        number, digit = divmod(number, base)
        out = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + out
        if not number:
            return out


def _codes(word: str) -> Iterator[tuple[str, list[int], range]]:
    yield "character codes", [ord(char) for char in word], BASES
    yield "character codes", [ord(char) for char in word.lower()], BASES
    yield "places in the alphabet", [ord(char) - 64 for char in word], POSITION_BASES
    yield "places in the alphabet", [ord(char) - 65 for char in word], POSITION_BASES


def _square(word: str, name: str) -> list[tuple[int, int]]:
    gone = "J" if name == "I is J" else "K"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".replace(gone, "")
    return [divmod(letters.index(char), 5) for char in word.translate(SQUARES[name])]


def _key(char: str) -> tuple[int, int]:
    """Return the row and the column of a letter's key."""
    return next((row, keys.index(char)) for row, keys in enumerate(KEYBOARD.split()) if char in keys)


def _keys(word: str) -> list[tuple[str, int]]:
    """Return for each letter its key and how often that is pressed."""
    return [next((str(key), at.index(char) + 1) for key, at in enumerate(KEYPAD, 2) if char in at) for char in word]


def number_lists(word: str) -> Iterator[tuple[str, list[str]]]:
    """Yield lists of numbers that stand for a word letter by letter, with their names."""
    for name, codes, bases in _codes(word):
        yield from ((f"{name} in base {base}", [in_base(code, base) for code in codes]) for base in bases)
    for name in SQUARES:
        cells = _square(word, name)
        yield "a square of letters", [f"{row + 1}{column + 1}" for row, column in cells]
        yield "a square of letters", [f"{column + 1}{row + 1}" for row, column in cells]
        yield "a square of letters", [str(part) for row, column in cells for part in (row + 1, column + 1)]
    for first in (0, 1):
        yield "places on a keyboard", [str(KEYBOARD.replace(" ", "").index(char) + first) for char in word]
        yield "places on a keyboard", [f"{row + first}{column + first}" for row, column in map(_key, word)]
    orders: tuple[Literal["big", "little"], ...] = ("big", "little")
    for order in orders:
        parts = [text[at : at + 4].encode() for text in (word, word.lower()) for at in range(0, len(word), 4)]
        numbers = [str(int.from_bytes(part, order)) for part in parts]
        yield from (("numbers of 32 bits", half) for half in (numbers[: len(parts) // 2], numbers[len(parts) // 2 :]))
    keys = _keys(word)
    yield "telephone keys", [key * times for key, times in keys]
    yield "telephone keys", [f"{key}{times}" for key, times in keys]
    yield "telephone keys", [key for key, _ in keys]


def digit_strings(word: str) -> Iterator[tuple[str, str]]:
    """Yield digits without gaps that stand for a word, with their names."""
    for text in (word, word.lower()):
        codes = [ord(char) for char in text]
        yield "character codes", "".join(map(str, codes))
        yield "character codes", "".join(f"{code:03}" for code in codes)
        yield "octal", "".join(f"{code:03o}" for code in codes)
        yield "one long number", str(int.from_bytes(text.encode()))
        yield "one long number", str(int.from_bytes(text.encode(), "little"))
    for first in (64, 65):
        places = [ord(char) - first for char in word]
        yield "places in the alphabet", "".join(map(str, places))
        yield "places in the alphabet", "".join(f"{place:02}" for place in places)
    for name, numbers in number_lists(word):
        if "base" not in name:
            yield name, "".join(numbers)


def hex_strings(word: str) -> Iterator[tuple[str, str]]:
    """Yield hexadecimal digits without gaps that stand for a word, with their names."""
    for text in (word, word.lower()):
        yield "hexadecimal", text.encode().hex()
        yield "hexadecimal", text[::-1].encode().hex()
        yield "hexadecimal", "".join(f"{ord(char):x}"[::-1] for char in text)
        yield "UTF-16", text.encode("utf-16-be").hex()
        yield "UTF-32", text.encode("utf-32-be").hex()


def bit_strings(word: str) -> Iterator[tuple[str, str]]:
    """Yield zeros and ones that stand for a word, with their names; the other way round they stand for it as well."""
    strings = [
        *(("".join(f"{ord(char):0{width}b}" for char in text)) for text in (word, word.lower()) for width in (8, 7)),
        *("".join(f"{ord(char) - first:0{width}b}" for char in word) for first in (64, 65) for width in (5, 6, 8)),
        "".join(f"{ord(char) - 32:06b}" for char in word),
        "".join(f"{BACON.index(char.translate(str.maketrans('JV', 'IU'))):05b}" for char in word),
    ]
    swap = str.maketrans("01", "10")
    morse = "".join(MORSE_LETTERS[char] for char in word).replace(".", "0").replace("-", "1")
    if len(morse) >= FEWEST_SIGNS:
        yield from (("Morse code", way) for way in (morse, morse.translate(swap)))
    for text in strings:
        yield from (("bits", way) for way in (text, text[::-1], text.translate(swap), text[::-1].translate(swap)))
    for text in (word, word.lower()):
        each = "".join(f"{ord(char):08b}"[::-1] for char in text)
        yield from (("bits", way) for way in (each, each.translate(swap)))
