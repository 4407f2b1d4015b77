"""What a person who labels may type, and how far labels have come."""

import pytest

from harness.core.judge import Grade, Judge, Label
from harness.core.labelling import Act, Standing, keys, standing

ACTS = {"skip": Act.SKIP, "back": Act.BACK, "rubric": Act.RUBRIC, "quit": Act.QUIT}
SHORT = {"s": Act.SKIP, "b": Act.BACK, "?": Act.RUBRIC, "q": Act.QUIT}
JUDGE = Judge("kind", 1, "judge", "Is it kind?", (Grade("rude", "No."), Grade("kind", "Yes.")), "kind")


class TestTheKeys:
    @pytest.mark.parametrize(
        ("grades", "wanted"),
        [
            (("bad", "good"), {"1": "bad", "2": "good", "bad": "bad", "good": "good", **SHORT, **ACTS}),
            (("0", "1", "2"), {"0": "0", "1": "1", "2": "2", **SHORT, **ACTS}),
            (
                ("b", "a"),
                {"1": "b", "2": "a", "b": "b", "a": "a", **{k: v for k, v in SHORT.items() if k != "b"}, **ACTS},
            ),
        ],
        ids=["numbers and names", "a grade that is a number means itself", "a grade takes the key that it is called"],
    )
    def test_are_grades_first(self, grades: tuple[str, ...], wanted: dict[str, str | Act]) -> None:
        """Whoever types a grade's name means the grade."""
        assert keys(grades) == wanted


class TestTheStanding:
    def test_counts_answers_and_not_labels(self) -> None:
        """Two who agree say one thing; two who do not say nothing."""
        said = [
            ("a", "kind", "ana"),
            ("a", "kind", "bo"),
            ("b", "rude", "ana"),
            ("c", "rude", "ana"),
            ("c", "kind", "bo"),
        ]

        found = standing(JUDGE, [Label(answer, grade, by, "2026-11-22") for answer, grade, by in said])

        assert found == Standing(passes=1, fails=1, split=1)
