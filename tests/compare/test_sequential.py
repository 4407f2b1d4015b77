"""The sequential test: when it blocks, passes or asks for more, and whom it asks."""

from math import exp

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.compare.difference import difference
from harness.compare.sequential import ALPHA, BETA, SCREEN, WAVES, Bounds, log_ratio, repeats, step
from harness.core.runs import Difference, Matched, Runs, Step

errors, values, margins = st.floats(0.001, 0.5), st.floats(-1, 1), st.floats(0.01, 0.5)


def seen(value: float, error: float) -> Difference:
    """Return a difference."""
    return Difference(value, error, 0.5, 0.5 + value, 10)


class TestTheBounds:
    def test_are_wald_s(self) -> None:
        """18 : 1 for errors of 5 % and 10 %, as in every textbook."""
        bounds = Bounds.of(0.05, 0.10)

        assert (exp(bounds.block), exp(bounds.passes)) == pytest.approx((18, 0.10 / 0.95))

    @given(st.floats(0.001, 0.4), st.floats(0.001, 0.4))
    def test_part_what_blocks_from_what_passes(self, alpha: float, beta: float) -> None:
        """Nothing can be both."""
        bounds = Bounds.of(alpha, beta)

        assert bounds.passes < 0 < bounds.block


class TestTheNumbers:
    def test_are_those_that_were_simulated(self) -> None:
        """Whoever changes one simulates again, and says so: see `operating`."""
        assert (ALPHA, SCREEN, BETA, WAVES) == (0.02, 0.10, 0.05, 6)


class TestTheRatio:
    @given(values, errors, margins)
    def test_is_that_of_two_normal_densities(self, value: float, error: float, margin: float) -> None:
        """Of a mean at minus the margin against a mean at 0."""
        exponent = -((value + margin) ** 2) / (2 * error**2) + value**2 / (2 * error**2)

        assert log_ratio(seen(value, error), margin) == pytest.approx(exponent, rel=1e-6, abs=1e-6)

    @given(values, errors, margins)
    def test_turns_around_half_the_margin(self, value: float, error: float, margin: float) -> None:
        """There, a drop is as likely as none."""
        mirrored = -margin - value

        assert log_ratio(seen(mirrored, error), margin) == pytest.approx(
            -log_ratio(seen(value, error), margin), rel=1e-6, abs=1e-6
        )

    @given(values, values, errors, margins)
    def test_grows_as_the_metric_falls(self, one: float, other: float, error: float, margin: float) -> None:
        """No gain ever looks more like a drop."""
        assume(one < other)

        assert log_ratio(seen(one, error), margin) >= log_ratio(seen(other, error), margin)


def state(passes: int, cases: int, *, runs: int = 1, depth: int = 10) -> Step:
    """Return where the test stands when all cases passed on base, and so many pass on the candidate."""
    listed = [Matched(Runs.binary(depth, depth), Runs.binary(runs * (one < passes), runs)) for one in range(cases)]
    return step(difference(listed), 0.05, Bounds.of(SCREEN))


class TestTheTest:
    def test_passes_what_never_moved(self) -> None:
        """Hundred cases that always pass, once each, are enough."""
        assert state(100, 100) is Step.PASS

    @pytest.mark.parametrize("cases", range(1, 12))
    def test_is_not_won_by_a_tiny_suite_in_one_run(self, cases: int) -> None:
        """All of a few cases passed: that is no evidence."""
        assert state(cases, cases) is Step.MORE

    def test_suspects_what_fell_by_more_than_the_margin(self) -> None:
        """Twelve of a hundred cases that always passed fail."""
        assert state(88, 100, runs=3) is Step.BLOCK

    def test_asks_for_more_where_nobody_can_tell(self) -> None:
        """Cases that pass every other time may well pass 46 times of 100."""
        listed = [Matched(Runs.binary(5, 10), Runs.binary(one < 46, 1)) for one in range(100)]

        assert step(difference(listed), 0.05, Bounds.of(SCREEN)) is Step.MORE

    def test_ends_at_its_bounds(self) -> None:
        """Reached is enough, on either side."""
        drop, none = Difference(-0.06, 0.02, 0.8, 0.74, 100), Difference(0.01, 0.02, 0.8, 0.81, 100)
        bounds = Bounds(log_ratio(drop, 0.05), log_ratio(none, 0.05))

        assert (step(drop, 0.05, bounds), step(none, 0.05, bounds)) == (Step.BLOCK, Step.PASS)

    def test_stands_nowhere_without_a_case(self) -> None:
        """No evidence is not a pass."""
        assert step(None, 0.05, Bounds.of(SCREEN)) is Step.MORE


cases = st.lists(st.integers(0, 10).map(lambda passes: Runs.binary(passes, 10)), min_size=1, max_size=40)


class TestTheRepeats:
    @given(cases, st.floats(0, 0.999))
    def test_are_one_at_first(self, base: list[Runs], part: float) -> None:
        """Whatever base did."""
        assert repeats(base, 0, [part] * len(base)) == [1] * len(base)

    @given(cases, st.floats(0, 0.999))
    def test_only_grow(self, base: list[Runs], part: float) -> None:
        """A run is never taken back."""
        waves = [repeats(base, wave, [part] * len(base)) for wave in range(WAVES)]

        assert all(list(one) == sorted(one) for one in zip(*waves, strict=True))

    def test_go_to_the_cases_that_flicker(self) -> None:
        """A case that always passes tells nothing new."""
        steady, flaky = Runs.binary(10, 10), Runs.binary(5, 10)

        asked = repeats([steady] * 9 + [flaky], 5, [0.5] * 10)

        assert asked == [4] * 9 + [13]

    @given(st.integers(1, 5))
    def test_are_as_many_as_the_wave_on_average(self, wave: int) -> None:
        """Fractions are rounded by numbers that are spread evenly, so that they come out whole together."""
        base = [Runs.binary(passes, 10) for passes in range(11)] * 100
        parts = [number * 0.618034 % 1 for number in range(len(base))]

        assert sum(repeats(base, wave, parts)) / len(base) == pytest.approx(wave, abs=0.5)

    @pytest.mark.parametrize("rounding", [[], [0.5] * 3])
    def test_need_a_number_for_each_case(self, rounding: list[float]) -> None:
        """A case without one would never be asked."""
        with pytest.raises(ValueError, match="zip"):
            repeats([Runs.binary(5, 10)] * 2, 1, rounding)

    def test_of_no_case_are_none(self) -> None:
        """An empty pair is judged by other rules."""
        assert repeats([], 3, []) == []
