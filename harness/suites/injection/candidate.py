"""An attack that can be taken apart and put together otherwise: sentences, ways of writing, a wrapper, a carrier."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from harness.core.attack import INSTRUCTION
from harness.suites.injection.chain import BARE, WRAPPERS, names_of, written
from harness.suites.injection.sampling import Cell
from harness.suites.injection.transforms import IDENTITY

DEEPEST = 3
"""Ways of writing on top of each other, at most."""
_END_OF_SENTENCE = re.compile(r"(?<=[.!?:])(?=\s)")


class Candidate(NamedTuple):
    """An attack to be tried."""

    parts: tuple[str, ...]
    """Sentences with the space before them; one of them holds `{instruction}`."""
    carrier: str
    transforms: tuple[str, ...] = ()
    """Ways of writing, the innermost first; none for the text as it is."""
    wrapper: str = BARE

    @property
    def text(self) -> str:
        """The sentences as one text, in which `{instruction}` stands for what is demanded."""
        return "".join(self.parts).strip()

    @property
    def chain(self) -> tuple[str, ...]:
        """How the text is written, the innermost way first; the wrapper is the outermost."""
        return self.transforms if self.wrapper == BARE else (*self.transforms, self.wrapper)

    def ask(self, instruction: str) -> str:
        """Return the text that is carried, with what is demanded."""
        return written(self.text.replace(INSTRUCTION, instruction), self.chain)


def of_cell(cell: Cell) -> Candidate:
    """Return a sampled attack as a candidate.

    Raises:
        ValueError: It is led up to turn by turn, and has no text that demands.
    """
    if INSTRUCTION not in cell.payload.text:
        message = f"payload `{cell.payload.id}` demands nothing at once"
        raise ValueError(message)
    parts = tuple(_END_OF_SENTENCE.split(cell.payload.text))
    *inner, last = names_of(cell.transform)
    names, wrapper = (inner, last) if last in WRAPPERS else ([*inner, last], BARE)
    return Candidate(parts, cell.carrier, tuple(name for name in names if name != IDENTITY), wrapper)


class Space(NamedTuple):
    """What candidates are made of, beside the sentences of those there are."""

    carriers: Sequence[str]
    transforms: Sequence[str]
    fits: Callable[[Candidate], bool] = lambda _candidate: True
    """Whether a candidate may be tried at all."""


type Pick = Callable[[int], int]
"""Dice: gives a number from 0 to below another one."""


def mutate(candidate: Candidate, other: Candidate, space: Space, pick: Pick) -> Candidate:
    """Return a candidate that differs in one thing, for which it may borrow from another one."""
    moves = (_carried_elsewhere, _written_otherwise, _written_otherwise, _written_twice, _wrapped, _reworded, _crossed)
    return moves[pick(len(moves))](candidate, other, space, pick)


def _carried_elsewhere(candidate: Candidate, _other: Candidate, space: Space, pick: Pick) -> Candidate:
    return candidate._replace(carrier=space.carriers[pick(len(space.carriers))])


def _written_otherwise(candidate: Candidate, _other: Candidate, space: Space, pick: Pick) -> Candidate:
    name = space.transforms[pick(len(space.transforms))]
    return candidate._replace(transforms=(*candidate.transforms[:-1], *_unless_plain(name)))


def _written_twice(candidate: Candidate, _other: Candidate, space: Space, pick: Pick) -> Candidate:
    if len(candidate.transforms) >= DEEPEST:
        return candidate._replace(transforms=candidate.transforms[:-1])
    name = space.transforms[pick(len(space.transforms))]
    return candidate._replace(transforms=(*candidate.transforms, *_unless_plain(name)))


def _unless_plain(name: str) -> tuple[str, ...]:
    return () if name == IDENTITY else (name,)


def _wrapped(candidate: Candidate, _other: Candidate, _space: Space, pick: Pick) -> Candidate:
    return candidate._replace(wrapper=list(WRAPPERS)[pick(len(WRAPPERS))])


def _reworded(candidate: Candidate, other: Candidate, _space: Space, pick: Pick) -> Candidate:
    """Return it without one of its sentences, or with one of another's before it; the demand stays."""
    parts = candidate.parts
    spare = [at for at, part in enumerate(parts) if INSTRUCTION not in part]
    if spare and pick(2):
        at = spare[pick(len(spare))]
        return candidate._replace(parts=(*parts[:at], *parts[at + 1 :]))
    foreign = [part for part in other.parts if INSTRUCTION not in part and part not in parts]
    if not foreign:
        return candidate
    return candidate._replace(parts=(foreign[pick(len(foreign))], f" {parts[0].lstrip()}", *parts[1:]))


def _crossed(candidate: Candidate, other: Candidate, _space: Space, _pick: Pick) -> Candidate:
    """Return its sentences, carried and written as the other's."""
    return other._replace(parts=candidate.parts)
