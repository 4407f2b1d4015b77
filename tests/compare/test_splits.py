"""Whether sessions came as they were dealt."""

from math import comb, exp, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.splits import DOUBT, uneven

weights = st.sampled_from([0.01, 0.1, 0.5, 0.95])


class TestUneven:
    @given(weights, st.integers(0, 40))
    def test_is_one_on_average_for_an_even_split(self, weight: float, sessions: int) -> None:
        """Over all that can come, by brute force."""
        mean = sum(
            comb(sessions, k) * weight**k * (1 - weight) ** (sessions - k) * exp(uneven(k, sessions - k, weight))
            for k in range(sessions + 1)
        )

        assert mean == pytest.approx(1, rel=1e-6)

    @given(weights, st.integers(0, 500), st.integers(0, 500))
    def test_cannot_be_gamed_by_the_moment_of_looking(self, weight: float, canary: int, stable: int) -> None:
        """A martingale, session by session."""
        following = weight * exp(uneven(canary + 1, stable, weight) - uneven(canary, stable, weight)) + (
            1 - weight
        ) * exp(uneven(canary, stable + 1, weight) - uneven(canary, stable, weight))

        assert following == pytest.approx(1, rel=1e-6)

    def test_is_found_out(self) -> None:
        """A tenth of the weight is lost on its way: nobody should believe the rest."""
        assert uneven(900, 9100, 0.1) < log(1 / DOUBT) < uneven(800, 9200, 0.1)

    def test_does_not_doubt_what_is_right(self) -> None:
        """10,000 sessions, one by one, looked at after each."""
        dice, came = Random(7), [0, 0]
        worst = 0.0
        for _ in range(10_000):
            came[dice.random() < 0.1] += 1
            worst = max(worst, uneven(came[1], came[0], 0.1))

        assert worst < log(1 / DOUBT)
