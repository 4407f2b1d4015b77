"""What a request takes on both sides, looked at as often as anybody likes."""

from math import exp, log, pi, sqrt
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
    @pytest.mark.parametrize(
        ("growth", "allowed", "requests"),
        [
            pytest.param(0.2, 0.0, 4000, id="more"),
            pytest.param(0.2, 0.1, 4000, id="more than is allowed"),
            pytest.param(0.0, 0.1, 4000, id="what is allowed"),
            pytest.param(-0.5, 0.5, 4000, id="so much less that no number holds it"),
        ],
    )
    def test_is_the_mixture_s_integral(self, growth: float, allowed: float, requests: int) -> None:
        """Against a sum over the half-normal prior, in small steps."""
        pair = drawn(3, growth, requests)
        canary, stable = ((one.total / one.requests, one) for one in pair[:2])
        variances = [(one.squares / one.requests - mean * mean) / one.requests for mean, one in (canary, stable)]
        variance = variances[0] + variances[1] * (1 + allowed) ** 2
        seen, prior = canary[0] - (1 + allowed) * stable[0], 0.1 * stable[0]
        width = min(prior / 2000, variance / abs(seen) / 500)
        effects = [(at + 0.5) * width for at in range(min(int(6 * prior / width), 20_000))]
        odds = [exp((effect * seen - effect * effect / 2) / variance - (effect / prior) ** 2 / 2) for effect in effects]

        mean = sum(odds) * width / (prior * sqrt(pi / 2))

        assert grown([pair], allowed) == pytest.approx(log(mean), abs=1e-3)

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
