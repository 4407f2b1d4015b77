"""The e-values of a canary: true at whatever moment somebody looks."""

from math import comb, exp, inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.events import safe, worse

shares = st.sampled_from([0.01, 0.05, 0.1, 0.25, 0.5, 0.9])


class TestWorse:
    @given(shares, st.integers(0, 40))
    def test_is_one_on_average_for_a_canary_like_the_rest(self, share: float, events: int) -> None:
        """Summed over everything that can happen: that is what makes it evidence."""
        mean = sum(
            comb(events, k) * share**k * (1 - share) ** (events - k) * exp(worse(k, events - k, share))
            for k in range(events + 1)
        )

        assert mean == pytest.approx(1, rel=1e-6)

    @given(shares, st.integers(1, 40), st.floats(0.05, 0.95))
    def test_is_less_for_a_canary_that_is_better(self, share: float, events: int, part: float) -> None:
        """Nobody is aborted for being good."""
        less = share * part
        mean = sum(
            comb(events, k) * less**k * (1 - less) ** (events - k) * exp(worse(k, events - k, share))
            for k in range(events + 1)
        )

        assert mean <= 1 + 1e-6

    @given(shares, st.integers(0, 60), st.integers(0, 60))
    def test_cannot_be_gamed_by_the_moment_of_looking(self, share: float, canary: int, stable: int) -> None:
        """A martingale: the next event moves it up or down, and on average not at all."""
        following = share * exp(worse(canary + 1, stable, share)) + (1 - share) * exp(worse(canary, stable + 1, share))

        assert following == pytest.approx(exp(worse(canary, stable, share)), rel=1e-6)

    def test_is_overwhelming_where_most_events_are_the_canary_s(self) -> None:
        """Eight of ten on a twentieth of the traffic: a million to one."""
        assert worse(8, 2, 0.05) > log(1e6)

    def test_is_impossible_where_there_are_thousands_of_events_and_none_on_the_canary(self) -> None:
        """On half of the traffic: beyond what a number can hold, and no error."""
        assert worse(0, 10_000, 0.5) == -inf

    def test_is_nothing_before_the_first_event(self) -> None:
        """No evidence either way."""
        assert (worse(0, 0, 0.05), safe(0, 0, 0.05)) == pytest.approx((0, 0))


class TestSafe:
    @given(shares, st.integers(0, 40))
    def test_is_one_on_average_for_a_canary_twice_as_bad(self, share: float, events: int) -> None:
        """The mirror of the other: it promotes nobody who is that bad."""
        bad = 2 * share / (1 + share)
        mean = sum(
            comb(events, k) * bad**k * (1 - bad) ** (events - k) * exp(safe(k, events - k, share))
            for k in range(events + 1)
        )

        assert mean == pytest.approx(1, rel=1e-6)

    def test_grows_where_the_canary_has_no_more_than_its_share(self) -> None:
        """A twentieth of the events on a twentieth of the traffic, and enough of them."""
        assert safe(5, 95, 0.05) > safe(10, 90, 0.05)
        assert safe(20, 380, 0.05) > log(20) > safe(10, 190, 0.05)
