"""Tests between groups on the same questions, each against all ways in which chance could have dealt the answers."""

from collections.abc import Sequence
from itertools import permutations, product
from math import expm1, log1p, pi, sin
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.audit import benjamini_hochberg, mcnemar
from harness.compare.clusters import clustered_mean
from harness.compare.distributions import beta, beta_quantile, chi_square, student, student_quantile
from harness.compare.omnibus import cochran
from harness.compare.signs import DRAWS, sign_flip


def each(values: Sequence[float]) -> list[tuple[str, float]]:
    """Return values that are clusters of their own."""
    return [(str(place), value) for place, value in enumerate(values)]


class TestDistributions:
    @pytest.mark.parametrize(
        ("freedom", "x", "p"),
        [(1, 3.841459, 0.05), (2, 5.991465, 0.05), (3, 7.814728, 0.05), (5, 15.08627, 0.01), (10, 23.20925, 0.01)],
    )
    def test_of_chi_square_have_the_values_of_the_table(self, freedom: int, x: float, p: float) -> None:
        """The upper points that every textbook prints."""
        assert chi_square(x, freedom) == pytest.approx(p, rel=1e-5)
        assert chi_square(0.0, freedom) == 1.0

    @pytest.mark.parametrize(
        ("freedom", "p", "t"),
        [
            (1, 0.975, 12.7062),
            (2, 0.975, 4.302653),
            (4, 0.975, 2.776445),
            (30, 0.95, 1.697261),
            (120, 0.975, 1.979930),
            (9, 0.5, 0.0),
        ],
    )
    def test_of_student_have_the_values_of_the_table(self, freedom: int, p: float, t: float) -> None:
        """And what is at most the quantile has its probability."""
        assert student_quantile(p, freedom) == pytest.approx(t, abs=1e-4)
        assert student(student_quantile(p, freedom), freedom) == pytest.approx(p)

    @given(st.floats(0.001, 0.999), st.floats(0.5, 50))
    def test_of_beta_have_the_quantiles_that_can_be_written_down(self, p: float, a: float) -> None:
        """Where a parameter is 1, a power; where both are a half, the law of the arcsine."""
        assert beta_quantile(p, a, 1) == pytest.approx(p ** (1 / a))
        assert beta_quantile(p, 1, a) == pytest.approx(-expm1(log1p(-p) / a))
        assert beta_quantile(p, 0.5, 0.5) == pytest.approx(sin(pi * p / 2) ** 2)

    @given(st.floats(0.001, 0.999), st.floats(0.2, 50), st.floats(0.2, 50))
    def test_of_beta_are_undone_by_their_quantiles(self, p: float, a: float, b: float) -> None:
        """Where the function is steep, the last digits of its place are its value."""
        place = beta_quantile(p, a, b)

        assert beta(max(0.0, place - 1e-9), a, b) <= p + 1e-9
        assert beta(min(1.0, place + 1e-9), a, b) >= p - 1e-9


class TestBenjaminiAndHochberg:
    def test_have_the_values_of_r(self) -> None:
        """`p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")`."""
        found = benjamini_hochberg({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})

        assert found == pytest.approx({"a": 0.02, "b": 0.04, "c": 0.04, "d": 0.02})
        assert list(found) == ["a", "b", "c", "d"]

    @given(st.dictionaries(st.text(max_size=2), st.floats(0, 1), max_size=8), st.floats(0, 1))
    def test_call_real_what_their_rule_calls_real(self, values: dict[str, float], share: float) -> None:
        """The step-up rule itself: up to the last p-value that is at most its place's part of the share."""
        ordered = sorted(values.values())
        last = max((place for place, p in enumerate(ordered, 1) if p * len(ordered) / place <= share), default=0)

        assert sum(p <= share for p in benjamini_hochberg(values).values()) == last


class TestFlippingSigns:
    @given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), max_size=20))
    def test_of_pairs_that_pass_or_fail_is_mcnemar(self, moved: list[float]) -> None:
        """Exactly, where all ways are tried; closely, where some are drawn."""
        few = sum(map(bool, moved)) <= 14
        expected = mcnemar(moved.count(-1.0), moved.count(1.0))

        assert sign_flip(each(moved)) == pytest.approx(expected, abs=1e-12 if few else 0.03)

    @given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.floats(-1, 1)), min_size=1, max_size=12))
    def test_tries_all_ways_to_flip_the_clusters(self, moved: list[tuple[str, float]]) -> None:
        """Written out: every template's pairs keep their sign or change it, together."""
        names = sorted({name for name, _ in moved})
        total = abs(sum(value for _, value in moved))
        ways = [
            abs(sum(dict(zip(names, signs, strict=True))[name] * value for name, value in moved))
            for signs in product([1, -1], repeat=len(names))
        ]
        scale = sum(abs(value) for _, value in moved)

        close = sum(way >= total - 1e-6 * scale for way in ways) / len(ways)
        strict = sum(way >= total + 1e-6 * scale for way in ways) / len(ways)
        assert strict <= sign_flip(moved) <= close

    def test_tries_all_ways_to_flip_fourteen(self) -> None:
        """16,384 of them, of which two are as uneven."""
        assert sign_flip(each([1.0] * 14)) == 2 / 2**14
        assert sign_flip(each([1.0] * 15)) != 2 / 2**15

    def test_draws_where_there_are_too_many_ways(self) -> None:
        """By its seed alone, and never a p-value of nothing."""
        dice = Random(3)
        moved = each([dice.gauss(0.15, 1) for _ in range(61)])

        assert sign_flip(moved, "a") == sign_flip(moved, "a") != sign_flip(moved, "b")
        assert sign_flip(moved, "a") == pytest.approx(sign_flip(moved, "b"), abs=0.03)
        assert sign_flip(each([1.0] * 61)) == 1 / (DRAWS + 1)

    def test_comes_to_the_p_value_of_student_where_values_are_normal(self) -> None:
        """An independent way to nearly the same number."""
        dice = Random(5)
        moved = each([dice.gauss(0.2, 1) for _ in range(80)])
        mean = clustered_mean(moved)

        assert sign_flip(moved) == pytest.approx(2 * student(-abs(mean.value) / mean.error, 79), abs=0.015)

    def test_is_not_fooled_by_copies(self) -> None:
        """Four templates asked a hundred times each are four templates."""
        assert sign_flip([("abcd"[place % 4], 1.0) for place in range(400)]) == 2 / 2**4

    def test_calls_real_one_in_twenty_where_there_is_nothing(self) -> None:
        """Templates that lean either way are no evidence of a group's lot."""
        dice = Random(11)
        found = 0
        for _ in range(300):
            leaning = {name: dice.gauss(0, 1) for name in map(str, range(12))}
            found += sign_flip([(name, lean + dice.gauss(0, 0.3)) for name, lean in leaning.items()] * 3) <= 0.05

        assert found / 300 <= 0.08


class TestCochran:
    def test_has_the_value_of_the_textbook(self) -> None:
        """Twelve blocks, three treatments (Conover, 1999, of sports forecasters): Q is 2.8 and p 0.2466."""
        wins = ["111", "111", "010", "110", "000", "111", "111", "110", "001", "010", "111", "111"]
        found = cochran([[float(win) for win in row] for row in wins])

        assert found
        assert (found.q, found.freedom) == pytest.approx((2.8, 2))
        assert chi_square(found.q, 2) == pytest.approx(0.2466, abs=0.0001)

    @given(st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=1, max_size=3))
    def test_counts_all_ways_to_deal_few_answers(self, rows: list[list[int]]) -> None:
        """Written out: within each row, all orders of its answers."""
        found = cochran(rows)
        if found is None:
            assert all(len(set(row)) == 1 for row in rows)
            return
        dealt = [cochran(way) for way in product(*(permutations(row) for row in rows))]

        assert found.exact
        assert found.p == pytest.approx(sum(one is not None and one.q >= found.q - 1e-9 for one in dealt) / len(dealt))

    @given(st.integers(0, 6), st.integers(0, 6))
    def test_of_two_groups_is_mcnemar(self, lost: int, gained: int) -> None:
        """Its special case; exact here, too."""
        found = cochran([[1, 0]] * lost + [[0, 1]] * gained + [[1, 1]])

        assert (found.p if found else 1.0) == pytest.approx(mcnemar(lost, gained))

    def test_of_many_groups_is_still_counted_exactly(self) -> None:
        """One of twenty groups succeeds thrice in a row: any of them might have, so 1 in 400."""
        found = cochran([[1.0, *[0.0] * 19]] * 3)

        assert found
        assert found.p == pytest.approx(1 / 400)

    def test_takes_shares_and_many_rows_by_chi_square(self) -> None:
        """Where groups are dealt nothing but chance, one in twenty is called real."""
        dice = Random(2)
        found = [cochran([[dice.random() for _ in range(5)] for _ in range(40)]) for _ in range(300)]

        assert not any(one is None or one.exact for one in found)
        assert sum(one is not None and one.p <= 0.05 for one in found) / 300 == pytest.approx(0.05, abs=0.03)

    @pytest.mark.parametrize("cells", [20, 21])
    def test_is_exact_up_to_sixty_answers(self, cells: int) -> None:
        """Beyond, chi-square is close."""
        found = cochran([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] * (cells // 2) + [[1.0, 0.0, 1.0]] * (cells % 2))

        assert found
        assert found.exact is (cells == 20)
        assert found.p == pytest.approx(chi_square(found.q, 2), abs=0.01)


class TestRounding:
    def test_tells_no_groups_apart(self) -> None:
        """Means of equal shares can differ in their last digit."""
        rounded, apart = [0.3, 0.30000000000000004, 0.3], [0.0, 1.0, 1.0]

        assert cochran([rounded]) is None
        assert cochran([apart, rounded]) == cochran([apart])
