"""A bound over the candidate's own cases, weighed by their repeats: what meets it, and what it takes to miss it."""

from dataclasses import replace

import pytest

from harness.core.runs import Difference, Look, Step
from harness.core.verdict import Check, Outcome, Rule
from harness.gate.bench import Bench
from harness.gate.contrasts import Form, Point
from harness.gate.noisy import Weighed, absolute
from tests.gate.repeats import BENCH, GATE, KEPT, NOISE, UNABLE, results, said, weigh

BOUND = Point("right", "", Form.BOUND)
BOUNDED = replace(BENCH, gates=[replace(GATE, at_least=0.9)], absolute=True, paired=False)
"""Half a margin above the bound, at 92.5 %, is what passes."""
UNPROVEN = NOISE._replace(unproven="no selftest is on base")
PASS = said(Step.PASS, ratio=-4.0)._replace(seen=Difference(0.015, 0.02, 0.925, 0.94, 100))
BLOCK, MORE = said(Step.BLOCK, ratio=4.0), said(Step.MORE, ratio=1.0)


class TestABound:
    def judged(self, screen: Look | None, fresh: Look | None = None, bench: Bench = BOUNDED) -> list[Check]:
        """Return the checks of the bound."""
        looks = {BOUND: screen} if screen else {}
        return [*absolute(bench.gates[0], bench, Weighed(looks, {BOUND: fresh} if fresh else {}, {}))]

    @pytest.mark.parametrize(
        ("screen", "fresh", "expected"),
        [
            pytest.param(PASS, None, Outcome.PASSED, id="half a margin above"),
            pytest.param(MORE, None, Outcome.INCONCLUSIVE, id="neither"),
            pytest.param(said(Step.MORE, ratio=-1.0), None, Outcome.INCONCLUSIVE, id="leaning to it is not enough"),
            pytest.param(BLOCK, None, Outcome.INCONCLUSIVE, id="not asked again"),
            pytest.param(BLOCK, PASS, Outcome.INCONCLUSIVE, id="did not come back"),
            pytest.param(BLOCK, BLOCK, Outcome.BLOCKED, id="came back"),
            pytest.param(BLOCK, said(Step.BLOCK, broad=False), Outcome.BLOCKED, id="on a few cases, which are all bad"),
            pytest.param(said(Step.PASS, cases=9), None, Outcome.INCONCLUSIVE, id="of nine cases"),
        ],
    )
    def test_blocks_what_came_back(self, screen: Look, fresh: Look | None, expected: Outcome) -> None:
        """The mean alone counts: a bound is missed by a few cases that always fail as well."""
        (check,) = self.judged(screen, fresh)

        assert (check.outcome, check.rule) == (expected, Rule.ABSOLUTE)

    def test_carries_its_numbers(self) -> None:
        """And no base, since there is none; the interval is that of the distance from the bound itself."""
        (check,) = self.judged(PASS)

        assert (check.low, check.high) == pytest.approx((0.04 - 1.959964 * 0.02, 0.04 + 1.959964 * 0.02))
        assert replace(check, low=None, high=None) == Check(
            Outcome.PASSED,
            Rule.ABSOLUTE,
            "regression",
            "desk",
            check.reason,
            gate="right",
            metric="pass",
            candidate=0.94,
            n=100,
            at_least=0.9,
            runs=400,
            ratio=-4.0,
        )
        assert check.reason.startswith(
            "94.0% (95% CI 90.1 to 97.9, 400 runs of 100 cases), and the bound is 90.0%; a mean of 92.5% "
        )

    def test_says_what_it_would_block_as_long_as_weighing_is_unproven(self) -> None:
        """As a comparison does."""
        (check,) = self.judged(BLOCK, BLOCK, replace(BOUNDED, noise=UNPROVEN))

        assert check.outcome is Outcome.INCONCLUSIVE
        assert check.reason.startswith("would block: 74.0% (")

    @pytest.mark.parametrize("look", [None, Look(Step.MORE)])
    def test_that_nobody_could_measure_is_inconclusive(self, look: Look | None) -> None:
        """The bound has nothing to hold."""
        (check,) = self.judged(look)

        assert (check.outcome, check.rule, check.gate, check.metric, check.reason) == (
            Outcome.INCONCLUSIVE, Rule.ABSOLUTE, "right", "pass", "`pass` was measured on no case",
        )  # fmt: skip

    def test_that_a_gate_does_not_have_judges_nothing(self) -> None:
        """No check is no pass; see `judge`."""
        assert self.judged(PASS, bench=replace(BOUNDED, gates=[GATE])) == []

    @pytest.mark.parametrize(("passes", "expected"), [(60, Outcome.PASSED), (48, Outcome.BLOCKED)])
    def test_parts_a_mean_well_above_it_from_one_well_below(self, passes: int, expected: Outcome) -> None:
        """From the runs to the check: 60 cases always pass, or every fifth always fails."""
        cases = [
            KEPT._replace(candidate=results(one, 1) * 3, fresh_candidate=results(one, 1) * 6)
            for one in [1] * passes + [0] * (60 - passes)
        ]

        (check,) = absolute(BOUNDED.gates[0], BOUNDED, weigh(cases, BOUNDED))

        assert check.outcome is expected

    def test_is_not_missed_by_cases_that_nobody_can_tell(self) -> None:
        """All 45 that can be told pass, and the other 15 would decide: exactly compared, that is inconclusive."""
        told = KEPT._replace(candidate=results(6, 6), fresh_candidate=results(6, 6))
        untold = KEPT._replace(candidate=[UNABLE] * 6, fresh_candidate=[UNABLE] * 6)

        (check,) = absolute(BOUNDED.gates[0], BOUNDED, weigh([told] * 45 + [untold] * 15, BOUNDED))

        assert check.outcome is Outcome.INCONCLUSIVE

    @pytest.mark.parametrize(
        ("failures", "expected"),
        [(0, Outcome.PASSED), (1, Outcome.INCONCLUSIVE), (30, Outcome.BLOCKED)],
    )
    def test_of_everything_is_met_by_nothing_less(self, failures: int, expected: Outcome) -> None:
        """Nothing lies above a bound of 100 %: what never fails passes, and one failure of 600 is a doubt."""
        bench = replace(BOUNDED, gates=[replace(GATE, at_least=1.0)])
        good = KEPT._replace(candidate=results(3, 3), fresh_candidate=results(6, 6))
        bad = good._replace(candidate=results(2, 3), fresh_candidate=results(4, 6))

        (check,) = absolute(bench.gates[0], bench, weigh([good] * (200 - failures) + [bad] * failures, bench))

        assert check.outcome is expected

    def test_counts_no_runs_but_the_candidate_s(self) -> None:
        """Twenty cases, three runs each."""
        (check,) = absolute(BOUNDED.gates[0], BOUNDED, weigh([KEPT._replace(candidate=results(3, 3))] * 20, BOUNDED))

        assert check.runs == 60

    def test_counts_none_but_the_candidate_s_in_the_fresh_rerun_either(self) -> None:
        """The bound is a number, which nobody asked: twenty cases, three runs each, and six in the rerun."""
        cases = [KEPT._replace(candidate=results(0, 3), fresh_candidate=results(0, 6))] * 20

        (check,) = absolute(BOUNDED.gates[0], BOUNDED, weigh(cases, BOUNDED))

        assert "60 runs of 20 cases" in check.reason
        assert check.reason.endswith("it came back in a fresh rerun (0.0%, 120 runs)")

    @pytest.mark.parametrize("at_least", [0.9, 0.99])
    def test_is_as_far_from_the_mean_as_its_interval_says(self, at_least: float) -> None:
        """Whether half a margin above it is among the means that there are or not."""
        bench = replace(BOUNDED, gates=[replace(GATE, at_least=at_least)])

        (check,) = absolute(bench.gates[0], bench, weigh([KEPT._replace(candidate=results(3, 3))] * 20, bench))

        assert check.low is not None
        assert check.high is not None
        assert (check.low + check.high) / 2 == pytest.approx(1.0 - at_least)
