"""The paired difference: what two trees' runs of the same cases say, and how sure that is."""

from math import isclose, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.difference import difference
from harness.core.runs import Matched, Runs

RABBITS = [((0, 6), (0, 5)), ((3, 3), (0, 6)), ((6, 0), (2, 4)), ((5, 1), (6, 0)), ((2, 0), (5, 0))]
"""Cured and died, without and with a delay of penicillin, by dose: the example of R's `mantelhaen.test`."""

binary = st.integers(1, 12).flatmap(lambda n: st.integers(0, n).map(lambda passes: Runs.binary(passes, n)))
pairs = st.lists(st.builds(Matched, binary, binary, st.floats(0.1, 10)), min_size=1, max_size=30)
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
        turned = [Matched(mirrored(one), mirrored(other), weight) for one, other, weight in listed]
        value, error = seen(listed)

        assert seen(turned) == pytest.approx((-value, error), abs=1e-9)

    @given(pairs)
    def test_is_turned_around_with_the_trees(self, listed: list[Matched]) -> None:
        """Base against candidate is candidate against base."""
        value, error = seen(listed)

        assert seen([Matched(other, one, weight) for one, other, weight in listed]) == pytest.approx((-value, error))

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

    @pytest.mark.parametrize(
        "listed", [[], [Matched(Runs.binary(1, 1), Runs())], [Matched(Runs.binary(1, 1), Runs.binary(1, 1), 0.0)]]
    )
    def test_of_nothing_is_none(self, listed: list[Matched]) -> None:
        """There is no case, none with runs on both trees, or none that counts."""
        assert difference(listed) is None

    @given(pairs, st.floats(0.5, 4))
    def test_lies_in_the_middle_of_its_interval(self, listed: list[Matched], z: float) -> None:
        """So many standard errors on either side."""
        found = difference(listed)
        assert found
        low, high = found.interval(z)

        assert isclose(low + high, 2 * found.value, abs_tol=1e-9)
        assert isclose(high - low, 2 * z * found.error)
