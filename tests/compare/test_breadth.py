"""Breadth: Student's test over cases, held against published tables and against plain integration."""

from math import atan, exp, lgamma, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.breadth import LEVEL, breadth
from harness.compare.distributions import beta, student
from harness.core.runs import Matched, Runs


def integrated(t: float, freedom: float, steps: int = 4000) -> float:
    """Return the area under Student's density up to `t`, by Simpson's rule."""
    scale: float = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    width = abs(t) / steps
    heights = [scale * (1 + (i * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for i in range(steps + 1)]
    area = width / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))
    return float(0.5 + area if t > 0 else 0.5 - area)


class TestStudent:
    @pytest.mark.parametrize(
        ("t", "freedom", "expected"),
        [(1.383, 9, 0.90), (2.365, 7, 0.975), (31.821, 1, 0.99), (1.671, 60, 0.95), (3.365, 5, 0.99), (0, 4, 0.5)],
    )
    def test_has_the_quantiles_of_the_tables(self, t: float, freedom: int, expected: float) -> None:
        """To the three digits that they are printed with."""
        assert student(t, freedom) == pytest.approx(expected, abs=1e-4)

    @given(st.floats(-8, 8), st.integers(1, 400))
    def test_is_the_area_under_its_density(self, t: float, freedom: int) -> None:
        """Everywhere, not only where it was tabulated."""
        assert student(t, freedom) == pytest.approx(integrated(t, freedom), abs=1e-9)

    def test_keeps_its_digits_near_the_middle(self) -> None:
        """Where the density is 0.385 for seven degrees of freedom, a step of 1e-7 is an area of 3.85e-8."""
        assert student(1e-7, 7) - 0.5 == pytest.approx(3.8498e-8, rel=1e-4)
        assert 0.5 - student(-1e-7, 7) == pytest.approx(3.8498e-8, rel=1e-4)

    @pytest.mark.parametrize("t", [-1e8, -3.0, -1.0, -0.5, 0.5, 1.0, 3.0, 1e8])
    def test_is_cauchy_s_with_one_degree_of_freedom(self, t: float) -> None:
        """Whose tail has a formula, and keeps its digits: an angle over pi, 3.183e-9 at minus a hundred million."""
        tail = atan(1 / abs(t)) / pi

        assert student(t, 1) == pytest.approx(tail if t < 0 else 1 - tail, rel=1e-12)

    @given(st.floats(0, 1), st.floats(0.5, 50), st.floats(0.5, 50))
    def test_rests_on_a_beta_that_mirrors(self, x: float, a: float, b: float) -> None:
        """What is left of a point and what is right of it are everything."""
        assert beta(x, a, b) + beta(1 - x, b, a) == pytest.approx(1, abs=1e-9)

    @given(st.floats(0, 1))
    def test_rests_on_a_beta_that_is_known_by_hand(self, x: float) -> None:
        """Of one and one it is the line, of two and one the square."""
        assert (beta(x, 1, 1), beta(x, 2, 1)) == pytest.approx((x, x * x), abs=1e-12)


def moved(*moves: int) -> list[Matched]:
    """Return cases that moved by -1, 0 or 1."""
    return [Matched(Runs.binary(max(0, -move), 1), Runs.binary(max(0, move), 1)) for move in moves]


class TestBreadth:
    def test_is_student_s_paired_test(self) -> None:
        """Four of ten fell: the mean is -0.4, its error 0.1633, and t is -2.449 of nine degrees of freedom."""
        assert breadth(moved(*[-1] * 4, *[0] * 6)) == pytest.approx(integrated(-0.4 / sqrt(0.24 / 9), 9))

    def test_is_not_shown_by_one_case(self) -> None:
        """One of a hundred cases broke: that is a flip, no drop of the suite."""
        assert breadth(moved(-1, *[0] * 99)) > LEVEL

    def test_is_shown_by_many(self) -> None:
        """Ten of a hundred."""
        assert breadth(moved(*[-1] * 10, *[0] * 90)) < LEVEL

    @pytest.mark.parametrize(
        ("moves", "expected"), [([-1, -1], 0.0), ([0, 0], 1.0), ([1, 1], 1.0), ([-1], 1.0), ([], 1.0)]
    )
    def test_of_cases_that_all_moved_alike_is_certain(self, moves: list[int], expected: float) -> None:
        """And of one case, or none, nobody can say."""
        assert breadth(moved(*moves)) == expected

    def test_leaves_out_what_ran_on_one_tree_alone(self) -> None:
        """As the difference does."""
        alone = Matched(Runs.binary(0, 1), Runs())

        assert breadth([*moved(-1, 0, 0), alone]) == breadth(moved(-1, 0, 0))
