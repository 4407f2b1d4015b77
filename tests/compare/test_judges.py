"""What is promised of judges who err, simulated; `python -m tests.compare.judges` prints all of it."""

import pytest

from harness.core.verdict import Outcome
from tests.compare.judges import (
    FOUR_OF_FIVE,
    HARSH,
    LENIENT,
    LIKED,
    MUCH_WORSE,
    Change,
    Told,
    coverage,
    gated,
    tell,
)

REPLICATES = 500
CHANGES = 120
"""Of these, each takes a thousand cases."""


class TestAJudgeRightFourTimesInFive:
    @pytest.mark.parametrize("rate", [0.95, 0.9, 0.8, 0.7])
    @pytest.mark.parametrize("labels", [100, 300])
    def test_covers_the_truth_once_it_is_corrected(self, rate: float, labels: int) -> None:
        """At least 93 of 100 intervals do; of the judge's own next to none, for it is sure of what it got wrong."""
        found = coverage(FOUR_OF_FIVE, rate, labels=labels, replicates=REPLICATES)

        assert found.corrected >= 0.93
        assert found.raw <= 0.01


def told(change: Change) -> tuple[Told, Told]:
    """Return what gates say by the judge alone, and corrected by 200 labels of both sides."""
    return tell(change, labels=200, replicates=CHANGES)


class TestAJudgeLenientOnTheCandidatesStyle:
    def test_passes_a_real_drop_alone_and_not_corrected(self) -> None:
        """Five points worse look like two points better."""
        raw, corrected = told(LENIENT)

        assert raw.verdicts["pass"] >= 0.85 * CHANGES
        assert corrected.verdicts["pass"] <= 0.02 * CHANGES
        assert raw.estimate > 0.01

    def test_is_corrected_to_the_truth(self) -> None:
        """The difference is a drop by five points again, in intervals that hold it."""
        raw, corrected = told(LENIENT)

        assert corrected.estimate == pytest.approx(-0.05, abs=0.01)
        assert corrected.covered >= 0.93
        assert raw.covered <= 0.10


class TestAJudgeHarshOnTheCandidatesStyle:
    def test_blocks_what_is_no_worse_alone_and_not_corrected(self) -> None:
        """An innocent change is suspected every other time, until people have looked."""
        raw, corrected = told(HARSH)

        assert raw.verdicts["block"] >= 0.40 * CHANGES
        assert corrected.verdicts["block"] <= 0.02 * CHANGES


class TestACorrectedCheck:
    def test_blocks_what_the_judge_does_not_see(self) -> None:
        """Ten points worse in a style that it likes: with 200 labels, one of twenty such changes passes."""
        found = gated(MUCH_WORSE, labels=200, replicates=CHANGES)

        assert found[Outcome.BLOCKED] >= 0.65 * CHANGES
        assert found[Outcome.PASSED] <= 0.10 * CHANGES

    @pytest.mark.parametrize("change", [LIKED, HARSH])
    @pytest.mark.parametrize("labels", [30, 100])
    def test_blocks_little_that_is_no_worse(self, change: Change, labels: int) -> None:
        """Its interval bounds that: 1 of 100, whether the judge likes the style or not."""
        found = gated(change, labels=labels, cases=300, replicates=REPLICATES)

        assert found[Outcome.BLOCKED] <= 0.015 * REPLICATES
        assert found[Outcome.PASSED] >= 0.70 * REPLICATES
