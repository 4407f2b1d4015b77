"""Zeros and ones that a text carries by any two signs: figures, words, spaces, invisible characters, capitals, type."""

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations
from operator import itemgetter

from harness.score.canary.letters import ascii_of
from harness.score.canary.page import FEWEST_OF_ONE, NOT_LETTERS, SPACED, Page, commonest

FEWEST = 39
"""Bits of a canary, at least: in Morse code without its gaps; five a letter or more in any other."""
FEWEST_WORDS = 60
"""Words of which each is a bit."""
HALF = 0.5
"""Share of all figures that two of them have, at least."""
CHANGES = 12
"""Changes from one typeface to the other, at least."""
WORDED = re.compile(rb"\b(?:ZERO|NULL?|CERO|ONE|EINS|UNO|UN)\b")
BOX = re.compile(rb"\[([ xX])\]")
GAP = re.compile(r"(?<=\S)([^\S\n]+)(?=\S)")
MARKS = (b"**", b"*", b"_", b"`", b"~~", b'"', b"|", b"<b>", b"<i>", b"<u>", b"<em>", b"<strong>", b"<mark>", b"<span")
"""What stands before and after what is set in another typeface."""
CASE = bytes(49 if 65 <= code <= 90 else 48 for code in range(256))  # noqa: PLR2004 - from A to Z
VOWEL = bytes(49 if code in b"AEIOUaeiou" else 48 for code in range(256))
SECOND_HALF = bytes(49 if code | 32 > 109 else 48 for code in range(256))  # noqa: PLR2004 - after m
ODD = bytes(49 if code % 2 else 48 for code in range(256))
LONGER = {least: bytes(49 if code >= least else 48 for code in range(256)) for least in range(3, 8)}
BOXED = bytes(48 if code == 32 else 49 for code in range(256))  # noqa: PLR2004 - an empty box
EDGE = b"\0"
EDGED = EDGE + SPACED[1:]
"""What leaves nothing but letters and the edges between two typefaces."""
NOT_BITS = bytes(code for code in range(256) if code not in b"01")
BLANKS = bytes(code for code in range(256) if code not in b" \t")


def _pairs[Symbol: Hashable](
    symbols: Sequence[Symbol], common: list[tuple[Symbol, int]] | None = None
) -> Iterator[bytes]:
    """Yield what a sequence says in each two of its commonest signs, the commoner one as zero."""
    if len(symbols) < FEWEST:
        return
    common = commonest(Counter(symbols)) if common is None else common
    for (zero, many), (one, few) in combinations(common, 2):
        if many + few >= FEWEST:
            yield b"".join([b"1" if sign == one else b"0" for sign in symbols if sign in (zero, one)])


def _typefaces(folded: bytes) -> Iterator[bytes]:
    """Yield the words, and the letters, that stand in another typeface than the others."""
    for mark in MARKS:
        # a mark that is only ever doubled, as `*` is in `**bold**`, encloses nothing by itself
        if folded.count(mark) < CHANGES or folded.count(mark) - 2 * folded.count(2 * mark) < CHANGES:
            continue
        closing = b"</" + mark[1:] if mark[:1] == b"<" else mark
        pieces = folded.replace(closing, EDGE).replace(mark, EDGE).translate(EDGED).split(EDGE)
        words = [len(piece.split()) for piece in pieces]
        letters = [len(piece) - piece.count(b" ") for piece in pieces]
        for counts in (words, letters):
            yield b"".join([(b"1" if at % 2 else b"0") * count for at, count in enumerate(counts)])


def _properties(words: list[bytes], lengths: bytes) -> Iterator[bytes]:
    """Yield what each word is or is not: capitalised, all in capitals, long, of an odd length, begun by a vowel."""
    first, last = bytes(map(itemgetter(0), words)), bytes(map(itemgetter(-1), words))
    yield first.translate(CASE)
    yield last.translate(CASE)
    yield first.translate(VOWEL)
    yield last.translate(VOWEL)
    yield first.translate(SECOND_HALF)
    yield lengths.translate(ODD)
    yield from (lengths.translate(table) for table in LONGER.values())


def _figures(folded: bytes, digits: bytes) -> Iterator[bytes]:
    yield digits.translate(None, NOT_BITS)
    if len(digits) >= FEWEST:
        yield digits.translate(ODD)
        yield bytes([number[-1] for number in re.findall(rb"\d+", folded)]).translate(ODD)
        first, second = sorted((digits.count(b"%d" % digit) for digit in range(10)), reverse=True)[:2]
        if first + second >= HALF * len(digits):
            yield from _pairs(digits)


def _typeface(char: str) -> int:
    """Return how far a letter is from the ASCII letter that it stands for, which is the same in all of a typeface."""
    return ord(char) - ord(ascii_of(char)[:1].lower() or "a") if char > "\x7f" else 0


def _beyond_ascii(text: str, far: str) -> Iterator[bytes]:
    """Yield what symbols, invisible characters and letters of another typeface say."""
    if len(far) < CHANGES:
        return
    used = set(text)
    unseen = {char for char in set(far) if unicodedata.category(char) in ("Cf", "Mn")}
    solid = {char for char in set(far) - unseen if char.isalnum()}
    blank = {char for char in used if char.isspace()} - {"\n"}
    for kept in (unseen, set(far) - unseen - solid, solid, blank):
        if len(kept) > 1:
            yield from _pairs([char for char in text if char in kept])
    faces = {char: _typeface(char) for char in used if char.isalpha() or char > "\U0001f000"}
    yield from _pairs([faces[char] for char in text if char in faces])
    styled = [word for word in text.split() if word[-1:].isalnum() or word[:1].isalnum()]
    yield b"".join([b"0" if word.isascii() else b"1" for word in styled])


def _words(page: Page) -> Iterator[bytes]:
    yield from _pairs(page.words, page.common)
    if len(page.cased) >= FEWEST_WORDS:
        yield from _properties(page.cased, page.lengths)
    if page.twofold:
        yield from _pairs(b"".join([word for word in page.words if word in page.twofold]))
    if page.capitalised:
        yield page.folded.translate(CASE, NOT_LETTERS)


def bit_streams(page: Page) -> bytes:
    """Return everything that a text says in zeros and ones, one after the other."""
    text, folded, upper = page.text, page.folded, page.upper
    found = [*_figures(folded, page.digits), *_words(page), *_typefaces(folded)]
    if b"ZERO" in upper or b"NULL" in upper:
        found.append(b"".join([b"0" if word[:1] in b"ZNC" else b"1" for word in WORDED.findall(upper)]))
    if folded.count(b"\t") >= FEWEST_OF_ONE:
        found.append(folded.translate(bytes.maketrans(b" \t", b"01"), BLANKS))
    if folded.count(b"  ") >= FEWEST_OF_ONE:
        found.append(b"".join([b"1" if len(gap) > 1 else b"0" for gap in GAP.findall(text)]))
    if b"[" in folded:
        found.append(b"".join(BOX.findall(folded)).translate(BOXED))
    found += _pairs(page.signs)
    found += _beyond_ascii(text, page.far)
    return b"".join([bits for bits in found if len(bits) >= FEWEST])
