"""Values: the lists of numbers that a text tells, by its figures, its words, its signs or the length of something.

A number counts modulo 26 and a list is a byte string, so that a search for letters finds it.
"""

import re
from collections.abc import Iterator

from harness.score.canary.codings import modulo
from harness.score.canary.elements import by_element
from harness.score.canary.page import NOT_DIGITS, Page, near
from harness.score.canary.shifts import differences, sums
from harness.score.canary.spelled import in_figures

FEWEST = 12
"""Numbers that tell a canary of as many letters."""
STRIDES = range(2, 7)
"""A list may say something else between the numbers: where they are counted, a price before its pence, ..."""
FEW, MANY = 120, 200
"""Numbers from which a list is read in few ways, and in hardly any but as it stands."""
WHOLE = ("lengths", "words", "indents", "code points")
"""Beginnings of the names of lists that have nothing else between their numbers."""
NUMBER = re.compile(rb"\d{1,18}")
PLACED = re.compile(rb"(?<![a-z])([a-z]+(?= )|[^a-z0-9\s])[\s\"']*(\d{1,9})")
LEFT_OF = re.compile(rb"(\d{1,9})\s*([a-z]+|[^a-z0-9\s])(?![a-z])")
DATE = re.compile(rb"\d+(?:[.:/-]\d+)+")
HEXADECIMAL = re.compile(rb"(?:0x|u\+|#x|\\[xu])([0-9a-f]{1,6})\b")
COORDINATE = re.compile(rb"\b(?:([a-z])[ ,-]?(\d\d?)|(\d\d?)[ ,-]?([a-z]))\b")
FAR_RUN = re.compile(r"([^\x00-\x7f])\1*")
INDENT = re.compile(rb"^[ \t]*", re.MULTILINE)
MODULO = bytes(code % 26 for code in range(256))
SENTENCES = bytes(46 if code in b"!?" else 32 if code in b"\n\r\t" else code for code in range(256))
"""What makes every end of a sentence a full stop with a space."""
DIGIT_VALUES = bytes((code - 48) % 26 for code in range(256))
TENS = bytes((code - 48) * 10 % 26 for code in range(256))

type Lists = Iterator[tuple[str, bytes]]


def _integers(tokens: list[bytes]) -> bytes:
    return bytes([int(token) % 26 for token in tokens])


def _by_neighbour(lower: bytes) -> Lists:
    """Yield the numbers that follow the same word or sign, and those that come before the same one."""
    for pattern, number, how in ((PLACED, 1, "after"), (LEFT_OF, 0, "before")):
        found: dict[bytes, list[bytes]] = {}
        for pair in pattern.findall(lower):
            found.setdefault(pair[1 - number], []).append(pair[number])
        for sign, tokens in found.items():
            if len(tokens) >= FEWEST:
                yield f"the numbers {how} '{sign.decode()}'", _integers(tokens)


def _by_line(lower: bytes) -> Lists:
    lines = [tokens for tokens in map(NUMBER.findall, lower.split(b"\n")) if tokens]
    if len(lines) >= FEWEST:
        yield "the first numbers of the lines", _integers([tokens[0] for tokens in lines])
        yield "the last numbers of the lines", _integers([tokens[-1] for tokens in lines])


def _figures(lower: bytes) -> Lists:
    numbers = NUMBER.findall(lower)
    yield "the numbers", _integers(numbers)
    digits = lower.translate(None, NOT_DIGITS)
    yield "the figures", digits.translate(DIGIT_VALUES)
    for phase in (0, 1):
        tens, ones = digits[phase::2].translate(TENS), digits[phase + 1 :: 2].translate(DIGIT_VALUES)
        mixed = bytearray(2 * min(len(tens), len(ones)))
        mixed[::2], mixed[1::2] = tens[: len(ones)], ones[: len(tens)]
        yield "the figures by twos", sums(bytes(mixed))[::2]
    if not FEWEST <= len(numbers) < MANY:
        return
    yield from _by_neighbour(lower)
    yield from _by_line(lower)
    if any(sign in lower for sign in (b".", b":", b"/", b"-")):
        yield "numbers in groups", _integers(NUMBER.findall(b" ".join(DATE.findall(lower))))
    if b"x" in lower or b"u+" in lower:
        yield "hexadecimal numbers", modulo([int(token, 16) for token in HEXADECIMAL.findall(lower)])
    cells = [(one or four, two or three) for one, two, three, four in COORDINATE.findall(lower)]
    if len(cells) >= FEWEST:
        yield "cells", modulo([number for letter, place in cells for number in (letter[0] - 97, int(place))])
        yield "notes", modulo([number for letter, place in cells for number in ((letter[0] - 99) % 7, int(place))])


def _lengths(page: Page) -> Lists:
    text, folded = page.text, page.folded
    yield "lengths of words", page.lengths.translate(MODULO)
    yield "lengths of rows of signs", page.rows_of_one.translate(MODULO)
    lines = folded.split(b"\n")
    if len(lines) >= FEWEST:
        yield "words of the lines", modulo([len(line.split()) for line in lines if line])
        yield "lengths of the lines", modulo([len(line) for line in lines if line])
        yield "indents", modulo([len(blank) for blank, line in zip(INDENT.findall(folded), lines, strict=True) if line])
    sentences = folded.translate(SENTENCES).split(b". ")
    if len(sentences) >= FEWEST:
        yield "words of the sentences", modulo([len(sentence.split()) for sentence in sentences])
    far = page.far
    if len(far) >= FEWEST:
        yield "lengths of rows of symbols", modulo([found.end() - found.start() for found in FAR_RUN.finditer(text)])
        yield "code points", modulo(map(ord, far))
        letters = {char for char in set(far) if char.isalnum()}
        yield "code points of letters", modulo([ord(char) for char in far if char in letters])
        yield "code points of symbols", modulo([ord(char) for char in far if char not in letters])


def values(page: Page) -> Lists:
    """Yield every list of numbers that is long enough for a canary, with its name."""
    lists = [_lengths(page), by_element(page)]
    told = in_figures(page)
    if len(told.translate(None, NOT_DIGITS)) >= FEWEST:
        lists.append(_figures(near(told.lower())))
    told_once = {numbers: name for found in lists for name, numbers in found if len(numbers) >= FEWEST}
    yield from ((name, numbers) for numbers, name in told_once.items())


def spread(name: str, numbers: bytes) -> bytes:
    """Return a list and the ways to read it: every second to sixth number, sums by twos, all but every third, ..."""
    if name.startswith(WHOLE) or len(numbers) >= MANY:
        return numbers
    more, total = differences(numbers), sums(numbers)
    strides = STRIDES if len(numbers) < FEW else STRIDES[:2]
    parts = [numbers, more, *(numbers[at::step] for step in strides for at in range(step))]
    parts += [part[at::step] for part in (more, total) for step in (2, 3) for at in range(step)]
    if len(numbers) < FEW:
        parts += [_without(numbers, step, at) for step in STRIDES[1:3] for at in range(step)]
    return b"".join([part for part in parts if len(part) >= FEWEST - 2])


def _without(numbers: bytes, step: int, at: int) -> bytes:
    rest = bytearray(numbers)
    del rest[at::step]
    return bytes(rest)


def paired(name: str, numbers: bytes) -> bytes:
    """Return how each pair of neighbouring numbers differs from the next, with every third number left out or not."""
    parts = [numbers]
    if len(numbers) < MANY and not name.startswith(WHOLE):
        parts += [_without(numbers, 3, at) for at in range(3)]
    return b"".join([differences(part, 2) for part in parts])
