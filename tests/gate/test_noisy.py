"""Judging by repeats: what is passed, what is left open, and what it takes to block."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.judged import Judged, Standing
from harness.core.runs import Difference, Look, Step
from harness.core.score import CaseResult
from harness.core.verdict import Check, Outcome, Rule
from harness.gate.bench import Bench
from harness.gate.contrasts import Form, Looks, Point
from harness.gate.judge import judge
from harness.gate.noisy import Weighed, paired
from tests.gate.repeats import BENCH, GATE, KEPT, LOST, NOISE, results, said, weigh

ALL, GERMAN = Point("right", "", Form.TODAY), Point("right", "german", Form.TODAY)
KNOWN, REDEFINED = ALL._replace(form=Form.KNOWN), ALL._replace(form=Form.REDEFINED)
BOUND = ALL._replace(form=Form.BOUND)
PASSES, FAILS = results(1, 1)[0], results(0, 1)[0]
ROW = Judged("kept", "same", critical=False, tags=frozenset(), base=PASSES, candidate=PASSES)
TAGGED = ROW._replace(tags=frozenset({"german"}))
ROWS = [ROW] * 100
SLICED = replace(BENCH, gates=[replace(GATE, slices=("german",))])
UNPROVEN = NOISE._replace(unproven="no selftest is on base")
PASS, BLOCK, MORE = said(Step.PASS, ratio=-4.0), said(Step.BLOCK, ratio=4.0), said(Step.MORE, ratio=1.0)


def checks(
    screen: Looks, fresh: Looks | None = None, bench: Bench = BENCH, rows: Sequence[Judged] = ROWS
) -> list[Check]:
    """Return the checks of the one gate of a bench."""
    return [*paired(rows, bench.gates[0], bench, Weighed(screen, fresh or {}, {}))]


def outcomes(found: Sequence[Check]) -> list[tuple[str, Outcome]]:
    """Return what each slice came to, where the empty one is all cases."""
    return [(check.slice, check.outcome) for check in found]


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


class TestARerun:
    def test_of_too_few_cases_confirms_nothing(self) -> None:
        """Most of its answers did not come: three cases are no more evidence there than in the screen."""
        few = said(Step.BLOCK, ratio=5.0, cases=3)

        (check,) = checks({ALL: BLOCK}, {ALL: few})

        assert check.outcome is Outcome.INCONCLUSIVE


class TestTheDoubtOfASlice:
    def test_carries_the_margin_that_it_is_held_against(self) -> None:
        """What a dashboard reads is what the sentence says."""
        rows = [TAGGED._replace(candidate=None)] * 3 + [TAGGED] * 7 + [ROW] * 190

        doubt = checks({ALL: PASS, GERMAN: PASS}, bench=SLICED, rows=rows)[-1]

        assert doubt.reason.endswith("and the margin is 20.0%")
        assert doubt.margin == 0.2


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
