"""Streams: the letters that a text carries, read one by one in many ways (capitals, first letters, every line, ...)."""

import re
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import NamedTuple

from harness.score.canary.leet import readings
from harness.score.canary.letters import by_symbol, fold, layouts, turned
from harness.score.canary.morse import by_morse, by_two_signs
from harness.score.canary.page import CAPITALS, NOT_LETTERS, NOT_SMALL, SMALL, UPPER, Page, without
from harness.score.canary.spelled import by_name, by_neighbour

MANY_CAPITALS = 400
FEWEST = 8
"""Letters that a stream needs to hold a part of a canary."""
SEPARATORS = (("lines", b"\n"), ("sentences", b".!?\n"), ("clauses", b".!?\n:;,/|()"))
"""What parts of a text end with."""
MARKED = re.compile(rb"[*_\[({<\"'`>]([A-Za-z])[*_\])}>\"'`<]")
MARKED_WORD = re.compile(rb"[*_\[({<\"'`>]([A-Za-z])[A-Za-z]")
NOT_MARKS = without(b"*_[({<\"'`>")
"""All but what stands before a marked letter."""
CASES = bytes(97 if code in SMALL else 65 if code in CAPITALS else 32 for code in range(256))
"""What turns a text into `a` for each small letter and `A` for each capital."""
WITHIN = re.compile(rb"[a-z]([A-Z])")
FAR_LETTER = re.compile(r"[^\W\x00-\x7f]|[A-Za-z](?=[\u0300-\u036f\u20d0-\u20f0\ufe00-\ufe0f])")
TAG = re.compile(rb"<[^<>]{1,200}>")


_FIRST, _LAST, _SECOND, _THIRD = itemgetter(0), itemgetter(-1), itemgetter(slice(1, 2)), itemgetter(slice(2, 3))
_LAST_BUT_ONE = itemgetter(slice(-2, -1))
LINED = bytes(
    code - 32 * (code in SMALL) if code in CAPITALS + SMALL else 10 if code == 10 else 32  # noqa: PLR2004 - end of line
    for code in range(256)
)
_ENDS = {
    ends: (bytes.maketrans(SMALL + ends, CAPITALS + b" " * len(ends)), without(CAPITALS + SMALL + ends))
    for _, ends in SEPARATORS
}
"""By the separators of a part, what turns a text into its parts' letters with spaces between the parts."""


class Stream(NamedTuple):
    """Letters in a row, and how to find in the folded text the place that each one is read from."""

    view: str
    letters: bytes
    origin: Callable[[bytes], list[int]] | None = None


def squeezed(data: bytes) -> bytes:
    """Return the letters of a text in upper case, with nothing between them."""
    return data.translate(UPPER, NOT_LETTERS)


def _every(keep: bytes) -> Callable[[bytes], list[int]]:
    return lambda folded: [place for place, code in enumerate(folded) if code in keep]


def _edge(separators: bytes, end: int) -> Callable[[bytes], list[int]]:
    """Return what finds the first letter (0) or the last (-1) of each part of a text."""

    def found(folded: bytes) -> list[int]:
        part: list[int] = []
        out: list[int] = []
        for place, code in enumerate(folded + separators[:1]):
            if code in separators:
                out += [part[end]] if part else []
                part = []
            elif code not in NOT_LETTERS:
                part.append(place)
        return out

    return found


def _singles(folded: bytes) -> list[int]:
    return [found.start() for found in re.finditer(rb"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", folded)]


def _by_part(folded: bytes) -> Iterator[Stream]:
    for name, separators in SEPARATORS:
        parts = folded.translate(*_ENDS[separators]).split()
        yield Stream(f"first letters of the {name}", bytes(map(_FIRST, parts)), _edge(separators, 0))
        yield Stream(f"last letters of the {name}", bytes(map(_LAST, parts)), _edge(separators, -1))
        if name == "lines" and len(parts) >= FEWEST:
            diagonal = [line[place : place + 1] for place, line in enumerate(parts)]
            yield Stream("a diagonal of the lines", b"".join(diagonal))
        if len(parts) >= FEWEST and name != "clauses":
            yield Stream(f"second letters of the {name}", b"".join(map(_SECOND, parts)))
            yield Stream(f"third letters of the {name}", b"".join(map(_THIRD, parts)))
            yield Stream(f"last letters but one of the {name}", b"".join(map(_LAST_BUT_ONE, parts)))
    # fewer lines or paragraphs have fewer letters than a stream needs, and so have fewer marks and capitals below
    if folded.count(b"\n") >= FEWEST - 1:
        lines = [words for words in map(bytes.split, folded.translate(LINED).split(b"\n")) if words]
        yield Stream("second words of the lines", bytes([words[1][0] for words in lines if len(words) > 1]))
        yield Stream("last words of the lines", bytes([words[-1][0] for words in lines]))
    if folded.count(b"\n\n") >= FEWEST - 1:
        paragraphs = [part for part in map(squeezed, folded.split(b"\n\n")) if part]
        yield Stream("first letters of the paragraphs", bytes(map(_FIRST, paragraphs)))


def _columns(words: list[bytes]) -> list[bytes]:
    """Return the first letters of words, the second ones of those that have one, the third and the fourth."""
    padded = b"%-4.4b" * len(words) % (*words,)
    return [padded[at::4].replace(b" ", b"") for at in range(4)]


def _by_word(page: Page) -> Iterator[Stream]:
    words = page.words
    first, second, third, fourth = _columns(words)
    last, last_but_one, *_ = _columns(b" ".join(words)[::-1].split())
    yield Stream("first letters of the words", first, _edge(NOT_LETTERS, 0))
    yield Stream("last letters of the words", last[::-1], _edge(NOT_LETTERS, -1))
    yield Stream("second letters of the words", second)
    yield Stream("third letters of the words", third)
    yield Stream("fourth letters of the words", fourth)
    yield Stream("last letters but one of the words", last_but_one[::-1])
    if page.lengths.count(1) >= FEWEST:
        yield Stream("single letters", b"".join([word for word in words if len(word) == 1]), _singles)


def _by_sign(page: Page) -> Iterator[Stream]:
    folded, upper = page.folded, page.upper
    if len(page.signs.translate(None, NOT_MARKS)) >= FEWEST:
        yield Stream("marked letters", squeezed(b"".join(MARKED.findall(folded))))
        yield Stream("first letters of marked words", squeezed(b"".join(MARKED_WORD.findall(folded))))
    if folded.translate(CASES).count(b"aA") >= FEWEST and (page.capitalised or len(page.capitals) <= MANY_CAPITALS):
        yield Stream("capitals after small letters", b"".join(WITHIN.findall(folded)))
    if len(page.far) >= FEWEST:
        yield Stream("letters with a mark", squeezed(fold("".join(FAR_LETTER.findall(page.text)))))
        yield Stream("first letters of the names of symbols", by_symbol(page.far))
        yield Stream("another keyboard", squeezed(layouts(page.text)))
    if b"<" in folded and b">" in folded:
        yield Stream("the letters without tags", squeezed(TAG.sub(b"", folded)))
    yield Stream("names of letters", by_name(upper, page.words))
    yield Stream("letters beside others", by_neighbour(upper))
    yield Stream("Morse code", b" ".join((by_morse(upper), *by_two_signs(page))))
    yield from (Stream(view, squeezed(letters)) for view, letters in readings(upper).items())
    yield Stream("upside down", squeezed(turned(page.text)))


def streams(page: Page) -> list[Stream]:
    """Return every stream of a text that is long enough; the plainest first."""
    found = [
        Stream("the letters", page.letters, _every(CAPITALS + SMALL)),
        Stream("capitals", page.capitals, _every(CAPITALS)),
        Stream("small letters", page.folded.translate(UPPER, NOT_SMALL), _every(SMALL)),
        *_by_part(page.folded),
        *_by_word(page),
        *_by_sign(page),
    ]
    return [stream for stream in found if len(stream.letters) >= FEWEST]
