"""What the gate promises, simulated through its own functions; `python -m tests.compare.operating` prints all of it."""

import pytest

from tests.compare.operating import CHANGES, CURATED, NOISY, Change, Suite, same, simulate

REPLICATES = 150


def share(verdict: str, change: Change, suite: Suite) -> float:
    """Return how often a verdict came."""
    return simulate(change, suite, replicates=REPLICATES)[0][verdict] / REPLICATES


class TestAChangeOfNothing:
    @pytest.mark.parametrize(
        "suite", [Suite(30, 0.10), Suite(100, 0.05), Suite(100, 0.05, CURATED), Suite(100, 0.05, NOISY)], ids=str
    )
    def test_is_hardly_ever_blocked(self, suite: Suite) -> None:
        """Two in a hundred are promised; fewer come."""
        assert share("block", same, suite) <= 0.01

    def test_costs_two_runs_a_case(self) -> None:
        """And hardly more than one in a large suite."""
        assert simulate(same, Suite(100, 0.05), replicates=REPLICATES)[1] == pytest.approx(2.0, abs=0.15)

    def test_passes_though_the_provider_got_worse(self) -> None:
        """Base was run in better times; the fresh runs of both trees show that the change is not to blame."""
        assert share("block", same, Suite(100, 0.05, drift=3.0)) <= 0.09


class TestADrop:
    def test_of_ten_points_is_caught(self) -> None:
        """Nearly always."""
        assert share("block", CHANGES["10 points worse"], Suite(100, 0.05)) >= 0.98

    def test_of_the_margin_is_caught_nine_times_in_ten(self) -> None:
        """By hundred cases, within what so few replicates can tell."""
        assert share("block", CHANGES["5 points worse"], Suite(100, 0.05)) >= 0.82

    def test_that_is_there_is_hardly_ever_passed(self) -> None:
        """What is not blocked is undecided more often than passed."""
        assert share("pass", CHANGES["5 points worse"], Suite(100, 0.05)) <= 0.10
