"""A judge's word corrected by people's, as a check: the sentence, the outcome, and what may not block."""

import pytest

from harness.core.calibration import Correction
from harness.core.pair import Pair
from harness.core.policy import Gate, SuitePolicy
from harness.core.verdict import Comparison, Outcome, Rule
from harness.gate.bench import Bench, Noise
from harness.gate.corrected import judge_corrected

GATE = Gate("grounded", "regression", metric="grounding", margin=0.05)
WITHIN = "it stays within the margin of 5.0%"


def never(_base: object, _candidate: object) -> Comparison:
    """Compare nothing: it is compared already."""
    raise AssertionError


def bench(noise: Noise | None = None) -> Bench:
    """Return what a pair is judged by."""
    return Bench(Pair("regression", "desk"), [GATE], SuitePolicy("regression"), never, True, False, noise)  # noqa: FBT003


def moved(value: float, low: float, high: float) -> Correction:
    """Return a correction of what the judge takes for a gain."""
    return Correction(0.02, value, low, high, cases=200, labelled=60)


class TestAJudgeCorrected:
    @pytest.mark.parametrize(
        ("seen", "outcome", "told"),
        [
            pytest.param(
                moved(-0.12, -0.2, -0.04),
                Outcome.BLOCKED,
                "-12.0 pp [-20.0, -4.0]: the drop reaches the margin of 5.0%",
                id="a drop",
            ),
            pytest.param(
                moved(-0.06, -0.14, 0.02),
                Outcome.INCONCLUSIVE,
                "-6.0 pp [-14.0, +2.0]: more labels would tell whether it is a drop",
                id="perhaps a drop",
            ),
            pytest.param(
                moved(-0.05, -0.1, 0.0),
                Outcome.INCONCLUSIVE,
                "-5.0 pp [-10.0, +0.0]: more labels would tell whether it is a drop",
                id="perhaps none",
            ),
            pytest.param(
                moved(-0.04, -0.06, -0.02), Outcome.PASSED, f"-4.0 pp [-6.0, -2.0]: {WITHIN}", id="a small drop"
            ),
            pytest.param(moved(0.1, -0.1, 0.3), Outcome.PASSED, f"+10.0 pp [-10.0, +30.0]: {WITHIN}", id="a gain"),
        ],
    )
    def test_says_how_much_and_what_follows(self, seen: Correction, outcome: Outcome, told: str) -> None:
        """To the character, with what the judge says by itself."""
        found = judge_corrected("tone", seen, GATE, bench())

        says = "judge `tone` says +2.0 pp on 200 cases; corrected by people's labels of 60 on both trees, "
        assert (found.outcome, found.rule, found.reason) == (outcome, Rule.CORRECTED, f"{says}{told}")
        assert (found.gate, found.metric, found.n, found.margin) == ("grounded", "grounding", 200, 0.05)
        assert (found.low, found.high) == (seen.low, seen.high)

    def test_blocks_nothing_where_weighing_may_not(self) -> None:
        """Answers vary here, and nobody has shown what this repository's gates do to harmless changes."""
        found = judge_corrected("tone", moved(-0.12, -0.2, -0.04), GATE, bench(Noise({}, unproven="it is new")))

        assert found.outcome is Outcome.INCONCLUSIVE
        assert found.reason.startswith("would block: judge `tone` says")
