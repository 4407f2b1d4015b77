"""Canaries that are taken apart: halves far from each other, chunks in order, letters of a chunk in any order."""

import re
from collections.abc import Set as AbstractSet

from harness.score.canary.needles import Needles

FEWEST = 12
LONGEST = 40
"""Letters of a word in which the canary's own letters are looked for in any order."""
PADDED = 16
"""Letters of a row that may be a canary with a few letters that fill it up."""
PIG_LATIN = b"AY"
DOT = 46
MARKED = bytes(DOT if code in b"EIOU" else code for code in range(256))
"""What marks words that have a vowel which no canary has."""
WITHOUT = bytes(32 if code in b"EIOU " else 120 for code in range(256))
"""What turns letters into `x` and what no canary has into spaces."""
ROW = re.compile(b"x" * FEWEST + b"x*")
"""A canary has none of these vowels, and ordinary words nearly always have one."""
ORDINARY = frozenset(
    b"A ALL AN AND ANY ARMY ART AS ASK AT AWAY BACK BAD BAG BY CALL CAN CAR CARD DAY DAYS FACT FALL FAR FAST FLAT FLY"
    b" HALL HARD HAS LAST LAW LAY MANY MAP MARK MATCH MAY MY PART PARTS PAST PAY PLAN PLANT PLAY RAN SAY SAYS"
    b" SHALL SMALL STAFF STAR START TALK TAX THAN THAT TRY WALL WANT WARM WAS WATCH"
    b" WAY WAYS WHAT WHY AB AM DA DANN DARF DAS HALB HALT HAND HAT KANN LANG MACHT MAN NACH NACHT NAH STADT TAG"
    b" WAR WANN PAR PAS SANS DANS".split()
)
"""Words without those vowels that stand between the rows of a canary in many a sentence."""
NEARBY = 12
"""Words from one chunk of two letters to the next, at most."""
SHORT = 2
LONG = 4
"""Letters of a chunk that counts wherever it stands."""


def _in_order(chunks: list[tuple[int, bytes]], word: bytes) -> bool:
    """Return whether chunks with their places in the text make up the canary, whatever is between them."""
    reached = {0: 0}
    for place, chunk in chunks:
        for begin in [at for at in reached if word.startswith(chunk, at)]:
            far = len(chunk) == SHORT and begin and place - reached[begin] > NEARBY
            if not far:
                reached[begin + len(chunk)] = place
    return len(word) in reached


def _in_any_order(chunks: frozenset[bytes], word: bytes) -> bool:
    """Return whether long chunks make up the canary, in whatever order they stand."""
    reached = {0}
    for begin in range(len(word)):
        if begin in reached:
            reached |= {begin + len(chunk) for chunk in chunks if len(chunk) >= LONG and word.startswith(chunk, begin)}
    return len(word) in reached


def in_pieces(words: list[bytes], word: bytes, chunks: frozenset[bytes]) -> bool:
    """Return whether a text holds the canary as its halves or other chunks, forwards or backwards."""
    if sum(map(len, chunks)) < len(word):
        return False
    placed = [(place, chunk) for place, chunk in enumerate(words) if chunk in chunks]
    return any(_in_any_order(chunks, way) or _in_order(placed, way) for way in (word, word[::-1]))


def rows(words: list[bytes], vocabulary: AbstractSet[bytes], joined: bytes) -> list[bytes]:
    """Return the letters that may be a canary's in another order: long words, and any run without vowels."""
    long = [word for word in vocabulary if FEWEST <= len(word) <= LONGEST]
    # many an ordinary word ends so as well, but no canary is made of such words alone
    piggish = {word for word in vocabulary if word.endswith(PIG_LATIN)} - ORDINARY
    latin = b"".join([word[:-2] for word in words if word.endswith(PIG_LATIN)]) if piggish else b""
    marked = b" ".join(vocabulary).translate(MARKED).split()
    consonant = {word for word in marked if len(word) >= SHORT and DOT not in word} - ORDINARY
    whole = [word for word in words if word in consonant] if consonant else []
    without = (b"".join([word for word in whole if len(word) >= least]) for least in (SHORT, SHORT + 1))
    sought = b" ".join((joined, latin, *without))
    return [*{*long, *(sought[slice(*row.span())] for row in ROW.finditer(sought.translate(WITHOUT)))}]


def in_disorder(runs: bytes, short: list[bytes], form: Needles) -> bool:
    """Return whether the canary's letters stand together in some order."""
    word = form.word
    letters = sorted(word)
    for row in form.letters.findall(runs):
        if any(sorted(row[start : start + len(word)]) == letters for start in range(len(row) - len(word) + 1)):
            return True
    needed = [(bytes([letter]), word.count(letter)) for letter in set(word)]
    likely = [row for row in short if len(row) - len(row.translate(None, word)) >= len(word)]
    return any(all(row.count(letter) >= count for letter, count in needed) for row in likely)
