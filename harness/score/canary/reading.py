"""A reading: all that a text may say, worked out once for every canary that is sought in it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from harness.score.canary.grams import grams
from harness.score.canary.mixed import PADDED, rows
from harness.score.canary.page import CAPITALS, DIGITS, SMALL, Page, near, page, without
from harness.score.canary.shifts import LAGS, PRINTABLE, differences, exclusive, second_differences
from harness.score.canary.streams import Stream, streams
from harness.score.canary.symbols import bit_streams
from harness.score.canary.tracks import Track
from harness.score.canary.values import paired, spread, values

FEWEST = 12
"""Letters, numbers or signs that a view must have to hold a whole canary."""
TRACKED = frozenset({
    "the letters", "capitals", "single letters", "first letters of the words", "first letters of the lines",
    "first letters of the sentences", "names of letters", "marked letters", "first letters of marked words",
    "first letters of the names of symbols", "capitals after small letters",
})  # fmt: skip
"""Streams in which a canary may have other letters between its own."""
REREAD = ("third", "fourth", "last letters but", "leet", "the letters without tags", "another keyboard", "upside down")
"""Beginnings of streams that have the same letters once more, or hardly ever a canary: for few searches only."""
PRINTED = bytes(range(33, 127))
NOT_PLAIN, NOT_VISIBLE = without(CAPITALS + SMALL + DIGITS), without(PRINTED)
NOT_HEX = without(DIGITS + b"abcdef")
PREFIXES = re.compile(rb"0[xob](?=[0-9a-f])|\\[xuo]|u\+")
TOKEN = re.compile(rb"0*(\d[0-9a-z]{0,11})")
HEX_WORD = re.compile(rb"\b[0-9a-f]{2,32}\b")


class Projection(NamedTuple):
    """What of a text may belong to a kind of code, without anything between, and its grams."""

    kind: str
    text: bytes
    grams: set[int]


def _projection(kind: str, text: bytes) -> Projection:
    return Projection(kind, text, grams(kind, text))


class Reading(NamedTuple):
    """One text in every view."""

    page: Page
    runs: bytes
    short: list[bytes]
    """Candidates for a canary's letters in another order: rows without vowels, and those that are hardly longer."""
    streams: list[Stream]
    joined: bytes
    """All streams one after the other."""
    printable: bytes
    keyed: bytes
    lagged: bytes
    projections: list[Projection]
    tracks: list[Track]


def _plain(streams_found: list[Stream], spared: tuple[str, ...]) -> list[bytes]:
    return [stream.letters for stream in streams_found if not stream.view.startswith(spared)]


def _steps(streams_found: list[Stream], lists: list[tuple[str, bytes]], *, capitalised: bool) -> Projection:
    """Return how the letters and numbers of every list differ from each other."""
    likely = TRACKED | {"small letters"} if capitalised else TRACKED
    letters = [stream.letters for stream in streams_found if stream.view in likely]
    told = b"".join((*letters, *(spread(name, numbers) for name, numbers in lists)))
    text = b"".join((second_differences(told), *(paired(name, numbers) for name, numbers in lists)))
    return _projection("steps", text)


def _digits(folded: bytes, digits: bytes) -> Iterator[Projection]:
    if len(digits) >= FEWEST:
        lower = PREFIXES.sub(b" ", near(folded.lower()))
        lists = b" " + b" ".join(TOKEN.findall(lower)) + b" "
        hexadecimal = (
            lower.translate(None, NOT_HEX)
            + b" "
            + b"".join([word for word in HEX_WORD.findall(lower) if len(word) % 2 == 0 and not word.isalpha()])
        )
        for kind, kept in (("digits", digits), ("hex", hexadecimal), ("numbers", lists)):
            yield _projection(kind, kept)


def _projections(page: Page) -> Iterator[Projection]:
    for kind, dropped in (("plain", NOT_PLAIN), ("visible", NOT_VISIBLE)):
        yield _projection(kind, page.upper.translate(None, dropped))
    yield from _digits(page.folded, page.digits)
    if len(page.rows_of_one) >= FEWEST:
        yield _projection("digits", "".join(map(str, page.rows_of_one)).encode())
    yield _projection("bits", bit_streams(page))


def read(text: str) -> Reading:
    """Return every view of a text, in time that grows with its length."""
    this = page(text)
    found = streams(this)
    joined = b" ".join([stream.letters for stream in found])
    visible = this.folded.translate(None, NOT_VISIBLE)
    found_rows = rows(this.words, this.vocabulary, b" ".join(_plain(found, REREAD)))
    tracked = [stream.letters for stream in found if stream.view in TRACKED]
    return Reading(
        page=this,
        runs=b" ".join(found_rows),
        short=[row for row in found_rows if len(row) <= PADDED],
        streams=found,
        joined=joined,
        printable=differences(visible, first=33, modulus=PRINTABLE),
        keyed=exclusive(visible),
        lagged=b"".join([differences(this.letters, lag) for lag in LAGS]),
        projections=[*_projections(this), _steps(found, [*values(this)], capitalised=this.capitalised)],
        tracks=[Track("letters", b"    ".join(tracked)), Track("the text", this.upper)],
    )
