"""Exact bounds, and the rule for cases that must pass."""

from itertools import product
from math import comb, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.bounds import rate_upper
from harness.compare.critical import ALL, critical, runs_of
from harness.core.runs import Step


class TestTheUpperBound:
    @given(st.integers(1, 300), st.data())
    def test_is_where_so_few_hits_become_improbable(self, runs: int, data: st.DataObject) -> None:
        """Summed up hit by hit."""
        hits = data.draw(st.integers(0, runs - 1))
        rate = rate_upper(hits, runs)
        few = sum(comb(runs, k) * rate**k * (1 - rate) ** (runs - k) for k in range(hits + 1))

        assert few == pytest.approx(0.05, abs=1e-9)

    @pytest.mark.parametrize(
        ("hits", "runs", "rate"), [(0, 10, 0.258866), (1, 10, 0.394163), (2, 20, 0.282619), (5, 10, 0.777559)]
    )
    def test_has_the_values_of_the_tables(self, hits: int, runs: int, rate: float) -> None:
        """The one-sided limits of Clopper and Pearson at 95 %, as they are printed."""
        assert rate_upper(hits, runs) == pytest.approx(rate, abs=1e-6)

    @pytest.mark.parametrize("runs", [1, 7])
    def test_of_nothing_but_hits_is_everything(self, runs: int) -> None:
        """No rate is too high."""
        assert rate_upper(runs, runs) == 1


def blocks(rate: float) -> float:
    """Return how probable it is that a case that passes at this rate blocks, over every course it can take."""
    whole = 0.0
    for course in product([True, False], repeat=ALL):
        had: list[bool] = []
        while critical(had) is Step.MORE:
            had.append(course[len(had)])
        if critical(had) is Step.BLOCK:
            whole += prod(rate if passed else 1 - rate for passed in course)
    return whole


class TestACriticalCase:
    @pytest.mark.parametrize(
        ("passed", "state", "runs"),
        [
            ([], Step.MORE, 2),
            ([True], Step.MORE, 2),
            ([True, True], Step.PASS, 2),
            ([True, False], Step.MORE, 6),
            ([False, False], Step.BLOCK, 6),
            ([False, True, True, True, True], Step.MORE, 6),
            ([False, True, True, True, True, True], Step.PASS, 6),
            ([False, True, True, True, True, False], Step.BLOCK, 6),
        ],
    )
    def test_has_two_runs_and_a_failure_buys_four_more(self, passed: list[bool], state: Step, runs: int) -> None:
        """Two failures of six block."""
        assert (critical(passed), runs_of(passed)) == (state, runs)

    @pytest.mark.parametrize(("rate", "expected"), [(0.2, 0.96), (0.5, 0.72), (0.7, 0.41)])
    def test_that_is_broken_is_caught(self, rate: float, expected: float) -> None:
        """Worked out over all courses: the more, the more it is broken."""
        assert blocks(rate) == pytest.approx(expected, abs=0.005)

    def test_that_fails_once_in_two_hundred_hardly_ever_blocks(self) -> None:
        """Thirty such cases block 0.7 % of changes that harm nothing."""
        assert 1 - (1 - blocks(0.995)) ** 30 == pytest.approx(0.0067, abs=0.0002)
