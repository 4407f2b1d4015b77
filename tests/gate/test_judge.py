"""The rules of judging, each on the smallest table of results that shows it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.judged import Judged
from harness.core.score import CaseResult
from harness.core.verdict import Check, Outcome, Rule
from harness.gate.bench import Bench
from harness.gate.judge import judge
from tests.gate.repeats import BENCH as VARYING
from tests.gate.repeats import GATE

PASSES = CaseResult(passed=True, metrics={"pass": 1.0})
FAILS = CaseResult(passed=False, metrics={"pass": 0.0})
UNTOLD = CaseResult(passed=None, metrics={}, problem="the scorer is unable")
BENCH = replace(VARYING, noise=None)
KEPT = Judged("kept", "same", critical=False, tags=frozenset(), base=PASSES, candidate=PASSES)
LOST = KEPT._replace(case="lost", candidate=FAILS)
GAINED = KEPT._replace(case="gained", base=FAILS)
BROKEN = KEPT._replace(case="broken", base=FAILS, candidate=FAILS)
BOUND = replace(BENCH, gates=[replace(GATE, at_least=0.9)], paired=False, absolute=True)


def outcome(rows: Sequence[Judged], bench: Bench = BENCH) -> tuple[Outcome, set[Rule]]:
    """Return the worst outcome, and the rules that came to it."""
    checks = judge(rows, bench)
    order = list(Outcome)
    worst = min((check.outcome for check in checks), key=order.index)
    return worst, {check.rule for check in checks if check.outcome is worst}


def only(checks: Sequence[Check], rule: Rule) -> Check:
    """Return the one check of a rule."""
    found = [check for check in checks if check.rule is rule]
    assert len(found) == 1
    return found[0]


class TestTheMargin:
    @pytest.mark.parametrize(
        ("lost", "gained", "expected"),
        [
            pytest.param(0, 0, Outcome.PASSED, id="nothing moved"),
            pytest.param(4, 0, Outcome.PASSED, id="just inside"),
            pytest.param(5, 0, Outcome.BLOCKED, id="reaches it exactly"),
            pytest.param(6, 2, Outcome.PASSED, id="what was gained counts"),
            pytest.param(7, 2, Outcome.BLOCKED, id="a net loss of five"),
        ],
    )
    def test_blocks_when_the_net_loss_reaches_it(self, lost: int, gained: int, expected: Outcome) -> None:
        """Of 100 cases with a margin of 5 %, five net losses block and four do not."""
        rows = [LOST] * lost + [GAINED] * gained + [KEPT] * (100 - lost - gained)

        assert outcome(rows) == (expected, {Rule.PAIRED})

    def test_is_not_diluted_by_cases_that_the_change_adds(self) -> None:
        """A hundred easy new cases must not buy off six losses among the old ones."""
        rows = [LOST] * 6 + [KEPT] * 94 + [KEPT._replace(change="added")] * 100

        assert outcome(rows) == (Outcome.BLOCKED, {Rule.PAIRED})

    def test_counts_a_loss_among_added_cases_too(self) -> None:
        """An added case that base answers and the candidate does not is a loss like any other."""
        rows = [KEPT] * 90 + [LOST._replace(change="added")] * 10

        assert outcome(rows) == (Outcome.BLOCKED, {Rule.PAIRED})

    def test_applies_to_a_slice_by_itself(self) -> None:
        """Ten losses in one small tag are seen though the whole stays within the margin."""
        german = frozenset({"german"})
        bench = replace(BENCH, gates=[replace(GATE, slices=("german",))])
        rows = [LOST._replace(tags=german)] * 4 + [KEPT._replace(tags=german)] * 6 + [KEPT] * 190

        checks = judge(rows, bench)

        assert [(check.slice, check.outcome) for check in checks if check.rule is Rule.PAIRED] == [
            ("", Outcome.PASSED),
            ("german", Outcome.BLOCKED),
        ]

    def test_cannot_be_judged_on_a_slice_whose_cases_cannot(self) -> None:
        """Deleting the two Spanish cases, and breaking the prompt for them, is no pass."""
        spanish = frozenset({"spanish"})
        bench = replace(BENCH, gates=[replace(GATE, slices=("spanish",))])
        gone = KEPT._replace(change="removed", own=False, tags=spanish, candidate=None)

        checks = judge([gone] * 2 + [KEPT] * 60, bench)

        assert [(check.slice, check.outcome, check.reason) for check in checks[1:]] == [
            ("spanish", Outcome.INCONCLUSIVE, "`pass` was measured on no case of both trees in slice `spanish`")
        ]

    def test_needs_no_case_of_a_slice_that_another_prompt_has(self) -> None:
        """A gate without `prompt:` judges each pair by the slices that are there."""
        assert outcome([KEPT], replace(BENCH, gates=[replace(GATE, slices=("spanish",))]))[0] is Outcome.PASSED

    def test_says_the_numbers_that_decided(self) -> None:
        """The reason is a sentence that a release manager can check."""
        check = only(judge([LOST] * 6 + [GAINED] + [KEPT] * 93, BENCH), Rule.PAIRED)

        assert check.reason == (
            "99.0% -> 94.0% on 100 cases, 6 lost and 1 gained: a net loss of 5.0% reaches the margin of 5.0%"
        )

    def test_judges_a_named_metric_by_its_mean(self) -> None:
        """A gate may watch a similarity instead of the pass rate."""
        before = CaseResult(passed=True, metrics={"pass": 1.0, "tone": 0.9})
        after = CaseResult(passed=True, metrics={"pass": 1.0, "tone": 0.8})
        bench = replace(BENCH, gates=[replace(GATE, metric="tone")])

        assert outcome([KEPT._replace(base=before, candidate=after)], bench) == (Outcome.BLOCKED, {Rule.PAIRED})

    def test_cannot_pass_on_a_metric_that_no_case_measured(self) -> None:
        """A gate without data is never a pass."""
        bench = replace(BENCH, gates=[replace(GATE, metric="tone")])

        assert outcome([KEPT], bench) == (Outcome.INCONCLUSIVE, {Rule.PAIRED})

    @given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
    def test_one_more_loss_never_turns_a_block_into_a_pass(self, lost: int, gained: int, kept: int) -> None:
        """The verdict is monotone in what was lost."""
        rows = [LOST] * lost + [GAINED] * gained + [KEPT] * (kept + 1)

        if outcome(rows)[0] is Outcome.BLOCKED:
            assert outcome([LOST, *rows[:-1]])[0] is Outcome.BLOCKED


class TestRedefinedCases:
    EDITED = KEPT._replace(case="edited", change="edited", old_base=PASSES, old_candidate=FAILS)

    def test_a_loss_in_the_old_form_alone_is_for_people(self) -> None:
        """Whoever breaks a case and rewrites its expectation is not passed, and not blocked either."""
        assert outcome([self.EDITED] * 6 + [KEPT] * 94) == (Outcome.INCONCLUSIVE, {Rule.REDEFINED})

    def test_a_loss_in_the_new_form_blocks(self) -> None:
        """The candidate fails even what it asks of itself."""
        rows = [self.EDITED._replace(candidate=FAILS)] * 6 + [KEPT] * 94

        assert outcome(rows) == (Outcome.BLOCKED, {Rule.PAIRED})

    def test_a_few_redefined_losses_are_within_the_margin(self) -> None:
        """The margin is the same in both forms."""
        assert outcome([self.EDITED] * 4 + [KEPT] * 96) == (Outcome.PASSED, {Rule.PAIRED})

    def test_a_removed_case_still_counts(self) -> None:
        """Deleting the cases that would catch it does not help."""
        rows = [LOST._replace(change="removed", own=False)] * 6 + [KEPT] * 94

        assert outcome(rows) == (Outcome.BLOCKED, {Rule.PAIRED})


class TestIncomparableCases:
    def test_too_many_are_inconclusive(self) -> None:
        """Six of a hundred without a partner are more than five percent."""
        new, untold = KEPT._replace(case="new", base=None), KEPT._replace(case="untold", base=UNTOLD)
        edited = KEPT._replace(case="edited", change="edited", old_base=PASSES, old_candidate=None)
        rows = [new, untold, edited, new, new, new] + [KEPT] * 94

        checks = judge(rows, BENCH)

        assert only(checks, Rule.INCOMPARABLE).reason == (
            "6 of 100 cases cannot be compared, more than the 5% that policy allows: new (base cannot render it), "
            "untold (base: the scorer is unable), edited (candidate cannot render it) and 3 more"
        )

    def test_a_few_are_listed_and_no_more(self) -> None:
        """Five percent is what this policy allows."""
        assert outcome([KEPT._replace(base=None)] * 5 + [KEPT] * 95) == (Outcome.PASSED, {Rule.PAIRED})

    def test_a_case_that_nobody_can_mark_is_one_of_them(self) -> None:
        """Unable is neither a pass nor a wrong answer."""
        assert outcome([KEPT._replace(candidate=UNTOLD)] * 6 + [KEPT] * 94)[0] is Outcome.INCONCLUSIVE

    def test_an_old_form_that_cannot_render_is_one_of_them(self) -> None:
        """Otherwise a new variable would hide every case from comparison."""
        edited = KEPT._replace(change="edited", old_base=PASSES, old_candidate=None)

        assert outcome([edited] * 6 + [KEPT] * 94) == (Outcome.INCONCLUSIVE, {Rule.INCOMPARABLE})


class TestAbsoluteBounds:
    @pytest.mark.parametrize(
        ("failing", "untold", "expected"),
        [
            pytest.param(10, 0, Outcome.PASSED, id="exactly ninety percent"),
            pytest.param(11, 0, Outcome.BLOCKED, id="one below"),
            pytest.param(8, 3, Outcome.INCONCLUSIVE, id="the untold ones would decide"),
            pytest.param(11, 3, Outcome.BLOCKED, id="missed however the untold ones end"),
        ],
    )
    def test_hold_over_all_the_candidates_cases(self, failing: int, untold: int, expected: Outcome) -> None:
        """A case nobody can tell counts against the bound, and is never guessed in its favour."""
        rows = [BROKEN] * failing + [KEPT._replace(candidate=UNTOLD)] * untold + [KEPT] * (100 - failing - untold)

        assert outcome(rows, BOUND) == (expected, {Rule.ABSOLUTE})

    def test_leave_removed_cases_out(self) -> None:
        """What the candidate no longer has is compared, but is not its own."""
        rows = [LOST._replace(change="removed", own=False), *[KEPT] * 3]

        assert only(judge(rows, BOUND), Rule.ABSOLUTE).n == 3

    def test_without_a_bound_nothing_judges_a_pair_that_has_no_base(self) -> None:
        """No check is no pass."""
        bench = replace(BENCH, paired=False, absolute=True)

        assert outcome([KEPT], bench) == (Outcome.INCONCLUSIVE, {Rule.UNJUDGED})

    def test_a_metric_that_no_case_measured_is_inconclusive(self) -> None:
        """The bound has nothing to hold."""
        bench = replace(BOUND, gates=[replace(GATE, metric="tone", at_least=0.5)])

        assert outcome([KEPT], bench) == (Outcome.INCONCLUSIVE, {Rule.ABSOLUTE})

    TONE = replace(BOUND, gates=[replace(GATE, metric="tone", at_least=0.9)])
    TONED = KEPT._replace(measures=frozenset({"pass", "tone"}))

    def test_of_a_named_metric_count_each_case_once(self) -> None:
        """A case whose pass nobody can tell, and whose tone is known, is one case."""
        toned = CaseResult(passed=None, metrics={"tone": 1.0}, problem="the scorer is unable")

        check = only(judge([self.TONED._replace(candidate=toned)] * 10, self.TONE), Rule.ABSOLUTE)

        assert (check.outcome, check.reason) == (Outcome.PASSED, "100.0% on 10 cases meets the bound of 90.0%")

    def test_of_a_named_metric_count_cases_in_which_it_could_not_be_scored(self) -> None:
        """Nine of ten unmeasured are no evidence, though each of them failed otherwise."""
        toned = self.TONED._replace(candidate=CaseResult(passed=True, metrics={"pass": 1.0, "tone": 1.0}))

        check = only(judge([toned, *[self.TONED._replace(candidate=FAILS)] * 9], self.TONE), Rule.ABSOLUTE)

        assert (check.outcome, check.n) == (Outcome.INCONCLUSIVE, 10)

    def test_of_a_named_metric_leave_out_cases_that_do_not_ask_for_it(self) -> None:
        """The bound is over what is measured."""
        toned = self.TONED._replace(candidate=CaseResult(passed=True, metrics={"pass": 1.0, "tone": 1.0}))

        assert only(judge([toned, KEPT, KEPT], self.TONE), Rule.ABSOLUTE).n == 1


class TestCriticalCases:
    CRITICAL = KEPT._replace(critical=True)

    def test_one_lost_blocks_within_any_margin(self) -> None:
        """Critical means that one is too many."""
        rows = [LOST._replace(critical=True), *[KEPT] * 999]

        assert outcome(rows) == (Outcome.BLOCKED, {Rule.CRITICAL})

    def test_one_that_base_fails_too_is_reported_and_does_not_block(self) -> None:
        """Whoever did not break it is not made to mend it first."""
        check = only(judge([BROKEN._replace(critical=True), *[KEPT] * 99], BENCH), Rule.CRITICAL)

        assert check.outcome is Outcome.PASSED
        assert check.reason == "no critical case fails that base passes; base fails too: broken"

    @pytest.mark.parametrize(("count", "reason"), [(1, "the critical case passes"), (2, "all 2 critical cases pass")])
    def test_that_pass_are_counted(self, count: int, reason: str) -> None:
        """One is not all."""
        assert only(judge([self.CRITICAL] * count, BENCH), Rule.CRITICAL).reason == reason

    def test_an_added_one_has_no_base_to_hide_behind(self) -> None:
        """It is new, so it must pass."""
        rows = [BROKEN._replace(critical=True, change="added"), *[KEPT] * 99]

        assert outcome(rows) == (Outcome.BLOCKED, {Rule.CRITICAL})

    def test_one_that_cannot_be_judged_is_inconclusive(self) -> None:
        """Not shown to pass is not passed."""
        assert outcome([self.CRITICAL._replace(candidate=UNTOLD), *[KEPT] * 99]) == (
            Outcome.INCONCLUSIVE,
            {Rule.CRITICAL},
        )

    def test_one_made_unfailable_is_for_people(self) -> None:
        """Editing a critical case so that even base fails its new form does not excuse the loss of the old one."""
        edited = self.CRITICAL._replace(
            change="edited", base=FAILS, candidate=FAILS, old_base=PASSES, old_candidate=FAILS
        )

        assert outcome([edited, *[KEPT] * 99]) == (Outcome.INCONCLUSIVE, {Rule.CRITICAL})

    def test_without_a_base_every_failure_blocks(self) -> None:
        """There is nobody else to have broken it."""
        assert outcome([BROKEN._replace(critical=True), *[KEPT] * 99], BOUND) == (Outcome.BLOCKED, {Rule.CRITICAL})

    def test_names_three_and_counts_the_rest(self) -> None:
        """A reason stays readable when everything breaks."""
        rows = [LOST._replace(case=f"c{number}", critical=True) for number in range(5)]

        assert only(judge(rows, BENCH), Rule.CRITICAL).reason == "must pass and fails: c0, c1, c2 and 2 more"


class TestWhatCannotBeJudged:
    def test_a_pair_without_a_gate_is_inconclusive(self) -> None:
        """A prompt that no policy watches does not slip through."""
        assert outcome([KEPT], replace(BENCH, gates=[])) == (Outcome.INCONCLUSIVE, {Rule.UNJUDGED})
