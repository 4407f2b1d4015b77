"""Kinds that ask models: what they said was asked before an answer is marked."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.ports import Grader, Scorer
from harness.score.marking import Finder

type Told = Callable[[str, Json], Mark]
"""From a kind and what it expects to the mark that was given; raises UnableError when there is none."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A scorer that hands on what a grader said."""

    kind: str
    grader: Grader
    told: Told

    @property
    def version(self) -> str:
        """The grader's."""
        return self.grader.version

    @property
    def needs_threshold(self) -> bool:
        """The grader's."""
        return self.grader.needs_threshold

    def problem(self, expected: Json, reference: str) -> str:
        """Return what the grader finds wrong with an expectation."""
        return self.grader.problem(expected, reference)

    def mark(self, _answer: Completion, expected: Json, _case: Case) -> Mark:
        """Return what was said.

        Raises:
            UnableError: The grader could not tell, or nobody asked it.
        """
        return self.told(self.kind, expected)


@dataclass(frozen=True, slots=True)
class WithGrades:
    """Scorers of which those that ask models hand on what was said."""

    scorers: Finder
    told: Told

    def find(self, kind: str) -> Scorer | Grader | None:
        """Return the scorer of a kind, or None."""
        found = self.scorers.find(kind)
        return Graded(kind, found, self.told) if isinstance(found, Grader) else found


def grader_of(scorers: Finder, kind: str) -> Grader | None:
    """Return who grades for a kind; None for one that asks nobody."""
    found = scorers.find(kind)
    if not hasattr(found, "grade"):  # asked of every expectation that is read, and `isinstance` of a protocol is slow
        return None
    return found if isinstance(found, Grader) else None
