"""Judging by repeats: what is passed, what is left open, and what it takes to block."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.judged import Standing
from harness.core.runs import Difference, Look, Step
from harness.core.verdict import Check, Outcome, Rule
from harness.gate.contrasts import Form, Point
from harness.gate.judge import judge
from harness.gate.noisy import Weighed, paired
from tests.gate.repeats import (
    ALL,
    BENCH,
    BLOCK,
    BOUND,
    FAILS,
    GATE,
    GERMAN,
    KEPT,
    MORE,
    NOISE,
    PASS,
    ROW,
    ROWS,
    SLICED,
    TAGGED,
    checks,
    outcomes,
    results,
    said,
    weigh,
)

UNPROVEN = NOISE._replace(unproven="no selftest is on base")


class TestAConclusion:
    @pytest.mark.parametrize(
        ("screen", "fresh", "expected", "words"),
        [
            pytest.param(PASS, None, Outcome.PASSED, "no change explains this 55 times better", id="harmless"),
            pytest.param(PASS, BLOCK, Outcome.PASSED, "no change explains this 55 times better", id="asked for others"),
            pytest.param(MORE, None, Outcome.INCONCLUSIVE, "neither a drop of 5.0 points nor no change", id="open"),
            pytest.param(said(Step.MORE), None, Outcome.INCONCLUSIVE, "neither a drop of 5.0", id="open, no lean"),
            pytest.param(BLOCK, None, Outcome.INCONCLUSIVE, "rerun neither confirmed it", id="not asked again"),
            pytest.param(BLOCK, MORE, Outcome.INCONCLUSIVE, "neither confirmed it nor ruled it out", id="undecided"),
            pytest.param(BLOCK, PASS, Outcome.PASSED, "but it did not come back in a fresh", id="did not come back"),
            pytest.param(BLOCK, BLOCK, Outcome.BLOCKED, "and it came back in a fresh", id="came back"),
            pytest.param(
                BLOCK, said(Step.BLOCK, broad=False), Outcome.INCONCLUSIVE, "but in few cases", id="on a few cases"
            ),
            pytest.param(
                said(Step.BLOCK, cases=9), BLOCK, Outcome.INCONCLUSIVE, "too few cases to weigh", id="of nine cases"
            ),
            pytest.param(said(Step.PASS, cases=9), None, Outcome.INCONCLUSIVE, "too few cases", id="a pass of nine"),
        ],
    )
    def test_blocks_only_what_came_back_across_the_cases(
        self, screen: Look, fresh: Look | None, expected: Outcome, words: str
    ) -> None:
        """Side by side with base, by answers of this gate alone."""
        (check,) = checks({ALL: screen}, {ALL: fresh} if fresh else {})

        assert (check.outcome, check.rule) == (expected, Rule.PAIRED)
        assert words in check.reason

    @given(
        screen=st.sampled_from(Step),
        fresh=st.sampled_from([None, *Step]),
        broad=st.booleans(),
        cases=st.integers(0, 30),
        ratio=st.floats(-30, 30),
    )
    def test_never_blocks_without_a_fresh_rerun_that_came_back(
        self, *, screen: Step, fresh: Step | None, broad: bool, cases: int, ratio: float
    ) -> None:
        """The promise to those who changed nothing, over everything that looks can be."""
        again = {GERMAN: said(fresh, broad=broad)} if fresh else {}
        looks = {GERMAN: said(screen, ratio=ratio, cases=cases)}

        found = [check.outcome for check in checks(looks, again, SLICED, [TAGGED])]

        assert (Outcome.BLOCKED in found) is (screen is fresh is Step.BLOCK and broad and cases >= 5)

    def test_carries_the_numbers_that_decided(self) -> None:
        """A dashboard reads them; a reader finds them in the sentence."""
        (check,) = checks({ALL: BLOCK}, {ALL: BLOCK})

        assert check == Check(
            Outcome.BLOCKED,
            Rule.PAIRED,
            "regression",
            "desk",
            check.reason,
            gate="right",
            metric="pass",
            base=0.8,
            candidate=0.74,
            n=100,
            margin=0.05,
            runs=400,
            low=-0.06 - 1.959964 * 0.02,
            high=-0.06 + 1.959964 * 0.02,
            ratio=4.0,
        )

    def test_says_what_it_would_block_as_long_as_weighing_is_unproven(self) -> None:
        """Without a selftest on base nobody knows how often it is wrong."""
        (check,) = checks({ALL: BLOCK}, {ALL: BLOCK}, replace(BENCH, noise=UNPROVEN))

        assert check.outcome is Outcome.INCONCLUSIVE
        assert check.reason.startswith("would block: 80.0% -> 74.0% (")

    @pytest.mark.parametrize("look", [PASS, MORE])
    def test_that_is_no_block_needs_no_proof(self, look: Look) -> None:
        """Only blocking is a promise."""
        assert checks({ALL: look}, bench=replace(BENCH, noise=UNPROVEN)) == checks({ALL: look})


class TestASlice:
    @pytest.mark.parametrize(
        ("look", "expected", "words"),
        [
            pytest.param(
                said(Step.MORE, ratio=-0.1), Outcome.PASSED, "nothing points to a drop of 20.0", id="leans away"
            ),
            pytest.param(said(Step.MORE), Outcome.PASSED, "nothing points to a drop of 20.0", id="leans nowhere"),
            pytest.param(
                said(Step.MORE, ratio=0.1), Outcome.INCONCLUSIVE, "neither a drop of 20.0", id="leans to harm"
            ),
            pytest.param(said(Step.PASS, cases=5), Outcome.PASSED, "no change explains", id="harmless"),
            pytest.param(said(Step.PASS, cases=4), Outcome.INCONCLUSIVE, "too few cases", id="of four cases"),
        ],
    )
    def test_passes_unless_something_points_to_harm(self, look: Look, expected: Outcome, words: str) -> None:
        """Few cases can hardly show that they are harmless."""
        whole, part = checks({ALL: PASS, GERMAN: look}, bench=SLICED, rows=[TAGGED] * 100)

        assert (whole.outcome, part.outcome, part.slice, part.margin) == (Outcome.PASSED, expected, "german", 0.2)
        assert words in part.reason

    def test_blocks_by_itself(self) -> None:
        """A loss in one language does not drown in the mean."""
        found = checks({ALL: PASS, GERMAN: BLOCK}, {GERMAN: BLOCK}, SLICED, [TAGGED])

        assert outcomes(found) == [("", Outcome.PASSED), ("german", Outcome.BLOCKED)]

    def test_that_another_prompt_has_is_not_missed_here(self) -> None:
        """A gate without `prompt:` judges each pair by the slices that are there."""
        assert outcomes(checks({ALL: PASS, GERMAN: Look(Step.MORE)}, bench=SLICED)) == [("", Outcome.PASSED)]

    def test_whose_cases_nobody_can_tell_is_no_pass(self) -> None:
        """Its cases are there, and base measured none of them."""
        rows = [TAGGED._replace(base=None), ROW]

        found = checks({ALL: PASS, GERMAN: Look(Step.MORE)}, bench=SLICED, rows=rows)

        assert outcomes(found)[1:] == [("german", Outcome.INCONCLUSIVE)]
        assert found[1].reason == "`pass` was measured on no case of both trees in slice `german`"


class TestRunsOfNothingButTheSame:
    @given(st.integers(10, 120), st.integers(1, 6))
    def test_are_never_blocked(self, cases: int, runs: int) -> None:
        """Answers that came out alike on both trees are no drop, however few or many."""
        same = KEPT._replace(base=results(runs, runs), candidate=results(runs, runs))

        (check,) = paired(ROWS, GATE, BENCH, weigh([same] * cases, BENCH))

        assert check.outcome in {Outcome.PASSED, Outcome.INCONCLUSIVE}
        assert check.ratio is not None
        assert check.ratio < 0

    def test_pass_in_one_wave_of_a_hundred_cases(self) -> None:
        """A harmless change of a steady suite costs one run a case."""
        assert outcomes([*paired(ROWS, GATE, BENCH, weigh([KEPT] * 100, BENCH))]) == [("", Outcome.PASSED)]


class TestARerun:
    def test_of_too_few_cases_confirms_nothing(self) -> None:
        """Most of its answers did not come: three cases are no more evidence there than in the screen."""
        few = said(Step.BLOCK, ratio=5.0, cases=3)

        (check,) = checks({ALL: BLOCK}, {ALL: few})

        assert check.outcome is Outcome.INCONCLUSIVE


class TestJudgingByRepeats:
    def test_says_nothing_of_cases_that_were_chosen_since_they_failed(self) -> None:
        """The answers that chose them would judge them."""
        bench = replace(BENCH, noise=NOISE._replace(chosen=True))

        (check,) = judge([ROW] * 100, bench)

        assert (check.outcome, check.rule) == (Outcome.INCONCLUSIVE, Rule.UNJUDGED)
        assert "cases chosen since they failed tell nothing" in check.reason

    def test_looks_at_every_gate_then_at_cases_then_at_bounds_and_last_at_those_that_must_pass(self) -> None:
        """In the order in which a reader wants them; what single runs came to decides nothing."""
        bench = replace(BENCH, gates=[replace(GATE, at_least=0.7), replace(GATE, name="strict")], absolute=True)
        strict = Point("strict", "", Form.TODAY)
        rows = [ROW._replace(base=None)] * 6 + [ROW._replace(case="late", critical=True, candidate=FAILS)] * 94
        weighed = Weighed({ALL: PASS, strict: MORE, BOUND: PASS}, {}, {"late": Standing.FINE})

        found = judge(rows, bench, weighed)

        assert [(check.rule, check.gate, check.outcome) for check in found] == [
            (Rule.PAIRED, "right", Outcome.PASSED),
            (Rule.PAIRED, "strict", Outcome.INCONCLUSIVE),
            (Rule.INCOMPARABLE, "", Outcome.INCONCLUSIVE),
            (Rule.ABSOLUTE, "right", Outcome.PASSED),
            (Rule.CRITICAL, "", Outcome.PASSED),
        ]

    def test_needs_a_case_that_ran_to_say_anything(self) -> None:
        """Nothing was weighed, and nothing is passed by it."""
        weighed = Weighed({ALL: Look(Step.MORE)}, {}, {})

        assert [check.outcome for check in judge([], BENCH, weighed)] == [Outcome.INCONCLUSIVE]

    def test_rests_on_differences_of_the_cases_that_ran(self) -> None:
        """The look says of how many, and the check repeats it."""
        look = Look(Step.PASS, Difference(0.0, 0.01, 1.0, 1.0, 12), runs=36)

        (check,) = checks({ALL: look}, rows=[ROW] * 12)

        assert (check.n, check.runs) == (12, 36)
