"""The ASCII letter that a character stands for: fullwidth, circled, Cyrillic, Braille, turned, hidden in a tag."""

import re
import unicodedata
from functools import lru_cache

from harness.score.canary.lookalikes import ALIKE, BRAILLE, JAPANESE, RUSSIAN_KEYS, TURNED

HIDDEN = frozenset({"Cf", "Mn", "Me", "Cc"})
"""Categories of characters that leave no ink."""
FEW = 24
"""Different characters that are replaced one by one sooner than all at once."""
OTHER = "\x7f"
"""Stands for a character that is like no ASCII character: the delete sign, which is in no answer."""
NAMED = re.compile(r"(?:LETTER|SYMBOL|CAPITAL|SMALL|TURNED|REVERSED|SQUARED) (?:.* )?([A-Z])(?: |$)")
RUSSIAN = re.compile("[\u0430-\u044f\u0410-\u042f]{8}")
KATAKANA = re.compile("|".join(sorted(JAPANESE, key=len, reverse=True)))
DOTS = re.compile(r"BRAILLE PATTERN DOTS-(\d+)$")


def _named(char: str) -> str:
    name = unicodedata.name(char, "")
    if dots := DOTS.match(name):
        return BRAILLE.get(dots[1], OTHER)
    found = NAMED.search(name)
    if not found:
        return ""
    return found[1].lower() if "SMALL" in name and "CAPITAL" not in name else found[1]


@lru_cache(maxsize=20_000)
def ascii_of(char: str) -> str:
    """Return what a character stands for in ASCII: nothing when it is invisible, `OTHER` when it is like nothing."""
    if char in ALIKE:
        return ALIKE[char]
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if part.isascii()).strip(" ()")
    if plain:
        return plain
    if char.isspace():
        return " "
    return _named(char) or ("" if unicodedata.category(char) in HIDDEN else OTHER)


def _table(text: str) -> dict[int, str]:
    return {ord(char): ascii_of(char) for char in set(text) if char > "\x7f"}


def fold(text: str) -> bytes:
    """Return a text in ASCII, character by character, with what is invisible left out."""
    if text.isascii():
        return text.encode()
    table = _table(text)
    if len(table) > FEW:
        return text.translate(table).encode()
    for code, plain in table.items():
        text = text.replace(chr(code), plain)
    return text.encode()


def places(text: str) -> list[int]:
    """Return for each byte of the folded text the index of the character that it comes from."""
    return [at for at, char in enumerate(text) for _ in (char if char < "\x80" else ascii_of(char))]


def layouts(text: str) -> bytes:
    """Return what a text says when it was typed on Russian keys, or names letters in Japanese."""
    if text.isascii():
        return b""
    if KATAKANA.search(text):
        return KATAKANA.sub(lambda found: JAPANESE[found[0]], text).encode("ascii", "ignore")
    return text.lower().translate(RUSSIAN_KEYS).encode("ascii", "ignore") if RUSSIAN.search(text) else b""


def turned(text: str) -> bytes:
    """Return what a text says when the page is turned round; nothing when no letter of it is turned."""
    if text.isascii() or not any(char > "\x7f" and char in TURNED for char in set(text)):
        return b""
    return "".join(TURNED.get(char, char if char < "\x80" else OTHER) for char in text).encode()


@lru_cache(maxsize=5_000)
def _initials(char: str) -> bytes:
    name = unicodedata.name(char, "") if unicodedata.category(char) == "So" else ""
    return b"".join(word[:1] for word in name.encode().split())


def by_symbol(far: str) -> bytes:
    """Return the first letters of the words that name each symbol: a crown is C."""
    return b"".join(map(_initials, far))
