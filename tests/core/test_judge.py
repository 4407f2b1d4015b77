"""Judges: what a grade is worth, who is who, and what people agree on."""

from dataclasses import replace

import pytest

from harness.core.errors import Origin
from harness.core.judge import Example, Grade, Judge, Label, agreed

JUDGE = Judge(
    "grounded",
    1,
    "judge",
    "Is it in the documents?",
    (Grade("invented", "not there"), Grade("partly", "some of it"), Grade("grounded", "all of it")),
    "grounded",
    (Example("30 days", "grounded", "it is"),),
)


def label(grade: str, by: str, answer: str = "30 days") -> Label:
    """Return what somebody says of an answer."""
    return Label(answer, grade, by, "2026-11-20")


class TestAGrade:
    @pytest.mark.parametrize(
        ("grade", "value", "passed"), [("invented", 0.0, False), ("partly", 0.5, False), ("grounded", 1.0, True)]
    )
    def test_is_a_step_of_the_scale(self, grade: str, value: float, passed: bool) -> None:  # noqa: FBT001 (a case)
        """From nothing to all, in equal steps; where passes begin is the rubric's to say."""
        assert (JUDGE.value(grade), JUDGE.passed(grade)) == (value, passed)


class TestTheDigest:
    @pytest.mark.parametrize(
        "change",
        [
            {"version": 2},
            {"rubric": "Is it in the documents? "},
            {"scale": (Grade("invented", "not so"), *JUDGE.scale[1:])},
            {"passes": "partly"},
            {"examples": ()},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_is_another_when_the_judge_is_told_otherwise(self, change: dict[str, object]) -> None:
        """What was calibrated is not this one any more."""
        assert replace(JUDGE, **change).digest != JUDGE.digest  # type: ignore[arg-type]  # each fits its key

    def test_is_the_same_wherever_it_stands(self) -> None:
        """Its line, its file's name and the alias of its pin tell it nothing."""
        assert replace(JUDGE, name="b", model="other", origin=Origin("b.yml", 7)).digest == JUDGE.digest


class TestPeople:
    def test_are_heard_by_majority(self) -> None:
        """By passes: two grades that both fail are one word."""
        said = [label("invented", "ana"), label("partly", "bo"), label("grounded", "cy")]

        assert agreed(JUDGE, said) == {said[0].about: False}

    def test_who_are_split_say_nothing(self) -> None:
        """The answer is left out, and others stay."""
        said = [label("invented", "ana"), label("grounded", "bo"), label("grounded", "ana", "yes")]

        assert agreed(JUDGE, said) == {said[2].about: True}

    def test_say_it_of_an_answer_to_a_question(self) -> None:
        """The same words may be right elsewhere."""
        one = label("grounded", "ana")

        assert one.about != replace(one, asked="How long?").about
        assert one.about == label("invented", "bo").about
