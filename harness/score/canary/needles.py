"""What to look for when one canary is sought: its letters, their differences, and how each encoding writes it."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from harness.score.canary.codes import one_case_codes, plain_codes, typed, visible_codes
from harness.score.canary.codings import BACK, pairs, steps
from harness.score.canary.figures import bit_strings, digit_strings, hex_strings, number_lists
from harness.score.canary.grams import Codes, by_gram
from harness.score.canary.shifts import LAGS, PRINTABLE, affine, differences, exclusive

PART = 8
"""Letters of a canary in a row that are enough."""


class Needles(NamedTuple):
    """One canary in all its forms."""

    word: bytes
    back: bytes
    core: bytes
    """The letters that every part of `PART` letters holds."""
    core_back: bytes
    printable: tuple[bytes, ...]
    """Differences of the characters in ASCII."""
    keyed: tuple[bytes, ...]
    """Each character xor the one before."""
    lagged: tuple[bytes, ...]
    """Differences of the letters two and three places apart, as they are and in an alphabet read backwards."""
    letters: re.Pattern[bytes]
    """What finds twelve or more of its letters in any order, each as often as it likes."""
    chunks: frozenset[bytes]
    """Parts of two letters or more, forwards and backwards."""


def _codes(word: str, *sources: Callable[[bytes], Iterator[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    for source in sources:
        for text in (word, word.lower()):
            for data in (text.encode(), text.encode("utf-16-be"))[: 1 + (source is plain_codes)]:
                yield from ((name, code.upper()) for name, code in source(data))


def _coded(kind: str, found: Iterable[tuple[str, str]], *, backwards: bool = True) -> Codes:
    names = {text: name for name, text in found}
    back = {text[::-1]: f"{name}, backwards" for text, name in names.items()} if backwards else {}
    return by_gram(kind, ((name, text.encode()) for text, name in (back | names).items()))


def _lists(word: str) -> Iterator[tuple[str, str]]:
    for name, numbers in number_lists(word):
        yield name, f" {' '.join(numbers)} "
        yield f"{name}, backwards", f" {' '.join(numbers[::-1])} "


@lru_cache(maxsize=1024)
def coded(word: str, kind: str) -> Codes:
    """Return what a canary looks like in the encodings of one kind, for the part of a text that may belong to it."""
    if kind == "plain":
        return _coded(kind, _codes(word, plain_codes, one_case_codes))
    if kind == "visible":
        return _coded(kind, [*_codes(word, visible_codes), *typed(word)])
    if kind == "steps":
        return by_gram(kind, {code: (name, code) for name, code in (*pairs(word), *steps(word))}.values())
    if kind == "numbers":
        return _coded(kind, _lists(word), backwards=False)
    if kind == "bits":
        return _coded(kind, bit_strings(word), backwards=False)
    return _coded(kind, digit_strings(word) if kind == "digits" else hex_strings(word))


def _chunks(word: bytes) -> Iterator[bytes]:
    for start in range(len(word)):
        yield from (word[start:end] for end in range(start + 2, len(word) + 1))


@lru_cache(maxsize=256)
def needles(word: str) -> Needles:
    """Return the forms of one canary of twelve capital letters."""
    plain = word.encode()
    ways = (plain, plain[::-1])
    middle = slice(len(plain) - PART, PART)
    return Needles(
        word=plain,
        back=plain[::-1],
        core=plain[middle],
        core_back=plain[::-1][middle],
        printable=tuple(differences(way, first=33, modulus=PRINTABLE) for way in ways),
        keyed=tuple(exclusive(way) for way in ways),
        lagged=tuple(step for way in ways for lag in LAGS for step in affine(differences(way, lag), BACK)),
        letters=re.compile(b"[%b]{%d,}" % (plain, len(plain))),
        chunks=frozenset(chunk for way in ways for chunk in _chunks(way)),
    )
