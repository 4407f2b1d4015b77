"""The gap within pairs: what its interval holds, what rules it out, and what would have been seen."""

from collections.abc import Sequence
from math import comb, sqrt
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.audit import mcnemar
from harness.compare.clusters import Mean, clustered_mean
from harness.compare.distributions import student_quantile
from harness.compare.paired import clipped, enough_pairs, gap, least_gap, negligible


def each(values: Sequence[float]) -> list[tuple[str, float]]:
    """Return values that are clusters of their own."""
    return [(str(place), value) for place, value in enumerate(values)]


class TestAGap:
    def test_has_bonett_and_prices_interval(self) -> None:
        """12 gained and 3 lost of 60: their error by the spread of 62 pairs, of which two are added."""
        found = gap(each([1.0] * 12 + [-1.0] * 3 + [0.0] * 45))
        p, q = 13 / 62, 4 / 62

        assert found.value == pytest.approx(p - q)
        assert found.error == pytest.approx(sqrt((p + q - (p - q) ** 2) / 62 * 62 / 61))
        assert found.freedom == 59

    @pytest.mark.parametrize(("flips", "real"), [(0.02, 0.0), (0.1, 0.0), (0.1, 0.08), (0.3, 0.2)])
    def test_holds_the_real_difference(self, flips: float, real: float) -> None:
        """In 93 of 100 suites of 50 templates with two pairs each, whose answers to one template go together."""
        dice, held = Random(4), 0
        for _ in range(400):
            moved: list[tuple[str, float]] = []
            for template in range(50):
                up = (flips + real) / 2 * dice.choice([0.5, 1.5])
                down = (flips - real) / 2
                rolls = [dice.random() for _ in range(2)]
                moved += [(str(template), 1.0 if roll < up else -1.0 if roll > 1 - down else 0.0) for roll in rolls]
            low, high = clipped(gap(moved))
            held += low <= real <= high

        assert held / 400 >= 0.93

    def test_of_scores_is_their_plain_mean(self) -> None:
        """Nothing needs to be added where values vary."""
        values = [("a", 0.25), ("b", -0.5), ("a", 0.5)]

        assert gap(values) == clustered_mean(values)
        assert gap(each([0.25] * 40)).error > 0

    def test_is_no_wider_than_can_be(self) -> None:
        """Shares differ by one at most; their change, by two."""
        assert clipped(Mean(0.5, 9.0, 5)) == (-1.0, 1.0)
        assert clipped(Mean(0.5, 9.0, 5), 2.0) == (-2.0, 2.0)
        assert clipped(gap([("a", 1.0)])) == (-1.0, 1.0)


class TestNoGapToSpeakOf:
    @given(st.floats(-0.3, 0.3), st.floats(0.001, 0.2), st.integers(1, 200))
    def test_is_shown_where_the_interval_lies_within_the_margin(self, value: float, error: float, freedom: int) -> None:
        """Two one-sided tests at 5 % are one interval at 90 %."""
        low, high = Mean(value, error, freedom).interval(0.90)
        shown = negligible(Mean(value, error, freedom), 0.08) <= 0.05

        assert shown == (low >= -0.08 and high <= 0.08) or abs(max(-low, high) - 0.08) < 1e-9

    @pytest.mark.parametrize(
        ("mean", "p"), [(Mean(0.0, 0.0, 3), 0.0), (Mean(0.1, 0.0, 3), 1.0), (Mean(0.0, 0.1, 0), 1.0)]
    )
    def test_is_certain_of_what_never_varies_only(self, mean: Mean, p: float) -> None:
        """And never shown by one template."""
        assert negligible(mean, 0.08) == p

    def test_is_not_shown_by_few_pairs_without_a_flip(self) -> None:
        """Ten pairs that agree leave a gap of eight points possible; two hundred do not."""
        assert negligible(gap(each([0.0] * 10)), 0.08) > 0.05
        assert negligible(gap(each([0.0] * 200)), 0.08) <= 0.05


class TestWhatWouldBeSeen:
    @pytest.mark.parametrize(("pairs", "least"), [(100, 0.28), (200, 0.20), (400, 0.14)])
    def test_is_a_fraction_of_the_spread(self, pairs: int, least: float) -> None:
        """A paired mean, in standard deviations: the textbook's 2.8 over the root of n."""
        assert least_gap(Mean(0.0, 1 / sqrt(pairs), pairs - 1)) == pytest.approx(least, abs=0.005)

    def test_is_found_four_times_in_five(self) -> None:
        """Simulated: a gap of just that size, and a test of Student's."""
        dice, found = Random(8), 0
        true = least_gap(Mean(0.0, 1 / sqrt(50), 49))
        for _ in range(600):
            mean = clustered_mean(each([dice.gauss(true, 1) for _ in range(50)]))
            found += abs(mean.value) / mean.error > student_quantile(0.975, 49)

        assert found / 600 == pytest.approx(0.80, abs=0.04)

    def test_is_found_by_mcnemar_about_as_often(self) -> None:
        """Two hundred pairs of which a tenth flip: exactly, over all outcomes; its test is a little more careful."""
        error = sqrt(0.10 / 200)
        true = least_gap(Mean(0.0, error, 199))
        up, down = (0.10 + true) / 2, (0.10 - true) / 2
        power = sum(
            comb(200, flips) * 0.1**flips * 0.9 ** (200 - flips)
            * sum(comb(flips, k) * (up / 0.1) ** k * (down / 0.1) ** (flips - k)
                  for k in range(flips + 1) if mcnemar(flips - k, k) <= 0.05)
            for flips in range(60)
        )  # fmt: skip

        assert power == pytest.approx(0.80, abs=0.08)

    def test_is_nothing_by_one_template(self) -> None:
        """However often it is asked."""
        assert least_gap(gap([("a", 1.0), ("a", 0.0)])) == float("inf")

    def test_takes_so_many_pairs_to_rule_out(self) -> None:
        """Simulated: with the pairs that are named, four of five suites without a gap show that there is none."""
        pairs = enough_pairs(Mean(0.0, 0.3 / sqrt(50), 49), 50, margin=0.08)
        dice = Random(9)
        shown = [negligible(clustered_mean(each([dice.gauss(0, 0.3) for _ in range(pairs)])), 0.08) for _ in range(500)]

        assert pairs == 121
        assert fmean(p <= 0.05 for p in shown) == pytest.approx(0.80, abs=0.05)
        assert enough_pairs(Mean(0.0, 0.0, 3), 4, margin=0.08) == 1
