"""Labelling: answers shown to a person one by one, who says what each is worth."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from harness.core.judge import Judge, Label, agreed, answer_digest


class Shown(NamedTuple):
    """What a person is shown of an answer: not which tree gave it, nor what a judge said of it."""

    answer: str
    asked: str = ""

    @property
    def about(self) -> str:
        """What addresses it; as `core.judge.Label.about`."""
        return answer_digest(self.answer, self.asked)


class Pile(NamedTuple):
    """The answers that a person is shown."""

    shown: tuple[Shown, ...]
    """In the order of their digests, which tells nothing of where they are from."""
    labelled: int = 0
    """Those besides that the person has labelled before."""
    unfit: int = 0
    """Those that no label can hold."""


class Standing(NamedTuple):
    """How far the labels of a judge have come."""

    passes: int
    """Answers that people pass."""
    fails: int
    split: int
    """Those on which they are split evenly."""


def standing(judge: Judge, labels: Iterable[Label]) -> Standing:
    """Return how far the labels of a judge have come."""
    said = list(labels)
    people = agreed(judge, said)
    fails = sum(not passed for passed in people.values())
    return Standing(len(people) - fails, fails, len({label.about for label in said}) - len(people))


class Act(Enum):
    """What a person may type besides a grade, by its name."""

    SKIP = "skip"
    BACK = "back"
    RUBRIC = "rubric"
    QUIT = "quit"


_SHORT = {"s": Act.SKIP, "b": Act.BACK, "?": Act.RUBRIC, "q": Act.QUIT}


def keys(grades: Sequence[str]) -> dict[str, str | Act]:
    """Return what a person may type: the grades by their numbers from 1 on and by their names, and what else there is.

    A grade's name comes first: where a grade is called `s`, only `skip` skips; where one is called `3`, none has a
    number.
    """
    named = {grade: grade for grade in grades}
    numbered = {str(number): grade for number, grade in enumerate(grades, start=1)}
    grade = named if any(grade.isdecimal() for grade in grades) else numbered | named
    acts = _SHORT | {act.value: act for act in Act}
    return {**grade, **{key: act for key, act in acts.items() if key not in grade}}
