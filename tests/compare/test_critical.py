"""Cases that must pass, by all of their runs: what is fine, what base fails too, and what is broken."""

from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.critical import AGAIN, ALL, FAILURES, FIRST, standing
from harness.core.judged import Standing

courses = st.lists(st.booleans(), max_size=8)


def runs(failures: int, count: int = 6) -> list[bool]:
    """Return so many runs, of which the first ones failed."""
    return [False] * failures + [True] * (count - failures)


class TestTheNumbers:
    def test_are_those_of_the_documentation(self) -> None:
        """Twice; four more; two of six; and three more than base's."""
        assert (FIRST, ALL, FAILURES, AGAIN) == (2, 6, 2, 3)


class TestACaseThatMustPass:
    @pytest.mark.parametrize(
        ("base", "candidate", "fresh_base", "fresh_candidate", "expected"),
        [
            pytest.param(runs(0, 10), runs(0, 2), [], [], Standing.FINE, id="passes twice"),
            pytest.param(runs(3, 10), runs(0, 2), [], [], Standing.FINE, id="passes twice, though base does not"),
            pytest.param(runs(0, 10), runs(1), [], [], Standing.FINE, id="one unlucky answer of six"),
            pytest.param(runs(0, 10), runs(0, 1), [], [], Standing.UNCLEAR, id="ran once"),
            pytest.param(runs(0, 10), [], [], [], Standing.UNCLEAR, id="never ran"),
            pytest.param(runs(0, 10), runs(1, 5), [], [], Standing.UNCLEAR, id="failed once of five"),
            pytest.param(runs(1, 10), runs(1, 5), [], [], Standing.UNCLEAR, id="failed once of five, as base does"),
            pytest.param(runs(0, 10), runs(1, 5), runs(0), runs(6), Standing.UNCLEAR, id="asked again too early"),
            pytest.param(runs(1, 10), runs(6), [], [], Standing.UNCLEAR, id="base fails it now and then"),
            pytest.param(runs(1, 10), runs(6), runs(0), runs(4), Standing.KNOWN, id="short of a collapse"),
            pytest.param(runs(1, 10), runs(6), runs(0), runs(5), Standing.BROKEN, id="a collapse"),
            pytest.param(runs(1, 10), runs(6), runs(2), runs(6), Standing.KNOWN, id="base near it too"),
            pytest.param(runs(0, 10), runs(2), [], [], Standing.UNCLEAR, id="nobody asked again"),
            pytest.param(runs(0, 10), runs(2), runs(0), runs(5, 5), Standing.UNCLEAR, id="five fresh runs"),
            pytest.param(runs(0, 10), runs(2), runs(0, 5), runs(6), Standing.UNCLEAR, id="five fresh runs of base"),
            pytest.param(runs(0, 10), runs(2), runs(0), runs(3), Standing.BROKEN, id="three more than base's"),
            pytest.param(runs(0, 10), runs(2), runs(0), runs(2), Standing.FINE, id="two more"),
            pytest.param(runs(0, 10), runs(2), runs(3), runs(6), Standing.BROKEN, id="three more than three"),
            pytest.param(runs(0, 10), runs(2), runs(4), runs(6), Standing.FINE, id="base got as bad meanwhile"),
            pytest.param(runs(0, 10), runs(2), runs(6), runs(6), Standing.FINE, id="both fail by now"),
            pytest.param([], runs(2), [], runs(3), Standing.BROKEN, id="a new one has no base to wait for"),
            pytest.param([], runs(2), [], runs(2), Standing.FINE, id="a new one that did not fail again"),
            pytest.param([], runs(2), [], runs(3, 5), Standing.UNCLEAR, id="a new one, five fresh runs"),
        ],
    )
    def test_is_broken_only_if_it_fails_again_and_more_often_than_base(
        self,
        base: list[bool],
        candidate: list[bool],
        fresh_base: list[bool],
        fresh_candidate: list[bool],
        *,
        expected: Standing,
    ) -> None:
        """Asked side by side, so that a provider's bad hour blocks nobody."""
        assert standing(base, candidate, fresh_base, fresh_candidate) is expected

    def test_is_judged_by_six_runs_however_many_there_are(self) -> None:
        """Who asks more often than that finds a failure in the end."""
        late = [*runs(0), *runs(6)]

        assert standing(runs(0), late, [], []) is Standing.FINE
        assert standing(runs(0), runs(6), runs(0), [*runs(2), *runs(6)]) is Standing.FINE
        assert standing(runs(0), runs(6), [*runs(0), *runs(6)], runs(3)) is Standing.BROKEN

    @given(courses, courses, courses, courses)
    def test_is_never_broken_without_fresh_runs_that_failed(
        self, base: list[bool], candidate: list[bool], fresh_base: list[bool], fresh_candidate: list[bool]
    ) -> None:
        """Six of them, three or more of which failed, whatever came before."""
        if standing(base, candidate, fresh_base, fresh_candidate) is Standing.BROKEN:
            assert len(fresh_candidate) >= 6
            assert fresh_candidate[:6].count(False) >= 3
            assert all(base)

    @given(st.integers(0, 6), st.integers(0, 6))
    def test_is_broken_by_the_difference_of_the_fresh_runs_alone(self, mine: int, theirs: int) -> None:
        """In whatever order they failed."""
        found = standing(runs(0), runs(2), runs(theirs), runs(mine)[::-1])

        assert found is (Standing.BROKEN if mine >= theirs + 3 else Standing.FINE)

    @pytest.mark.parametrize(("rate", "expected"), [(0.5, 299 / 4096), (0.9, 0.00888), (0.99, 1.842e-05)])
    def test_that_passes_as_often_as_base_is_hardly_ever_broken(self, rate: float, expected: float) -> None:
        """Over all courses of the fresh runs of one that looked broken already; of a coin, 9 heads or more of 12."""
        weights = [comb(6, failures) * (1 - rate) ** failures * rate ** (6 - failures) for failures in range(7)]

        wrongly = sum(
            weights[mine] * weights[theirs]
            for mine, theirs in product(range(7), repeat=2)
            if standing(runs(0), runs(2), runs(theirs), runs(mine)) is Standing.BROKEN
        )

        assert wrongly == pytest.approx(expected, rel=1e-3)

    def test_that_is_new_has_no_fresh_runs_of_base_to_hide_behind_either(self) -> None:
        """It fails twelve times of twelve; that base fails it too is no excuse for adding it so."""
        assert standing([], runs(6), runs(6), runs(6)) is Standing.BROKEN
