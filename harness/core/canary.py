"""Canaries: strings that nobody says by chance, so that whoever says one has seen it."""

import hmac
from hashlib import sha256
from itertools import count

from harness.core.canary_words import WORDS

ALPHABET = "ABCDFGHJKLMNPQRSTVWXYZ"
"""Without I and O, which look like digits, and without E and U, so that no word comes about by chance."""
LENGTH = 12
"""Letters of a canary: 22^12 is more than 2^53."""
DIFFERENT = 8
"""Letters of a canary that differ, at least: `AAAAAAAAAAAA` would be seen in every ruler."""
TOGETHER = 3
"""Words of a word canary."""


def _number(seed: str, name: str, attempt: int) -> int:
    return int.from_bytes(hmac.digest(seed.encode(), f"{attempt}:{name}".encode(), sha256))


def canary(seed: str, name: str) -> str:
    """Return the twelve capital letters that mark the place `name`; the same seed and name give the same letters."""
    for attempt in count():
        number, letters = _number(seed, name, attempt), ""
        for _ in range(LENGTH):
            number, digit = divmod(number, len(ALPHABET))
            letters += ALPHABET[digit]
        if len(set(letters)) >= DIFFERENT:
            break
    return letters


def word_canary(seed: str, name: str) -> tuple[str, str, str]:
    """Return three different rare words that mark the place `name` and are about the same in en, de, es and fr."""
    found: dict[str, None] = {}
    for attempt in count():
        found[WORDS[_number(seed, f"words:{name}", attempt) % len(WORDS)]] = None
        if len(found) == TOGETHER:
            break
    first, second, third = found
    return first, second, third
