"""The paired difference: what two trees' runs of the same cases say, and how sure that is."""

from math import isclose, sqrt
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.difference import difference
from harness.core.runs import Difference, Matched, Runs

RABBITS = [((0, 6), (0, 5)), ((3, 3), (0, 6)), ((6, 0), (2, 4)), ((5, 1), (6, 0)), ((2, 0), (5, 0))]
"""Cured and died, without and with a delay of penicillin, by dose: the example of R's `mantelhaen.test`."""

binary = st.integers(1, 12).flatmap(lambda n: st.integers(0, n).map(lambda passes: Runs.binary(passes, n)))
pairs = st.lists(
    st.builds(Matched, binary, binary, st.floats(0.1, 10), alike=st.just(value=False)), min_size=1, max_size=30
)
ONCE = Runs.binary(1, 1)


def seen(listed: list[Matched], **options: object) -> tuple[float, float]:
    """Return the difference and its error."""
    found = difference(listed, **options)  # type: ignore[arg-type]
    assert found
    return found.value, found.error


def mirrored(runs: Runs) -> Runs:
    """Return runs that pass where these fail."""
    return Runs.binary(runs.n - int(runs.total), runs.n)


class TestRuns:
    @given(st.lists(st.booleans(), max_size=20))
    def test_are_the_same_told_as_passes_or_as_scores(self, passes: list[bool]) -> None:
        """A pass is a score of 1."""
        assert Runs.of(map(float, passes)) == Runs.binary(sum(passes), len(passes))

    @given(st.lists(st.floats(0, 1), max_size=20), st.lists(st.floats(0, 1), max_size=20))
    def test_add_up(self, some: list[float], more: list[float]) -> None:
        """A wave is added to what is there, in any order."""
        both = Runs.of(some).plus(Runs.of(more))

        assert both == pytest.approx(Runs.of([*more, *some]))

    @given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
    def test_vary_as_their_scores_do(self, scores: list[float]) -> None:
        """By the textbook's two passes over the scores."""
        mean = sum(scores) / len(scores)
        expected = sum((score - mean) ** 2 for score in scores) / (len(scores) - 1)

        assert Runs.of(scores).variance == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize("scores", [[], [0.3]])
    def test_too_few_to_vary_do_not(self, scores: list[float]) -> None:
        """What is not known is added elsewhere: see `difference`."""
        assert Runs.of(scores).variance == 0

    def test_that_hardly_vary_never_vary_less_than_nothing(self) -> None:
        """Three times 0.1 has a sum of squares that is rounded below the square of its sum."""
        assert Runs(3, 0.3, 0.03 - 1e-12).variance == 0

    def test_have_a_mean(self) -> None:
        """One pass of four, or a quarter each."""
        assert (Runs.binary(1, 4).mean, Runs.of([0.25] * 4).mean) == (0.25, 0.25)


class TestTheDifference:
    def test_is_the_statistic_of_cochran_mantel_and_haenszel(self) -> None:
        """With their weights and no allowance for the unseen: 3.9286 with a correction of half a rabbit, as R says."""
        listed = []
        for (cured, died), (late_cured, late_died) in RABBITS:
            early, late = Runs.binary(cured, cured + died), Runs.binary(late_cured, late_cured + late_died)
            listed.append(Matched(early, late, early.n * late.n / (early.n + late.n)))

        value, error = seen(listed, spread=0.0)
        rabbits = sum(pair.weight for pair in listed)

        assert ((abs(value) * rabbits - 0.5) / (error * rabbits)) ** 2 == pytest.approx(3.9286, abs=5e-5)

    def test_of_one_case_is_known_by_hand(self) -> None:
        """3 of 4 against 1 of 2: pooled variance (4 of 6) 4 * 2 / 30, and a coin's for the one that is unseen."""
        value, error = seen([Matched(Runs.binary(3, 4), Runs.binary(1, 2))])

        assert value == -0.25
        assert error == pytest.approx(sqrt((4 * 2 / 30 + 0.25) * (1 / 4 + 1 / 2)))

    @given(pairs, st.integers())
    def test_does_not_depend_on_the_order_of_the_cases(self, listed: list[Matched], seed: int) -> None:
        """Files are sorted by people."""
        shuffled = listed.copy()
        Random(seed).shuffle(shuffled)

        assert seen(shuffled) == pytest.approx(seen(listed))

    @given(pairs)
    def test_is_turned_around_with_passes_for_fails(self, listed: list[Matched]) -> None:
        """Nothing but the sign tells good from bad."""
        turned = [Matched(mirrored(one), mirrored(other), weight) for one, other, weight, _ in listed]
        value, error = seen(listed)

        assert seen(turned) == pytest.approx((-value, error), abs=1e-9)

    @given(pairs)
    def test_is_turned_around_with_the_trees(self, listed: list[Matched]) -> None:
        """Base against candidate is candidate against base."""
        value, error = seen(listed)

        assert seen([Matched(other, one, weight) for one, other, weight, _ in listed]) == pytest.approx((-value, error))

    @given(pairs, binary)
    def test_leaves_out_what_ran_on_one_tree_alone(self, listed: list[Matched], alone: Runs) -> None:
        """A case that has no answer is no failure, and no success."""
        assert seen([*listed, Matched(alone, Runs()), Matched(Runs(), alone)]) == seen(listed)

    @given(pairs)
    def test_is_less_sure_of_cases_like_these_than_of_these(self, listed: list[Matched]) -> None:
        """To generalise only widens."""
        assert seen(listed, generalise=True)[1] >= seen(listed)[1]

    def test_generalises_as_the_paired_error_of_the_mean(self) -> None:
        """Single runs of many cases: the standard deviation of the moves over the root of their number."""
        moves = [1, 1, 0, 0, -1, 0, 0, 0, 1, 0] * 10
        listed = [Matched(Runs.binary(max(0, -move), 1), Runs.binary(max(0, move), 1)) for move in moves]
        mean = sum(moves) / 100

        assert seen(listed, generalise=True) == pytest.approx(
            (mean, max(sqrt(sum((move - mean) ** 2 for move in moves) / 99 / 100), seen(listed)[1]))
        )

    def test_generalises_by_the_weights_of_the_cases(self) -> None:
        """Moves of -1 and 0 that weigh 3 and 1: the mean is -3/4, and 2/1 * ((3/4 * -1/4)**2 + (1/4 * 3/4)**2)."""
        listed = [Matched(Runs.binary(90, 90), Runs.binary(0, 90), 3.0), Matched(Runs.binary(9, 9), Runs.binary(9, 9))]

        assert seen(listed, generalise=True) == pytest.approx((-0.75, sqrt(2 * 2 * (3 / 16) ** 2)))

    def test_of_one_case_says_nothing_of_others(self) -> None:
        """Between cases nobody saw a difference."""
        assert seen([Matched(ONCE, ONCE)], generalise=True) == (0.0, float("inf"))

    @pytest.mark.parametrize(
        "listed", [[], [Matched(Runs.binary(1, 1), Runs())], [Matched(Runs.binary(1, 1), Runs.binary(1, 1), 0.0)]]
    )
    def test_of_nothing_is_none(self, listed: list[Matched]) -> None:
        """There is no case, none with runs on both trees, or none that counts."""
        assert difference(listed) is None

    def test_has_an_interval_of_nineteen_in_twenty(self) -> None:
        """By a normal distribution."""
        low, high = Difference(-0.1, 0.02, 0.5, 0.4, 10).interval()
        truth = NormalDist(-0.1, 0.02)

        assert (truth.cdf(low), truth.cdf(high)) == pytest.approx((0.025, 0.975), abs=1e-8)

    @given(pairs, st.floats(0.5, 4))
    def test_lies_in_the_middle_of_its_interval(self, listed: list[Matched], z: float) -> None:
        """So many standard errors on either side."""
        found = difference(listed)
        assert found
        low, high = found.interval(z)

        assert isclose(low + high, 2 * found.value, abs_tol=1e-9)
        assert isclose(high - low, 2 * z * found.error)


class TestATreeThatNeverVaries:
    """Whose one run is all of it: `exact`."""

    def test_leaves_the_error_to_the_other_tree_s_runs(self) -> None:
        """3 of 4 passed: a variance of 3 / 12 and a coin's 1 / 4, each over the four runs of the candidate alone."""
        assert seen([Matched(ONCE, Runs.binary(3, 4))], exact=(True, False)) == pytest.approx((-0.25, sqrt(0.5 / 4)))

    def test_takes_the_most_that_the_mean_leaves_possible_where_nobody_knows(self) -> None:
        """Four cases whose mean is 11 / 16: at most 55 / 256 each, for the two that ran once."""
        listed = [Matched(ONCE, one) for one in (Runs.binary(3, 4), Runs.binary(4, 4), ONCE, Runs.binary(0, 1))]

        known = (0.25 / 4 + 0 + 2 * 55 / 256) / 16
        unseen = 0.25 * (1 / 4 + 1 / 4 + 1 + 1) / 16 / 4
        assert seen(listed, exact=(True, False)) == pytest.approx((-5 / 16, sqrt(known + unseen)))

    def test_leaves_nothing_possible_where_every_case_passes(self) -> None:
        """A mean of 1 has no room to vary, but for the case that is unseen."""
        assert seen([Matched(ONCE, ONCE)] * 4, exact=(True, False))[1] == pytest.approx(sqrt(0.25 * 4 / 16 / 4))

    def test_leaves_no_more_possible_than_its_scores_can_spread(self) -> None:
        """Scores from 0 to 4 with a mean of 1 vary by 1 * 3 at most, and a coin's between both ends by 4."""
        assert seen([Matched(ONCE, ONCE)], exact=(True, False), spread=4.0)[1] == pytest.approx(sqrt(1 * 3 + 4))

    def test_is_never_less_sure_than_nothing(self) -> None:
        """A mean beyond the range, as a logarithm's, leaves nothing, rather than less than nothing."""
        beyond = Matched(ONCE, Runs(1, 2.0, 4.0))

        assert seen([beyond], exact=(True, False)) == pytest.approx((1.0, 0.5))

    @given(listed=pairs, generalise=st.booleans())
    def test_may_be_either(self, *, listed: list[Matched], generalise: bool) -> None:
        """Base against candidate is candidate against base."""
        turned = [Matched(other, one, weight) for one, other, weight, _ in listed]
        value, error = seen(listed, exact=(True, False), generalise=generalise)

        assert seen(turned, exact=(False, True), generalise=generalise) == pytest.approx((-value, error))

    @given(pairs)
    def test_makes_no_other_difference(self, listed: list[Matched]) -> None:
        """What is seen is the same; only how sure it is differs."""
        assert seen(listed, exact=(True, False))[0] == seen(listed)[0]

    @given(pairs)
    def test_does_not_tell_good_from_bad(self, listed: list[Matched]) -> None:
        """Passes for fails: as sure."""
        turned = [Matched(mirrored(one), mirrored(other), weight) for one, other, weight, _ in listed]
        value, error = seen(listed, exact=(False, True))

        assert seen(turned, exact=(False, True)) == pytest.approx((-value, error), abs=1e-9)
