"""Power, and how the promise of a pull request is split."""

from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.alpha import split_alpha
from harness.compare.difference import difference
from harness.compare.power import enough_cases, least_drop, times_enough
from harness.core.runs import Matched, Runs

TYPICAL = 0.058
"""The variance within a case of a typical suite."""

errors, margins, suite_sizes = st.floats(0.001, 0.5), st.floats(0.01, 0.3), st.integers(1, 2000)


def typical(cases: int, runs: int, depth: int = 10) -> float:
    """Return the standard error of a typical suite: each mean's variance falls with its own runs."""
    return sqrt(TYPICAL * (1 / runs + 1 / depth) / cases)


class TestTheLeastDrop:
    @pytest.mark.parametrize(
        ("cases", "runs", "points"),
        [(100, 1, 8.4), (100, 2, 6.2), (100, 4, 4.8), (300, 1, 4.9), (300, 2, 3.6), (300, 4, 2.8)],
    )
    def test_of_a_typical_suite_is_known(self, cases: int, runs: int, points: float) -> None:
        """Worked out by hand: 3.335 standard errors, of base at a depth of ten."""
        found = least_drop(typical(cases, runs))

        assert found * 100 == pytest.approx(points, abs=0.06)
        assert found == pytest.approx((2.05375 + 1.28155) * typical(cases, runs), rel=1e-5)


class TestEnoughCases:
    @pytest.mark.parametrize(("cases", "runs", "needed"), [(100, 1, 284), (100, 2, 155), (300, 4, 91)])
    def test_of_a_typical_suite_are_known(self, cases: int, runs: int, needed: int) -> None:
        """Worked out by hand, for a margin of 5 points: 0.058 * (1 / runs + 0.1) * (3.335 / 0.05) ** 2, rounded up."""
        assert enough_cases(typical(cases, runs), cases, 0.05) == needed

    @given(errors, suite_sizes, margins)
    def test_see_the_margin_and_one_fewer_do_not(self, error: float, cases: int, margin: float) -> None:
        """The error falls with the root of the cases."""
        enough = enough_cases(error, cases, margin)

        assert least_drop(error * sqrt(cases / enough)) <= margin * (1 + 1e-9)
        assert enough == 1 or least_drop(error * sqrt(cases / (enough - 1))) > margin * (1 - 1e-9)

    def test_are_none_where_nothing_is_known_of_others(self) -> None:
        """A single case says nothing of cases like it, and no number is promised."""
        assert enough_cases(inf, 1, 0.05) == 0


class TestHowManyTimesAsMany:
    @given(errors, margins)
    def test_see_the_margin_exactly(self, error: float, margin: float) -> None:
        """So many times the cases or the runs divide the variance by as many."""
        times = times_enough(error, margin)

        assert least_drop(error / sqrt(times)) == pytest.approx(margin)

    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=20), margins)
    def test_as_many_runs_of_both_trees_see_it_too(self, passes: list[tuple[int, int]], margin: float) -> None:
        """Asked for real: the same cases with more runs that came out alike, never with a larger drop than promised."""
        few = [Matched(Runs.binary(one, 3), Runs.binary(other, 4)) for one, other in passes]
        seen = difference(few)
        assert seen
        times = max(1, round(times_enough(seen.error, margin) + 0.5))
        many = [
            Matched(Runs.binary(times * one, times * 3), Runs.binary(times * other, times * 4)) for one, other in passes
        ]

        again = difference(many)

        assert again
        assert least_drop(again.error) <= margin * (1 + 1e-9)

    def test_are_without_end_where_nothing_is_known_of_others(self) -> None:
        """No number does."""
        assert times_enough(inf, 0.05) == inf


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
