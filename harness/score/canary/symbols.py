"""Zeros and ones that a text carries by any two signs: figures, words, spaces, invisible characters, capitals, type."""

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations

from harness.score.canary.letters import ascii_of
from harness.score.canary.page import NOT_LETTERS, SPACED, Page

FEWEST = 39
"""Bits of a canary, at least: in Morse code without its gaps; five a letter or more in any other."""
FEWEST_WORDS = 60
"""Words of which each is a bit."""
HALF = 0.5
"""Share of all figures that two of them have, at least."""
FEWEST_OF_ONE = 6
"""Times that each of the two signs occurs, at least."""
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
NOT_BITS = bytes(code for code in range(256) if code not in b"01")
NOT_DIGITS = bytes(code for code in range(256) if code not in b"0123456789")
NOT_SIGNS = bytes(code for code in range(256) if code in b" \n" or chr(code).isalnum() or code > 126)  # noqa: PLR2004
BLANKS = bytes(code for code in range(256) if code not in b" \t")
MOST_WORDS = 4
"""The commonest words, each two of which may be the two signs."""
MOST_SIGNS = 3


def _pairs(symbols: Sequence[Hashable], most: int = MOST_SIGNS) -> Iterator[bytes]:
    """Yield what a sequence says in each two of its commonest signs, the commoner one as zero."""
    if len(symbols) < FEWEST:
        return
    common = [(sign, count) for sign, count in Counter(symbols).most_common(most) if count >= FEWEST_OF_ONE]
    for (zero, many), (one, few) in combinations(common, 2):
        if many + few >= FEWEST:
            yield b"".join([b"1" if sign == one else b"0" for sign in symbols if sign in (zero, one)])


def _typefaces(folded: bytes) -> Iterator[bytes]:
    """Yield the words, and the letters, that stand in another typeface than the others."""
    for mark in MARKS:
        if folded.count(mark) < CHANGES:
            continue
        closing = b"</" + mark[1:] if mark[:1] == b"<" else mark
        pieces = [part.translate(SPACED).split() for part in folded.replace(closing, mark).split(mark)]
        yield b"".join([(b"1" if at % 2 else b"0") * len(words) for at, words in enumerate(pieces)])
        yield b"".join([(b"1" if at % 2 else b"0") * sum(map(len, words)) for at, words in enumerate(pieces)])


def _properties(words: list[bytes]) -> Iterator[bytes]:
    """Yield what each word is or is not: capitalised, all in capitals, long, of an odd length, begun by a vowel."""
    first = bytes([word[0] for word in words])
    last = bytes([word[-1] for word in words])
    lengths = bytes([min(len(word), 255) for word in words])
    yield first.translate(CASE)
    yield last.translate(CASE)
    yield first.translate(VOWEL)
    yield last.translate(VOWEL)
    yield first.translate(SECOND_HALF)
    yield lengths.translate(ODD)
    yield from (lengths.translate(table) for table in LONGER.values())


def _figures(folded: bytes) -> Iterator[bytes]:
    yield folded.translate(None, NOT_BITS)
    digits = folded.translate(None, NOT_DIGITS)
    if len(digits) >= FEWEST:
        yield digits.translate(ODD)
        yield bytes([number[-1] for number in re.findall(rb"\d+", folded)]).translate(ODD)
        first, second = sorted((digits.count(b"%d" % digit) for digit in range(10)), reverse=True)[:2]
        if first + second >= HALF * len(digits):
            yield from _pairs(digits)


def _beyond_ascii(text: str, far: str) -> Iterator[bytes]:
    """Yield what symbols, invisible characters and letters of another typeface say."""
    if len(far) < CHANGES:
        return
    hidden = [char for char in far if unicodedata.category(char) in ("Cf", "Mn")]
    unseen = set(hidden)
    yield from _pairs(hidden)
    yield from _pairs([char for char in far if char not in unseen and not char.isalnum()])
    yield from _pairs([char for char in far if char not in unseen and char.isalnum()])
    yield from _pairs([char for char in text if char.isspace() and char != "\n"])
    letters = [char for char in text if char.isalpha() or char > "\U0001f000"]
    yield from _pairs([ord(char) - ord(ascii_of(char)[:1].lower() or "a") if char > "\x7f" else 0 for char in letters])
    styled = [word for word in text.split() if word[-1:].isalnum() or word[:1].isalnum()]
    yield b"".join([b"0" if word.isascii() else b"1" for word in styled])


def _words(page: Page) -> Iterator[bytes]:
    yield from _pairs(page.words, MOST_WORDS)
    if len(page.cased) >= FEWEST_WORDS:
        yield from _properties(page.cased)
    if page.twofold:
        yield from _pairs(b"".join([word for word in page.words if word in page.twofold]))
    if page.capitalised:
        yield page.folded.translate(CASE, NOT_LETTERS)


def bit_streams(page: Page) -> bytes:
    """Return everything that a text says in zeros and ones, one after the other."""
    text, folded, upper = page.text, page.folded, page.upper
    found = [*_figures(folded), *_words(page), *_typefaces(folded)]
    if b"ZERO" in upper or b"NULL" in upper:
        found.append(b"".join([b"0" if word[:1] in b"ZNC" else b"1" for word in WORDED.findall(upper)]))
    if folded.count(b"\t") >= FEWEST_OF_ONE:
        found.append(folded.translate(bytes.maketrans(b" \t", b"01"), BLANKS))
    if folded.count(b"  ") >= FEWEST_OF_ONE:
        found.append(b"".join([b"1" if len(gap) > 1 else b"0" for gap in GAP.findall(text)]))
    if b"[" in folded:
        found.append(b"".join(BOX.findall(folded)).translate(BOXED))
    found += _pairs(folded.translate(None, NOT_SIGNS + b"~"))
    found += _beyond_ascii(text, page.far)
    return b"".join([bits for bits in found if len(bits) >= FEWEST])
