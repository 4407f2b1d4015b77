"""Rates and means of clustered answers: simulated coverage, and the textbook cases that need no cluster."""

from collections.abc import Sequence
from math import sqrt
from random import Random
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.bounds import rate_upper
from harness.compare.clusters import Mean, Rate, clustered_mean, clustered_rate
from harness.compare.distributions import beta_quantile, student_quantile


def attacks(dice: Random, rate: float, alike: float, *, payloads: int = 60, cells: int = 2) -> list[tuple[str, bool]]:
    """Return whether each attack succeeded, where payloads differ in how well they work."""
    found: list[tuple[str, bool]] = []
    for payload in range(payloads):
        scale = (1 - alike) / alike if alike else 0.0
        own = dice.betavariate(rate * scale, (1 - rate) * scale) if alike else rate
        found += [(str(payload), dice.random() < own) for _ in range(cells)]
    return found


def covered(rate: float, alike: float, *, runs: int, **shape: int) -> float:
    """Return how often the interval holds the rate that was planted."""
    dice = Random(7)
    found = [clustered_rate(attacks(dice, rate, alike, **shape)) for _ in range(runs)]
    return sum(one.low <= rate <= one.high for one in found) / runs


class TestARateOfClusters:
    @pytest.mark.slow
    @pytest.mark.parametrize("alike", [0.0, 0.1, 0.3])
    @pytest.mark.parametrize("rate", [0.02, 0.05, 0.15, 0.5])
    def test_lies_within_its_interval(self, rate: float, alike: float) -> None:
        """Of 500 suites of 120 attacks by 60 payloads, 93 in 100 tell the truth at least, whether payloads differ."""
        assert covered(rate, alike, runs=500) >= 0.93

    @pytest.mark.parametrize(("rate", "alike"), [(0.02, 0.3), (0.05, 0.0), (0.5, 0.3)])
    def test_lies_within_it_in_a_hundred_suites(self, rate: float, alike: float) -> None:
        """The same, at every change."""
        assert covered(rate, alike, runs=100) >= 0.93

    @pytest.mark.slow
    @pytest.mark.parametrize("rate", [0.05, 0.5])
    def test_lies_there_though_clusters_are_few_and_large(self, rate: float) -> None:
        """Twelve payloads of ten cells each, which an interval of 120 separate attacks would not survive."""
        assert covered(rate, 0.3, runs=150, payloads=12, cells=10) >= 0.93

    @pytest.mark.parametrize("hits", [0, 1, 7, 40])
    def test_of_one_answer_each_has_the_exact_interval(self, hits: int) -> None:
        """Clopper and Pearson's, whose upper end the bound of rare things knows too."""
        found = clustered_rate([(str(place), place < hits) for place in range(40)])

        assert found.rate == hits / 40
        assert found.high == pytest.approx(rate_upper(hits, 40, 0.975), abs=1e-9)
        assert found.low == pytest.approx(1 - rate_upper(40 - hits, 40, 0.975), abs=1e-9)

    def test_is_less_sure_the_more_its_clusters_are_alike(self) -> None:
        """Twenty hits in ten clusters say less than twenty hits in twenty."""
        apart = clustered_rate([(str(place // 2), place % 2 == 0 and place < 40) for place in range(120)])
        together = clustered_rate([(str(place // 2), place < 20) for place in range(120)])

        assert apart.rate == together.rate == pytest.approx(1 / 6)
        assert together.high - together.low > apart.high - apart.low

    def test_of_hits_that_come_in_whole_clusters_counts_clusters(self) -> None:
        """Ten of sixty payloads always work: nearly the interval of ten in sixty, and never much narrower."""
        found = clustered_rate([(str(place // 2), place < 20) for place in range(120)])
        clusters = clustered_rate([(str(place), place < 10) for place in range(60)])

        assert found.low == pytest.approx(clusters.low, abs=0.01)
        assert found.high == pytest.approx(clusters.high, abs=0.01)

    def test_does_not_take_what_never_happened_for_what_never_clusters(self) -> None:
        """No hit in 120 attacks: more than 3.0 %, the bound of separate attacks, is possible."""
        found = clustered_rate([(str(place // 2), False) for place in range(120)])

        assert found.low == 0.0
        assert found.high == pytest.approx(0.03999, abs=0.0001)

    def test_has_a_design_effect_that_is_worked_out_by_hand(self) -> None:
        """One hit in 60 pairs: products within pairs of -1/120, and one coin pair more that is alike by 0.3."""
        found = clustered_rate([(str(place // 2), place == 0) for place in range(120)])
        effect = 1 + (-1 / 120 + 0.3 * 0.5) / (119 / 120 + 0.5)
        effective = 120 / effect * (student_quantile(0.975, 119) / student_quantile(0.975, 59)) ** 2

        assert found.high == pytest.approx(beta_quantile(0.975, effective / 120 + 1, effective * 119 / 120))

    @given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans()), min_size=1, max_size=30))
    def test_is_mirrored_by_the_rate_of_failures(self, successes: list[tuple[str, bool]]) -> None:
        """What holds of successes holds of failures, the other way round."""
        found = clustered_rate(successes)
        other = clustered_rate([(name, not hit) for name, hit in successes])

        assert 0 <= found.low <= found.rate + 1e-12
        assert found.rate <= found.high + 1e-12 <= 1 + 1e-12
        assert (other.rate, other.low, other.high) == pytest.approx((1 - found.rate, 1 - found.high, 1 - found.low))

    @pytest.mark.parametrize(("successes", "rate"), [([], 0.0), ([("a", True), ("a", False)], 0.5)])
    def test_of_one_cluster_may_be_anything(self, successes: Sequence[tuple[str, bool]], rate: float) -> None:
        """Nobody has seen another."""
        assert clustered_rate(successes) == Rate(rate, 0.0, 1.0)


class TestAMeanOfClusters:
    @given(st.lists(st.floats(-1, 1), min_size=2, max_size=20))
    def test_of_one_value_each_has_the_textbook_error(self, values: list[float]) -> None:
        """The standard deviation over the root of n."""
        found = clustered_mean([(str(place), value) for place, value in enumerate(values)])

        assert found.error == pytest.approx(stdev(values) / sqrt(len(values)), abs=1e-9)
        assert found.freedom == len(values) - 1

    def test_of_copies_is_no_surer_than_without_them(self) -> None:
        """Each answer three times is not three answers."""
        values = [("a", 0.1), ("b", 0.5), ("c", 0.9)]

        assert clustered_mean(values * 3) == pytest.approx(clustered_mean(values))

    def test_has_the_interval_of_student(self) -> None:
        """Gosset's ten patients who slept 1.58 hours longer: 0.70 to 2.46, by `t.test(sleep)` of R."""
        longer = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
        found = clustered_mean([(str(place), value) for place, value in enumerate(longer)])

        assert found.interval() == pytest.approx((0.7001142, 2.4598858))

    def test_of_one_cluster_has_no_end(self) -> None:
        """And of values that are all alike, no width."""
        assert clustered_mean([("a", 1.0), ("a", 1.0)]).interval() == (float("-inf"), float("inf"))
        assert Mean(0.5, 0.0, 3).interval() == (0.5, 0.5)
        assert Mean(0.5, 0.1, 0).interval() == (float("-inf"), float("inf"))
