"""Power, and how the promise of a pull request is split."""

from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.alpha import split_alpha
from harness.compare.power import REACH, enough_cases, enough_runs, least_drop, within_variance
from harness.core.runs import Runs

TYPICAL = 0.058
"""The variance within a case of a typical suite."""


class TestTheLeastDrop:
    @pytest.mark.parametrize(
        ("cases", "runs", "points"),
        [(100, 1, 8.4), (100, 2, 6.2), (100, 4, 4.8), (300, 1, 4.9), (300, 2, 3.6), (300, 4, 2.8)],
    )
    def test_of_a_typical_suite_is_known(self, cases: int, runs: int, points: float) -> None:
        """Worked out by hand: 3.335 standard errors, of base at a depth of ten."""
        found = least_drop(TYPICAL, cases=cases, runs=runs, depth=10)

        assert found * 100 == pytest.approx(points, abs=0.06)
        assert found == pytest.approx((2.05375 + 1.28155) * sqrt(TYPICAL * (1 / runs + 0.1) / cases), rel=1e-5)

    @given(st.floats(0.01, 0.25), st.integers(1, 2000), st.integers(1, 20), st.integers(1, 20))
    def test_is_seen_with_the_cases_that_are_said_to_be_enough(
        self, variance: float, cases: int, runs: int, depth: int
    ) -> None:
        """One formula, solved for the other unknown."""
        margin = least_drop(variance, cases=cases, runs=runs, depth=depth)

        assert enough_cases(variance, margin=margin * 1.0001, runs=runs, depth=depth) <= cases
        assert enough_runs(variance, margin=margin * 1.0001, cases=cases, depth=depth) <= runs

    @given(st.floats(0.01, 0.25), st.floats(0.01, 0.3), st.integers(1, 20), st.integers(1, 20))
    def test_is_not_seen_with_fewer_cases(self, variance: float, margin: float, runs: int, depth: int) -> None:
        """One fewer, and the drop would be larger than the margin."""
        cases = enough_cases(variance, margin=margin, runs=runs, depth=depth)

        assert least_drop(variance, cases=cases, runs=runs, depth=depth) <= margin * (1 + 1e-9)
        assert cases == 1 or least_drop(variance, cases=cases - 1, runs=runs, depth=depth) > margin * (1 - 1e-9)

    @given(st.floats(0.01, 0.25), st.floats(0.01, 0.3), st.integers(1, 400), st.integers(1, 20))
    def test_is_not_seen_with_fewer_runs(self, variance: float, margin: float, cases: int, depth: int) -> None:
        """Nor with any, where base alone leaves more open."""
        runs = enough_runs(variance, margin=margin, cases=cases, depth=depth)

        assert least_drop(variance, cases=cases, runs=runs, depth=depth) <= margin * (1 + 1e-9) or runs == inf
        assert runs == 1 or least_drop(variance, cases=cases, runs=min(runs, 1e12) - 1, depth=depth) > margin * (
            1 - 1e-9
        )

    def test_is_out_of_reach_where_base_leaves_just_as_much_open(self) -> None:
        """A margin of as many standard errors as the promise takes, all of them base's."""
        assert enough_runs(1.0, margin=REACH, cases=1, depth=1) == inf

    def test_may_be_out_of_reach_of_any_repeats(self) -> None:
        """Base alone, at a depth of one, leaves more open than the margin."""
        assert enough_runs(TYPICAL, margin=0.01, cases=100, depth=1) == inf


class TestTheVarianceWithin:
    def test_is_the_mean_of_those_that_are_known(self) -> None:
        """A case that ran once tells nothing of how it flickers."""
        assert within_variance([Runs.binary(1, 2), Runs.binary(2, 2), Runs.binary(1, 1)]) == 0.25

    def test_of_single_runs_is_not_known(self) -> None:
        """And is said to be 0."""
        assert within_variance([Runs.binary(1, 1)]) == 0


suites = st.dictionaries(
    st.sampled_from(["regression", "injection", "bias", "budget", "tone"]),
    st.dictionaries(st.text(max_size=3), st.integers(0, 10), max_size=4),
    max_size=5,
)


class TestTheSplit:
    @given(suites)
    def test_never_promises_more_than_there_is(self, gates: dict[str, dict[str, int]]) -> None:
        """Over all gates and slices together."""
        split = split_alpha(gates)
        whole = sum(own + each * gates[suite][gate] for (suite, gate), (own, each) in split.items())

        assert whole == pytest.approx(0.02 if split else 0)

    def test_gives_most_to_quality_and_to_attacks(self) -> None:
        """In parts of nine."""
        split = split_alpha({suite: {"gate": 0} for suite in ("regression", "injection", "bias", "budget")}, 0.09)

        assert [own for own, _ in split.values()] == pytest.approx([0.03, 0.03, 0.02, 0.01])

    def test_weighs_a_suite_of_another_name_as_one(self) -> None:
        """As much as the budget, and a third of quality."""
        split = split_alpha({"regression": {"right": 0}, "tone": {"kind": 0}, "empty": {}}, 0.08)

        assert list(split) == [("regression", "right"), ("tone", "kind")]
        assert [*split.values()] == [pytest.approx((0.06, 0.0)), pytest.approx((0.02, 0.0))]

    def test_weighs_suites_gates_and_slices(self) -> None:
        """Three parts quality, one part cost; two gates share alike, and slices have half of their gate's."""
        split = split_alpha({"regression": {"right": 4, "tone": 0}, "budget": {"cost": 0}}, 0.08)

        assert list(split) == [("regression", "right"), ("regression", "tone"), ("budget", "cost")]
        assert [*split.values()] == [pytest.approx(pair) for pair in ((0.015, 0.00375), (0.03, 0.0), (0.02, 0.0))]
