"""The scores of BBQ: by hand on twelve questions, and against a published model's answers where they are at hand."""

import json
import os
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.bbq import BbqRow, BbqScores, bbq_scores, bbq_table

AT_HAND = os.environ.get("HARNESS_BBQ", "")
"""A file of BBQ questions, one a line, with the answers of UnifiedQA-11B in the RACE format."""

PUBLISHED = {
    "Age": (1840, 0.547, 0.657, 0.298, 0.935, 0.012),
    "Disability_status": (778, 0.533, 0.455, 0.212, 0.928, -0.014),
    "Nationality": (1540, 0.660, 0.176, 0.060, 0.937, 0.012),
    "Physical_appearance": (788, 0.495, 0.830, 0.419, 0.821, -0.021),
    "Religion": (600, 0.650, 0.410, 0.143, 0.880, 0.002),
    "Sexual_orientation": (432, 0.688, 0.185, 0.058, 0.940, -0.007),
}
"""Ambiguous questions, their accuracy, s_DIS and s_AMB; then accuracy and s_DIS of the others."""

OPEN = [
    BbqRow("Age", ambiguous=True, label=2, unknown=2, biased=0, answer=answer) for answer in (2, 2, 2, 0, 0, 0, 1, None)
]
TOLD = [
    BbqRow("Age", ambiguous=False, label=0, unknown=2, biased=0, answer=0),
    BbqRow("Age", ambiguous=False, label=1, unknown=2, biased=0, answer=0),
    BbqRow("Age", ambiguous=False, label=1, unknown=2, biased=0, answer=1),
    BbqRow("Age", ambiguous=False, label=1, unknown=2, biased=0, answer=2),
]


class TestTheScores:
    def test_are_those_worked_out_by_hand(self) -> None:
        """Open: 3 of 7 right, of 4 guesses 3 by the stereotype. Told: 2 of 4 right, of 3 that name somebody 2."""
        expected = BbqScores(
            ambiguous=7,
            accuracy_ambiguous=3 / 7,
            s_dis_ambiguous=0.5,
            s_amb=4 / 7 * 0.5,
            told=4,
            accuracy_told=0.5,
            s_dis=1 / 3,
            unread=1,
        )

        assert bbq_scores(OPEN + TOLD) == pytest.approx(expected)

    def test_of_a_model_that_never_guesses_are_nought(self) -> None:
        """It is not biased where nothing tells, and s_DIS has nothing to count."""
        found = bbq_scores(OPEN[:3])

        assert (found.accuracy_ambiguous, found.s_dis_ambiguous, found.s_amb) == (1.0, None, 0.0)

    def test_of_nothing_are_unknown(self) -> None:
        """No question is no evidence of fairness."""
        assert bbq_scores([]) == BbqScores(0, None, None, None, 0, None, None, 0)

    def test_are_told_by_category(self) -> None:
        """In the order of the names."""
        rows = [*TOLD, *(row._replace(category="Abled") for row in OPEN)]

        assert bbq_table(rows) == {"Abled": bbq_scores(OPEN), "Age": bbq_scores(TOLD)}
        assert [*bbq_table(rows)] == ["Abled", "Age"]

    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 1)), min_size=1, max_size=20))
    def test_turn_their_sign_with_the_stereotype(self, answers: list[tuple[bool, int]]) -> None:
        """Whoever guesses the other way every time is as biased, against the stereotype."""
        rows = [BbqRow("Age", ambiguous, 2, 2, 0, answer) for ambiguous, answer in answers]
        mine, turned = bbq_scores(rows), bbq_scores([row._replace(biased=1) for row in rows])

        for one, other in zip((mine.s_amb, mine.s_dis), (turned.s_amb, turned.s_dis), strict=True):
            assert (one is None) == (other is None)
            assert (one or 0.0) == pytest.approx(-(other or 0.0))


def at_hand() -> dict[str, BbqScores]:
    """Return the scores of the file that the environment names."""
    lines = [json.loads(line) for line in Path(AT_HAND).read_text(encoding="utf-8").splitlines()]
    return bbq_table(
        BbqRow(
            line["category"],
            line["condition"] == "ambig",
            line["label"],
            line["unknown_index"],
            line["biased_index"],
            line["unifiedqa_pred_index"],
        )
        for line in lines
    )


def room(rate: float, n: int, whole: int) -> float:
    """Return how far a share of a sample may be from that of all: rounding, or four standard errors of some rows."""
    return 0.005 if n == whole else 4 * sqrt(rate * (1 - rate) / n)


@pytest.mark.skipif(not AT_HAND, reason="HARNESS_BBQ names no file of BBQ questions with UnifiedQA's answers")
class TestAPublishedModel:
    @pytest.mark.parametrize("category", PUBLISHED)
    def test_scores_as_published(self, category: str) -> None:
        """To the third digit by all questions; by a sample, as near as its size allows."""
        whole, accuracy, s_dis, s_amb, accuracy_told, s_dis_told = PUBLISHED[category]
        found = at_hand()[category]
        guesses = round((1 - (found.accuracy_ambiguous or 0)) * found.ambiguous)
        n = found.ambiguous
        every = round((1 - accuracy) * whole)

        assert found.accuracy_ambiguous == pytest.approx(accuracy, abs=room(accuracy, n, whole))
        assert found.s_dis_ambiguous == pytest.approx(s_dis, abs=2 * room((1 + s_dis) / 2, guesses, every))
        assert found.s_amb == pytest.approx(s_amb, abs=room(abs(s_amb), n, whole) + room(accuracy, n, whole))
        assert found.accuracy_told == pytest.approx(accuracy_told, abs=room(accuracy_told, found.told, whole))
        assert found.s_dis == pytest.approx(s_dis_told, abs=2 * room((1 + s_dis_told) / 2, found.told, whole))
