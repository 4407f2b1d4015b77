"""A scorer made of two plain functions, which is all that most kinds need."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark

type Problem = Callable[[Json, str], str]
"""From an expectation's value and its case's reference to what is wrong with it, or nothing."""
type Judge = Callable[[Completion, Json, Case], Mark]
"""From an answer, an expectation's value and its case to a mark."""


@dataclass(frozen=True, slots=True)
class Simple:
    """The whole of the `Scorer` protocol as a record."""

    version: str
    problem: Problem
    mark: Judge
    needs_threshold: bool = False
    """True for a similarity, of which an expectation must say how much is enough."""


def a_text(expected: Json, _reference: str) -> str:
    """Return what is wrong with a value that must be a text that is not empty."""
    return "" if isinstance(expected, str) and expected else "must be a text that is not empty"


def some_texts(expected: Json, _reference: str) -> str:
    """Return what is wrong with a value that must be a list of texts that are not empty."""
    good = isinstance(expected, list) and expected and all(isinstance(item, str) and item for item in expected)
    return "" if good else "must be a list of texts, none of them empty"


def just_true(expected: Json, _reference: str) -> str:
    """Return what is wrong with the value of a kind that takes no value."""
    return "" if expected is True else "must be true; to demand the opposite, put `not-` before the kind"


def yes_or_no(*, met: bool, reason: str) -> Mark:
    """Return a mark of 1 or 0 with the fact that decided it."""
    return Mark(1.0 if met else 0.0, reason)
