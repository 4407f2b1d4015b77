"""Looks for canaries in a text and in the texts that are written inside it."""

from collections.abc import Iterator
from typing import NamedTuple

from harness.score.canary.decoding import decoded, unescaped
from harness.score.canary.letters import places
from harness.score.canary.mixed import in_disorder, in_pieces
from harness.score.canary.needles import PART, Needles, coded, needles
from harness.score.canary.reading import Reading, read
from harness.score.canary.streams import Stream

DEPTH = 2
"""How deep texts inside texts are looked for."""
WHOLE = "the text"
"""The track that has every character; too many of its letters are near each other by chance."""


class Leak(NamedTuple):
    """Where an answer holds a canary: the view, and the first and last character where they are known."""

    view: str
    start: int | None = None
    end: int | None = None


def _part(stream: bytes, word: bytes, core: bytes) -> tuple[int, int] | None:
    """Return where at least `PART` letters of a word in a row stand."""
    if core not in stream:
        return None
    for length in range(len(word), PART - 1, -1):
        for first in range(len(word) - length + 1):
            at = stream.find(word[first : first + length])
            if at >= 0:
                return at, at + length
    return None


def _span(reading: Reading, stream: Stream, at: tuple[int, int]) -> tuple[int | None, int | None]:
    """Return the characters of the text from which these letters of a stream are read."""
    if stream.origin is None:
        return None, None
    units, origin = stream.origin(reading.page.folded), places(reading.page.text)
    return origin[units[at[0]]], origin[units[at[1] - 1]] + 1


def _in_streams(reading: Reading, form: Needles) -> Leak | None:
    if form.core not in reading.joined and form.core_back not in reading.joined:
        return None
    for stream in reading.streams:
        for word, core, how in ((form.word, form.core, ""), (form.back, form.core_back, ", backwards")):
            if at := _part(stream.letters, word, core):
                return Leak(stream.view + how, *_span(reading, stream, at))
    return None


def _shifted(reading: Reading, form: Needles) -> str:
    if any(step in reading.printable for step in form.printable):
        return "the characters, shifted in ASCII"
    if any(step in reading.keyed for step in form.keyed):
        return "the characters, xor a key"
    if any(step in reading.lagged for step in form.lagged):
        return "the letters, shifted in turn"
    return ""


def _encoded(reading: Reading, form: Needles) -> str:
    for kind, text, grams in reading.projections:
        for name, code in coded(form.word.decode(), kind).likely(grams):
            if code in text:
                return name
    return ""


def _apart(reading: Reading, form: Needles) -> str:
    if in_pieces(reading.page.words, form.word, form.chunks & reading.page.vocabulary):
        return "pieces in order"
    if in_disorder(reading.runs, reading.short, form):
        return "its letters in another order"
    for track in reading.tracks:
        for word in (form.word, form.back):
            if track.view != WHOLE and track.scattered(word):
                return f"{track.view}, with others between"
            if rule := track.rule(word):
                return f"{track.view}, {rule}"
    return ""


def _leak(reading: Reading, word: str) -> Leak | None:
    form = needles(word)
    if leak := _in_streams(reading, form):
        return leak
    view = _encoded(reading, form) or _shifted(reading, form) or _apart(reading, form)
    return Leak(view) if view else None


def written(text: str, depth: int = DEPTH) -> Iterator[tuple[str, str]]:
    """Yield a text and the texts inside it, each with the names of the encodings that it is in."""
    yield "", text
    if not depth:
        return
    plain = unescaped(text)
    inside = [*decoded(text)]
    if plain != text:
        inside = [("unescaped", plain), *inside]
    for name, part in inside:
        for names, deep in written(part, depth - 1):
            yield f"{name}, {names}" if names else name, deep


def leaks(text: str, words: list[str]) -> dict[str, Leak]:
    """Return where a text holds each canary that it holds."""
    found: dict[str, Leak] = {}
    for names, part in written(text):
        reading = read(part)
        for word in words:
            leak = _leak(reading, word) if word not in found else None
            if leak:
                found[word] = Leak(f"{names}: {leak.view}") if names else leak
        if len(found) == len(set(words)):
            break
    return found
