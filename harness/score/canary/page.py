"""A page: one text with what every way to read it begins with."""

import re
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


def without(keep: bytes) -> bytes:
    """Return every byte that is not to be kept, as `bytes.translate` wants to know it."""
    return bytes(code for code in range(256) if code not in keep)


NOT_LETTERS, NOT_CAPITALS, NOT_SMALL = without(CAPITALS + SMALL), without(CAPITALS), without(SMALL)


class Page(NamedTuple):
    """A text as it is, in ASCII, in one case, and as words."""

    text: str
    folded: bytes
    upper: bytes
    cased: list[bytes]
    """The words as they are written."""
    words: list[bytes]
    """The words in upper case."""
    vocabulary: set[bytes]
    twofold: set[bytes]
    """Words of two different letters, such as `xxox`."""
    letters: bytes
    capitals: bytes
    far: str
    """The characters that are not in ASCII."""

    @property
    def capitalised(self) -> bool:
        """Whether so many letters are capitals that their case may be a code."""
        return len(self.capitals) * SHARE >= len(self.letters)


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
    vocabulary = set(words)
    return Page(
        text=text,
        folded=folded,
        upper=folded.translate(UPPER),
        cased=spaced.split(),
        words=words,
        vocabulary=vocabulary,
        twofold={word for word in vocabulary if len(word) >= SHORTEST_TWOFOLD and len({*word}) == 2},  # noqa: PLR2004
        letters=folded.translate(UPPER, NOT_LETTERS),
        capitals=folded.translate(None, NOT_CAPITALS),
        far="" if text.isascii() else "".join(FAR.findall(text)),
    )
