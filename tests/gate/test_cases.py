"""Judging by repeats: cases that are new, redefined, asked alike, or told by one tree alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.runs import Look, Step
from harness.core.score import CaseResult
from harness.core.verdict import Outcome, Rule
from harness.gate.contrasts import Form
from harness.gate.noisy import paired
from tests.gate.repeats import (
    ALL,
    BENCH,
    BLOCK,
    FAILS,
    GATE,
    GERMAN,
    KEPT,
    KNOWN,
    LOST,
    MORE,
    PASS,
    REDEFINED,
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


class TestAddedCases:
    @pytest.mark.parametrize(
        ("today", "known", "expected"),
        [
            (PASS, BLOCK, Outcome.BLOCKED),
            (BLOCK, PASS, Outcome.BLOCKED),
            (PASS, MORE, Outcome.INCONCLUSIVE),
            (MORE, PASS, Outcome.INCONCLUSIVE),
            (PASS, PASS, Outcome.PASSED),
        ],
    )
    def test_make_two_questions_of_which_the_worse_counts(self, today: Look, known: Look, expected: Outcome) -> None:
        """With them and without them; one check says it."""
        (check,) = checks({ALL: today, KNOWN: known}, {ALL: BLOCK, KNOWN: BLOCK})

        assert check.outcome is expected

    def test_that_tell_nothing_more_leave_the_question_with_them(self) -> None:
        """Of two that come to the same, the one over all cases is told."""
        (check,) = checks({ALL: PASS, KNOWN: said(Step.PASS, cases=50)})

        assert check.n == 100

    @given(st.integers(0, 60))
    def test_cannot_hide_a_loss(self, added: int) -> None:
        """Ten of twenty cases broke, whatever easy ones were added: from the runs to the check."""
        easy = KEPT._replace(
            change="added",
            base=results(6, 6),
            candidate=results(6, 6),
            fresh_base=results(6, 6),
            fresh_candidate=results(6, 6),
        )
        cases = [LOST] * 10 + [LOST._replace(candidate=results(6, 6), fresh_candidate=results(6, 6))] * 10

        weighed = weigh([*cases, *[easy] * added], BENCH)

        assert [check.outcome for check in paired(ROWS, GATE, BENCH, weighed)] == [Outcome.BLOCKED]


class TestCasesThatAreAskedAlike:
    def test_pass_where_there_are_no_others(self) -> None:
        """The change does not touch what this gate judges."""
        (check,) = checks({ALL: Look(Step.MORE)}, rows=[ROW] * 3)

        assert (check.outcome, check.rule, check.gate, check.metric) == (Outcome.PASSED, Rule.PAIRED, "right", "pass")
        assert check.reason == "both trees ask the same in 3 cases"

    def test_are_counted_by_those_that_were_measured(self) -> None:
        """Of a case that a tree cannot render, or that does not measure the metric, nothing is said."""
        rows = [ROW, ROW._replace(base=None), ROW._replace(candidate=None), ROW._replace(base=CaseResult(None, {}))]

        check, doubt = checks({}, rows=rows)

        assert check.reason == "both trees ask the same in 1 case"
        assert doubt.reason.startswith("1 of 2 cases that base can tell cannot be told here")

    def test_of_a_slice_pass_by_themselves(self) -> None:
        """And the check names the slice."""
        found = checks({ALL: PASS, GERMAN: Look(Step.MORE)}, bench=SLICED, rows=[TAGGED, TAGGED, ROW])

        assert outcomes(found)[1:] == [("german", Outcome.PASSED)]
        assert found[1].reason == "both trees ask the same in 2 cases"

    def test_that_nobody_measured_are_no_pass(self) -> None:
        """A gate without data is never one, though no case is there at all."""
        (check,) = checks({}, rows=[])

        assert check.outcome is Outcome.INCONCLUSIVE
        assert check.reason == "`pass` was measured on no case of both trees"

    def test_are_not_those_whose_metric_the_candidate_lost(self) -> None:
        """All of its answers make the scorer of `tone` unable: that does not show that it kept its tone."""
        toned = CaseResult(passed=True, metrics={"pass": 1.0, "tone": 1.0})
        bench = replace(BENCH, gates=[replace(GATE, metric="tone")])
        case = KEPT._replace(measures=frozenset({"pass", "tone"}), base=[toned] * 3, candidate=[FAILS])
        rows = [ROW._replace(base=toned, candidate=FAILS)] * 20

        (check,) = paired(rows, bench.gates[0], bench, weigh([case] * 20, bench))

        assert check.outcome is Outcome.INCONCLUSIVE

    def test_do_not_hide_those_that_the_candidate_cannot_render(self) -> None:
        """Half of a slice is deleted and renders nothing, the other half is asked as ever: half of it may be lost."""
        alike = KEPT._replace(alike=True, tags=frozenset({"german"}))
        gone = alike._replace(change="removed", own=False, alike=False, candidate=[])
        rows = [TAGGED] * 5 + [TAGGED._replace(change="removed", own=False, candidate=None)] * 5 + [ROW] * 100

        found = [*paired(rows, SLICED.gates[0], SLICED, weigh([*[alike, gone] * 5, *[KEPT] * 100], SLICED))]

        assert any(check.slice == "german" and check.outcome is Outcome.INCONCLUSIVE for check in found)


class TestRedefinedCases:
    def test_that_lost_in_their_old_form_are_for_people(self) -> None:
        """Whoever breaks cases and rewrites what is expected of them is not passed, and not blocked either."""
        passed, doubt = checks({ALL: PASS, REDEFINED: MORE})

        assert (passed.outcome, doubt.outcome, doubt.rule) == (Outcome.PASSED, Outcome.INCONCLUSIVE, Rule.REDEFINED)
        assert doubt.reason == (
            "cases were redefined: in the form that base knows, "
            "80.0% -> 74.0% (-6.0 points, 95% CI -9.9 to -2.1, 400 runs of 100 cases)"
        )
        assert (doubt.gate, doubt.metric, doubt.slice, doubt.n, doubt.runs, doubt.ratio) == (
            "right", "pass", "", 100, 400, 1.0,
        )  # fmt: skip

    @pytest.mark.parametrize(
        "look",
        [
            pytest.param(Look(Step.MORE, ratio=1.0), id="no case ran"),
            pytest.param(said(Step.PASS, ratio=1.0), id="harmless"),
            pytest.param(said(Step.MORE, ratio=0.0), id="leans nowhere"),
            pytest.param(said(Step.MORE, ratio=-1.0), id="leans away"),
        ],
    )
    def test_that_lost_nothing_are_not_mentioned(self, look: Look) -> None:
        """Tidying up an expectation is no offence."""
        assert outcomes(checks({ALL: PASS, REDEFINED: look})) == [("", Outcome.PASSED)]

    def test_are_no_more_to_decide_where_today_s_form_is_not_passed(self) -> None:
        """One reason is enough."""
        assert len(checks({ALL: MORE, REDEFINED: BLOCK})) == 1

    def test_count_in_their_slice_too(self) -> None:
        """Each is looked at in its own old form."""
        looks = {ALL: PASS, GERMAN: PASS, GERMAN._replace(form=Form.REDEFINED): BLOCK}

        found = checks(looks, bench=SLICED, rows=[TAGGED] * 100)

        assert [(check.slice, check.rule) for check in found] == [
            ("", Rule.PAIRED), ("german", Rule.PAIRED), ("german", Rule.REDEFINED),
        ]  # fmt: skip


class TestCasesThatOnlyBaseCanTell:
    def test_doubt_a_pass_that_they_would_undo(self) -> None:
        """Six of a hundred render nothing: if they fail, that is more than the margin."""
        rows = [ROW._replace(candidate=None)] * 6 + [ROW] * 94

        passed, doubt = checks({ALL: PASS}, rows=rows)

        assert (passed.outcome, doubt.outcome, doubt.rule) == (Outcome.PASSED, Outcome.INCONCLUSIVE, Rule.INCOMPARABLE)
        assert doubt.reason.startswith("6 of 100 cases that base can tell cannot be told here")

    def test_doubt_the_slice_that_they_are_in(self) -> None:
        """By its name."""
        rows = [TAGGED._replace(candidate=None)] * 3 + [TAGGED] * 7 + [ROW] * 190

        found = checks({ALL: PASS, GERMAN: PASS}, bench=SLICED, rows=rows)

        assert [(check.slice, check.rule) for check in found] == [
            ("", Rule.PAIRED), ("german", Rule.PAIRED), ("german", Rule.INCOMPARABLE),
        ]  # fmt: skip

    def test_of_another_slice_do_not(self) -> None:
        """A slice is doubted by its own cases."""
        rows = [ROW._replace(candidate=None)] * 6 + [TAGGED] * 194

        assert len(checks({ALL: PASS, GERMAN: PASS}, bench=SLICED, rows=rows)) == 2

    def test_are_held_against_the_margin_of_the_slice(self) -> None:
        """One of ten is half of the 20 points that its weighing is after, though more than the 5 of the whole."""
        rows = [TAGGED._replace(candidate=None)] + [TAGGED] * 9 + [ROW] * 90

        found = checks({ALL: PASS, GERMAN: PASS}, bench=SLICED, rows=rows)

        assert [check.margin for check in found] == [0.05, 0.2]


class TestTheDoubtOfASlice:
    def test_carries_the_margin_that_it_is_held_against(self) -> None:
        """What a dashboard reads is what the sentence says."""
        rows = [TAGGED._replace(candidate=None)] * 3 + [TAGGED] * 7 + [ROW] * 190

        doubt = checks({ALL: PASS, GERMAN: PASS}, bench=SLICED, rows=rows)[-1]

        assert doubt.reason.endswith("and the margin is 20.0%")
        assert doubt.margin == 0.2
