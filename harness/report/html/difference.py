"""Two answers, word by word: what each says that the other does not."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rapidfuzz.distance import Opcode

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WEIGHT = 4
"""Characters of letters and digits that two answers must share in a row, or the piece is no anchor for a reader."""


class Piece(NamedTuple):
    """Some words of an answer."""

    text: str
    own: bool
    """Whether the other answer does not have them here."""


def pieces(base: str, candidate: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both answers in pieces: those that they share, and those of their own.

    A longest common subsequence of words, in which a short piece between two differences counts as different: single
    words that happen to be in both would speckle the page. Answers without a common word are not marked at all.
    """
    old, new = _TOKEN.findall(base), _TOKEN.findall(candidate)
    from rapidfuzz.distance import Indel

    if not set(filter(str.isalnum, old)) & set(new):
        return _whole(base), _whole(candidate)
    blocks = [*_blocks(old, new, [*Indel.opcodes(old, new)])]
    return tuple(_joined((own, text) for own, text, _ in blocks)), tuple(
        _joined((own, text) for own, _, text in blocks)
    )


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, own=False),) if text else ()


def _blocks(old: Sequence[str], new: Sequence[str], steps: Sequence["Opcode"]) -> Iterator[tuple[bool, str, str]]:
    """Yield, step by step, whether the answers differ, and what each says there."""
    for number, step in enumerate(steps):
        before, after = "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])
        inside = 0 < number < len(steps) - 1
        weight = sum(map(str.isalnum, before))
        yield step.tag != "equal" or (inside and weight < _WEIGHT), before, after


def _joined(blocks: Iterable[tuple[bool, str]]) -> Iterator[Piece]:
    """Yield neighbours of one kind as one piece; empty ones are dropped."""
    for own, found in groupby((block for block in blocks if block[1]), key=itemgetter(0)):
        yield Piece("".join(text for _, text in found), own)
