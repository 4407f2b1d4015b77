"""A page: one text with what every way to read it begins with."""

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import NamedTuple

from harness.score.canary.letters import fold

CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = CAPITALS.lower()
UPPER = bytes.maketrans(SMALL, CAPITALS)
SPACED = bytes(code if code in CAPITALS + SMALL else 32 for code in range(256))
FAR = re.compile(r"[^\x00-\x7f]+")
SHARE = 16
"""One capital in so many letters is more than a text has that is written as usual."""
DIGITS = b"0123456789"
CLOSE = 64
"""Characters of a part that is left out of a search if neither it nor its neighbours have a sign of what is sought."""
SHORTEST_TWOFOLD = 3
FEWEST_OF_ONE = 6
"""Times that each of two signs occurs that tell a canary, at least."""
MOST = 3
"""The commonest signs or words, each two of which may tell a canary."""
LONGEST = 255
"""What a longer word or row of signs counts as."""
ROWED = bytes(code if code in b".|*#~=+'-" else 32 for code in range(256))
ROW_OF_ONE = re.compile(rb"([^ ])(\1*)")
"""One sign once or several times, whose length may be what it says."""


def without(keep: bytes) -> bytes:
    """Return every byte that is not to be kept, as `bytes.translate` wants to know it."""
    return bytes(code for code in range(256) if code not in keep)


NOT_LETTERS, NOT_CAPITALS, NOT_SMALL = without(CAPITALS + SMALL), without(CAPITALS), without(SMALL)
NOT_DIGITS = without(DIGITS)
NOT_SIGNS = without(bytes(code for code in range(126) if code not in b" \n" and not chr(code).isalnum()))


class Page(NamedTuple):
    """A text as it is, in ASCII, in one case, and as words."""

    text: str
    folded: bytes
    upper: bytes
    cased: list[bytes]
    """The words as they are written."""
    words: list[bytes]
    """The words in upper case."""
    vocabulary: AbstractSet[bytes]
    common: list[tuple[bytes, int]]
    """The commonest words, with how often each of them occurs."""
    lengths: bytes
    """Of the words."""
    twofold: set[bytes]
    """Words of two different letters, such as `xxox`."""
    letters: bytes
    capitals: bytes
    digits: bytes
    signs: bytes
    rows_of_one: bytes
    """How long each row of one sign is."""
    far: str
    """The characters that are not in ASCII."""

    @property
    def capitalised(self) -> bool:
        """Whether so many letters are capitals that their case may be a code."""
        return len(self.capitals) * SHARE >= len(self.letters)


def commonest[Symbol](counts: Counter[Symbol], most: int = MOST) -> list[tuple[Symbol, int]]:
    """Return the symbols that occur most often, with how often that is, if each is often enough to tell a canary."""
    often = [(symbol, count) for symbol, count in counts.items() if count >= FEWEST_OF_ONE]
    return sorted(often, key=itemgetter(1), reverse=True)[:most]


def _twofold(vocabulary: Iterable[bytes]) -> set[bytes]:
    """Return the words of two different letters, of which one stands twice among the first three."""
    long = [word for word in vocabulary if len(word) >= SHORTEST_TWOFOLD]
    return {word for word in long if (word[0] == word[1] or word[2] in word[:2]) and len({*word}) == 2}  # noqa: PLR2004


def near(text: bytes, signs: bytes = DIGITS) -> bytes:
    """Return the parts of a text that have one of these signs, or one close by."""
    parts = [text[at : at + CLOSE] for at in range(0, len(text), CLOSE)]
    has = [False, *(len(part.translate(None, signs)) < len(part) for part in parts), False]
    kept = zip(parts, has, has[1:], has[2:], strict=False)
    return b"".join([part for part, before, here, after in kept if before or here or after])


def page(text: str) -> Page:
    """Return a text ready to be read."""
    folded = fold(text)
    spaced = folded.translate(SPACED)
    words = spaced.upper().split()
    counts = Counter(words)
    rowed = b" ".join(folded.translate(ROWED).split())
    return Page(
        text=text,
        folded=folded,
        upper=folded.translate(UPPER),
        cased=spaced.split(),
        words=words,
        vocabulary=counts.keys(),
        common=commonest(counts),
        lengths=bytes([len(word[:LONGEST]) for word in words]),
        twofold=_twofold(counts),
        letters=folded.translate(UPPER, NOT_LETTERS),
        capitals=folded.translate(None, NOT_CAPITALS),
        digits=folded.translate(None, NOT_DIGITS),
        signs=folded.translate(None, NOT_SIGNS),
        rows_of_one=bytes([len((sign + more)[:LONGEST]) for sign, more in ROW_OF_ONE.findall(rowed)]),
        far="" if text.isascii() else "".join(FAR.findall(text)),
    )
