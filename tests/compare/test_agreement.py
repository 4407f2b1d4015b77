"""Judges held against people: published tables, and worked by hand."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.agreement import Agreement, agreement, corrected, true_rate

rates = st.floats(0, 1)


class TestAgreement:
    @pytest.mark.parametrize(
        ("table", "kappa", "ac1"),
        [((20, 5, 10, 15), 0.4, 0.4059), ((118, 5, 2, 0), -0.0234, 0.9408), ((50, 0, 0, 50), 1, 1)],
    )
    def test_has_the_values_of_the_textbooks(self, table: tuple[int, ...], kappa: float, ac1: float) -> None:
        """The second is Gwet's paradox: nearly all agree, and kappa is below nothing."""
        assert agreement(*table) == pytest.approx(Agreement(kappa, ac1), abs=5e-5)

    def test_of_those_who_only_ever_pass_is_perfect(self) -> None:
        """Chance explains all of it, and there is nothing it does not explain."""
        assert agreement(9, 0, 0, 0) == Agreement(1, 1)

    def test_of_nothing_is_none(self) -> None:
        """No case was rated."""
        assert agreement(0, 0, 0, 0) is None


class TestTheTrueRate:
    @given(rates, st.floats(0.6, 1), st.floats(0.6, 1))
    def test_is_what_the_judge_saw_before_its_errors(self, rate: float, sensitivity: float, specificity: float) -> None:
        """Forth by its errors, and back."""
        judged = rate * sensitivity + (1 - rate) * (1 - specificity)

        assert true_rate(judged, sensitivity=sensitivity, specificity=specificity) == pytest.approx(rate, abs=1e-9)

    @given(rates, rates, rates)
    def test_is_a_rate(self, judged: float, sensitivity: float, specificity: float) -> None:
        """Or nothing, of a judge who rolls dice."""
        found = true_rate(judged, sensitivity=sensitivity, specificity=specificity)

        assert found is None if sensitivity + specificity <= 1 else 0 <= (found or 0) <= 1


class TestTheCorrectedMean:
    def test_is_known_by_hand(self) -> None:
        """The judge says 0.75 of four, and is half a point too kind on one of two labels."""
        found = corrected([1, 1, 1, 0], [(0.5, 1.0), (1.0, 1.0)])

        assert found
        assert found == pytest.approx((0.75 - 0.25, sqrt(0.25 / 4 + 0.125 / 2)))

    @given(st.lists(rates, min_size=2, max_size=20), st.lists(rates, min_size=2, max_size=20))
    def test_of_a_judge_who_is_right_is_its_own(self, judged: list[float], people: list[float]) -> None:
        """Then labels add nothing."""
        found = corrected(judged, [(one, one) for one in people])

        assert found
        assert found.value == pytest.approx(sum(judged) / len(judged))

    @pytest.mark.parametrize(("judged", "labels"), [([1.0], [(1.0, 1.0)] * 5), ([1.0] * 5, [(1.0, 1.0)])])
    def test_of_too_little_is_none(self, judged: list[float], labels: list[tuple[float, float]]) -> None:
        """One score has no spread."""
        assert corrected(judged, labels) is None
