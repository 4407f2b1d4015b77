"""The e-values of a canary: true at whatever moment somebody looks."""

from collections.abc import Callable, Iterator
from math import comb, exp, inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.shares import Split, rare, safe, worse

shares = st.sampled_from([0.01, 0.05, 0.1, 0.25, 0.5, 0.9])


def expected(value: Callable[[list[Split]], float], share: float, events: int, ratio: float) -> float:
    """Return the mean of an e-value over all ways in which bad sessions can fall, each by brute force."""
    chance = ratio * share / (ratio * share + 1 - share)
    return sum(
        comb(events, k) * chance**k * (1 - chance) ** (events - k) * exp(value([Split(k, events - k, share)]))
        for k in range(events + 1)
    )


def dealt(bad: int, candidate: int, stable: int) -> Iterator[tuple[int, float]]:
    """Yield how many of the bad sessions may be the candidate's, and how likely, if sessions are dealt blindly."""
    ways = comb(candidate + stable, bad)
    for k in range(max(0, bad - stable), min(bad, candidate) + 1):
        yield k, comb(candidate, k) * comb(stable, bad - k) / ways


class TestWorse:
    @given(shares, st.integers(0, 40))
    def test_is_one_on_average_for_a_canary_like_the_rest(self, share: float, events: int) -> None:
        """Summed over everything that can happen: that is what makes it evidence."""
        assert expected(worse, share, events, 1) == pytest.approx(1, rel=1e-6)

    @given(shares, st.integers(1, 40), st.floats(0.05, 0.95))
    def test_is_less_for_a_canary_that_is_better(self, share: float, events: int, ratio: float) -> None:
        """Nobody is aborted for being good."""
        assert expected(worse, share, events, ratio) <= 1 + 1e-6

    @given(st.integers(0, 12), st.integers(1, 20), st.integers(1, 20))
    def test_is_at_most_one_on_average_by_the_sessions_that_came(self, bad: int, candidate: int, stable: int) -> None:
        """The share is that of the sessions that came, not the one that was planned."""
        bad = min(bad, candidate + stable)
        mean = sum(
            chance * exp(worse([Split.of((k, candidate), (bad - k, stable))]))
            for k, chance in dealt(bad, candidate, stable)
        )

        assert mean <= 1 + 1e-9

    @given(st.integers(0, 6), st.integers(0, 6), shares, shares)
    def test_is_one_on_average_over_two_steps(self, first: int, second: int, one: float, other: float) -> None:
        """One effect, two weights: the steps are multiplied, and the ratios mixed once."""
        mean = sum(
            comb(first, j)
            * one**j
            * (1 - one) ** (first - j)
            * comb(second, k)
            * other**k
            * (1 - other) ** (second - k)
            * exp(worse([Split(j, first - j, one), Split(k, second - k, other)]))
            for j in range(first + 1)
            for k in range(second + 1)
        )

        assert mean == pytest.approx(1, rel=1e-6)

    @given(shares, st.integers(0, 60), st.integers(0, 60))
    def test_cannot_be_gamed_by_the_moment_of_looking(self, share: float, canary: int, stable: int) -> None:
        """A martingale: the next event moves it up or down, and on average not at all."""
        after = [worse([Split(canary + 1, stable, share)]), worse([Split(canary, stable + 1, share)])]
        following = share * exp(after[0]) + (1 - share) * exp(after[1])

        assert following == pytest.approx(exp(worse([Split(canary, stable, share)])), rel=1e-6)

    def test_is_overwhelming_where_most_events_are_the_canary_s(self) -> None:
        """Eight of ten on a twentieth of the traffic: 400,000 to one."""
        assert worse([Split(8, 2, 0.05)]) > log(400_000)

    def test_takes_numbers_of_any_size(self) -> None:
        """A million on each side: beyond what a number can hold, and no error."""
        assert worse([Split(0, 10**6, 0.5)]) < log(1e-100)
        assert worse([Split(10**6, 0, 0.5)]) > log(1e100)

    @pytest.mark.parametrize("splits", [[], [Split(0, 0, 0.05)], [Split(7, 0, 1.0)], [Split(0, 7, 0.0)]])
    def test_is_nothing_where_nobody_can_compare(self, splits: list[Split]) -> None:
        """Before the first event, or with all of the traffic on one side."""
        assert (worse(splits), safe(splits)) == pytest.approx((0, 0))

    def test_has_the_share_of_the_sessions_that_came(self) -> None:
        """Nothing came, and nothing is divided by it."""
        assert Split.of((0, 0), (0, 0)) == Split(0, 0, 0)
        assert Split.of((1, 5), (2, 5)) == Split(1, 2, 0.5)


class TestSafe:
    @given(shares, st.integers(0, 40), st.floats(2, 20))
    def test_is_at_most_one_on_average_for_a_canary_twice_as_bad(self, share: float, events: int, ratio: float) -> None:
        """The mirror of the other: it promotes nobody who is that bad, or worse."""
        assert expected(safe, share, events, ratio) <= 1 + 1e-6

    def test_is_shown_where_few_events_are_the_canary_s(self) -> None:
        """Two of forty on a half of the traffic."""
        assert safe([Split(2, 38, 0.5)]) > log(20)


class TestRare:
    @given(st.sampled_from([0.01, 0.02, 0.1, 0.5]), st.integers(0, 60), st.floats(1, 2))
    def test_is_at_most_one_on_average_for_what_is_not(self, bound: float, sessions: int, ratio: float) -> None:
        """Whoever is bad in so large a share of sessions passes by chance alone."""
        chance = bound * ratio
        mean = sum(
            comb(sessions, k) * chance**k * (1 - chance) ** (sessions - k) * exp(rare(k, sessions, bound))
            for k in range(sessions + 1)
        )

        assert mean <= 1 + 1e-6

    def test_takes_some_two_hundred_sessions_without_a_fault_to_show_two_in_a_hundred(self) -> None:
        """No release has to wait for a fault in order to show that it makes none."""
        enough = next(n for n in range(10_000) if rare(0, n, 0.02) >= log(20))

        assert enough == 207

    def test_is_impossible_where_all_are_bad(self) -> None:
        """And no error."""
        assert -inf < rare(10**6, 10**6, 0.02) < -1000
