"""A judge: a rubric that a pinned model follows, and what people say of the same answers."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.core.digest import Canonical, digest
from harness.core.errors import Origin

CANNOT_TELL = "cannot-tell"
"""What any judge may say instead of a grade."""


class Grade(NamedTuple):
    """One step of a judge's scale."""

    name: str
    means: str
    """What an answer of this grade is like."""


class Example(NamedTuple):
    """An answer that a judge is shown with its grade."""

    answer: str
    grade: str
    why: str
    asked: str = ""
    """What it answers, where that matters."""


@dataclass(frozen=True, slots=True)
class Judge:
    """One file of `evalsets/judges/`."""

    name: str
    version: int
    """Counted up by its author, for people; machines compare digests."""
    model: str
    """The pin that is asked."""
    rubric: str
    """What it is to look for, and for nothing else."""
    scale: tuple[Grade, ...]
    """From the worst on; two at least."""
    passes: str
    """The worst grade that passes; not the worst of all."""
    examples: tuple[Example, ...] = ()
    origin: Origin = field(default=Origin(""), compare=False)

    @property
    def grades(self) -> tuple[str, ...]:
        """The names of its grades, from the worst on."""
        return tuple(grade.name for grade in self.scale)

    @property
    def digest(self) -> str:
        """What addresses all that it is told; the pin, by which it is another judge too, has its own."""
        told: list[Canonical] = [self.version, self.rubric, self.scale, self.passes, self.examples]
        return digest("judge", told)

    def value(self, grade: str) -> float:
        """Return the score of one of its grades: 0 for the worst, 1 for the best, in equal steps."""
        return self.grades.index(grade) / (len(self.scale) - 1)

    def passed(self, grade: str) -> bool:
        """Return whether an answer of one of its grades passes."""
        return self.grades.index(grade) >= self.grades.index(self.passes)


@dataclass(frozen=True, slots=True)
class Label:
    """What one person says of one answer."""

    answer: str
    grade: str
    by: str
    on: str
    """The day, as YYYY-MM-DD."""
    asked: str = ""
    """What it answers, as the judge is shown it."""
    origin: Origin = field(default=Origin(""), compare=False)

    @property
    def about(self) -> str:
        """What addresses the answer, whoever says something of it and on whichever tree it was given."""
        return answer_digest(self.answer, self.asked)


class Judged(NamedTuple):
    """What a judge said of one answer."""

    about: str
    """What addresses the answer, as of a label."""
    grade: str | None
    """None where it could not tell."""
    by: str
    """What addresses the judge and its pin."""


def answer_digest(answer: str, asked: str) -> str:
    """Return what addresses an answer to what was asked, by which its labels are found.

    Raises:
        ValueError: One of them holds a lone surrogate.
    """
    return digest("judged", [asked, answer])


def agreed(judge: Judge, labels: Iterable[Label]) -> dict[str, bool]:
    """Return whether people pass each answer, by its digest; those on which they are split evenly are left out."""
    said: dict[str, Counter[bool]] = defaultdict(Counter)
    for label in labels:
        said[label.about][judge.passed(label.grade)] += 1
    return {about: votes[True] > votes[False] for about, votes in said.items() if votes[True] != votes[False]}
