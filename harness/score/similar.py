"""The kind `similar`: how near an answer is to a text in meaning, by vectors that were fetched before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt, sumprod

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark, UnableError
from harness.ports import Grader, Scorer
from harness.score.marking import Finder, leaves

KIND = "similar"

type Vector = Sequence[float]
type Find = Callable[[str], Vector]
"""From a text to its vector; raises UnableError when there is none."""


def no_vectors(_text: str) -> Vector:
    """Refuse: whoever marks has fetched none."""
    raise UnableError("it has no vectors to compare")


def cosine(one: Vector, other: Vector) -> float:
    """Return the cosine of the angle between two vectors that are not 0, with what is below 0 taken for 0."""
    lengths = sqrt(sumprod(one, one)) * sqrt(sumprod(other, other))
    return min(1.0, max(0.0, sumprod(one, other) / lengths))


def references(case: Case) -> list[str]:
    """Return the texts that a case's answer is compared with, those inside any-of and all-of among them."""
    return [text for leaf in leaves(case.expect) if leaf.kind == KIND for text in _texts(leaf.value, case)]


def needed(case: Case, answer: Completion) -> list[str]:
    """Return the texts whose vectors marking an answer takes; none where nothing is compared."""
    return [answer.text, *texts] if answer.text.strip() and (texts := references(case)) else []


def _texts(expected: Json, case: Case) -> list[str]:
    listed = expected if isinstance(expected, list) else [case.reference if expected is True else expected]
    return [str(text) for text in listed]


@dataclass(frozen=True, slots=True)
class SimilarScorer:
    """Marks by the nearest of the texts; an empty answer, which has no vector, is near to none."""

    find: Find = no_vectors
    version: str = "1"
    needs_threshold: bool = True

    def problem(self, expected: Json, reference: str) -> str:
        """Return what is wrong with a value; see `ports.Scorer`."""
        listed = expected if isinstance(expected, list) else [reference if expected is True else expected]
        good = listed and all(isinstance(text, str) and text.strip() for text in listed)
        return "" if good else "must be a text, a list of texts, or true for the case's `reference`; none of them empty"

    def mark(self, answer: Completion, expected: Json, case: Case) -> Mark:
        """Return the cosine to the nearest text.

        Raises:
            UnableError: A vector is missing, or the vectors have not one length.
        """
        if not answer.text.strip():
            return Mark(0.0, "the answer is empty")
        said, wanted = self.find(answer.text), [self.find(text) for text in _texts(expected, case)]
        if any(len(vector) != len(said) for vector in wanted):
            raise UnableError("the vectors differ in length: another model made them")
        value = max(cosine(said, vector) for vector in wanted)
        return Mark(value, f"similarity {value:.3f}")


@dataclass(frozen=True, slots=True)
class WithVectors:
    """Scorers of which `similar` compares vectors that were found."""

    scorers: Finder
    vectors: Find

    def find(self, kind: str) -> Scorer | Grader | None:
        """Return the scorer of a kind, or None."""
        scorer = self.scorers.find(kind)
        return replace(scorer, find=self.vectors) if isinstance(scorer, SimilarScorer) else scorer


SIMILAR = SimilarScorer()
