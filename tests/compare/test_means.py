"""What a request takes on both sides, looked at as often as anybody likes."""

from math import exp, log
from random import Random

import pytest

from harness.compare.means import Sides, grown
from harness.core.rollout import Sums


def sums(values: list[float]) -> Sums:
    """Return what a window keeps of values."""
    return Sums(len(values), sum(values), sum(value * value for value in values))


def sides(canary: list[float], stable: list[float]) -> Sides:
    """Return two sides of which each session asked once."""
    return Sides(sums(canary), sums(stable), len(canary), len(stable))


def drawn(seed: int, growth: float, requests: int) -> Sides:
    """Return requests of which a tenth is the canary's."""
    dice = Random(seed)
    values = [dice.lognormvariate(0, 0.5) for _ in range(requests)]
    return sides([value * (1 + growth) for value in values[::10]], [v for at, v in enumerate(values) if at % 10])


class TestGrown:
    def test_is_the_mixture_s_integral(self) -> None:
        """Against a sum over the half-normal prior, in small steps."""
        pair = drawn(3, 0.2, 4000)
        canary, stable = pair.canary, pair.stable
        mean, scale = canary.total / canary.requests, stable.total / stable.requests
        variance = sum(
            (one.squares / one.requests - (one.total / one.requests) ** 2) / one.requests for one in pair[:2]
        )
        width = scale * 0.1 / 2000
        likelihoods = (
            (exp(-(((at + 0.5) * width) ** 2) / (2 * (0.1 * scale) ** 2)), (at + 0.5) * width) for at in range(20_000)
        )
        seen = mean - scale
        total, norm = 0.0, 0.0
        for density, effect in likelihoods:
            total += density * exp((effect * seen - effect * effect / 2) / variance)
            norm += density

        assert grown([pair], 0.0) == pytest.approx(log(total / norm), rel=1e-3)

    def test_is_no_evidence_against_one_like_the_other(self) -> None:
        """At six moments of each of 20 canaries, one in a hundred may err; here none does."""
        worst = [max(grown([drawn(seed, 0, n)], 0.0) for n in range(500, 3500, 500)) for seed in range(20)]

        assert sum(value >= log(100) for value in worst) == 0

    def test_finds_growth_beyond_what_is_allowed(self) -> None:
        """Half as much again, where a tenth is allowed."""
        assert grown([drawn(1, 0.5, 4000)], 0.1) > log(1000)
        assert grown([drawn(1, 0.05, 40_000)], 0.1) < 0

    def test_counts_a_session_once_however_often_it_asks(self) -> None:
        """A hundred requests of one user are no hundred users."""
        pair = drawn(1, 0.5, 4000)

        few = pair._replace(canary_sessions=40)

        assert grown([few], 0.1) < grown([pair], 0.1) / 2

    def test_pools_the_steps(self) -> None:
        """What one step could not tell alone."""
        steps = [drawn(seed, 0.3, 1500) for seed in (1, 2, 3)]

        assert grown(steps, 0.1) > max(grown([one], 0.1) for one in steps)

    @pytest.mark.parametrize(
        "pair",
        [
            pytest.param(sides([], []), id="nothing"),
            pytest.param(sides([9.0] * 29, [1.0] * 1000), id="too few"),
            pytest.param(sides([9.0] * 100, [0.0] * 100), id="what costs nothing has no share to grow by"),
        ],
    )
    def test_is_nothing_where_nobody_can_tell(self, pair: Sides) -> None:
        """No evidence either way."""
        assert grown([pair], 0.1) == 0

    def test_takes_values_that_never_vary(self) -> None:
        """Always 5 tokens, and now always 7; and the other way round, far beyond what a number can hold."""
        assert grown([sides([7.0] * 100, [5.0] * 100)], 0.1) > log(1000)
        assert grown([sides([5.0] * 10**5, [7.0] * 10**5)], 0.1) < log(1 / 100)
