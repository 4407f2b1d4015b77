"""The checks of answers that never vary, number by number and word by word."""

from dataclasses import replace

import pytest

from harness.core.judged import Judged
from harness.core.score import CaseResult
from harness.core.verdict import Check, Outcome, Rule
from harness.gate.comparable import incomparable
from harness.gate.exact import absolute, paired
from harness.gate.judge import judge
from tests.gate.repeats import BENCH, GATE, UNABLE, results

PASSES, FAILS = results(1, 1)[0], results(0, 1)[0]
EXACT = replace(BENCH, noise=None)
SLICED = replace(GATE, slices=("german",))
ROW = Judged("kept", "same", critical=False, tags=frozenset(), base=PASSES, candidate=PASSES)
LOST = ROW._replace(case="lost", candidate=FAILS)
GAINED = ROW._replace(case="gained", base=FAILS)
TAGGED = ROW._replace(tags=frozenset({"german"}))
EDITED = ROW._replace(case="edited", change="edited", old_base=PASSES, old_candidate=FAILS)
GONE = ROW._replace(case="gone", change="removed", own=False, candidate=None)


def made(outcome: Outcome, rule: Rule, reason: str) -> Check:
    """Return a check of the gate in this pair, without numbers."""
    return Check(outcome, rule, "regression", "desk", reason, gate="right", metric="pass")


class TestTheCheckOfAComparison:
    def test_carries_the_numbers_that_decided(self) -> None:
        """A dashboard reads them, a release manager the sentence."""
        (check,) = paired([LOST] * 2 + [GAINED] + [ROW] * 97, GATE, EXACT)

        reason = "99.0% -> 98.0% on 100 cases, 2 lost and 1 gained: a net loss of 1.0% stays within the margin of 5.0%"
        assert check == replace(
            made(Outcome.PASSED, Rule.PAIRED, reason),
            base=0.99, candidate=0.98, n=100, lost=2, gained=1, margin=0.05,
        )  # fmt: skip

    def test_calls_a_gain_no_loss(self) -> None:
        """Rather than a negative one."""
        (check,) = paired([GAINED], GATE, EXACT)

        assert check.reason == (
            "0.0% -> 100.0% on 1 case, 0 lost and 1 gained: a net loss of 0.0% stays within the margin of 5.0%"
        )

    def test_of_a_slice_names_it_and_its_margin(self) -> None:
        """Which is that of the whole where the gate names none."""
        own = [paired([TAGGED], replace(SLICED, slice_margin=margin), EXACT) for margin in (None, 0.1)]

        assert [[(check.slice, check.margin) for check in checks] for checks in own] == [
            [("", 0.05), ("german", 0.05)],
            [("", 0.05), ("german", 0.1)],
        ]

    def test_is_of_the_form_in_which_more_was_lost(self) -> None:
        """With the cases that the change adds, or without them."""
        rows = [LOST] * 2 + [ROW] * 98 + [ROW._replace(change="added")] * 100

        (check,) = paired(rows, GATE, EXACT)

        assert (check.n, check.lost) == (100, 2)

    def test_is_none_where_a_metric_is_known_of_one_tree_alone(self) -> None:
        """Either of them: a loss cannot be told from a gap."""
        toned = CaseResult(passed=True, metrics={"pass": 1.0, "tone": 1.0})
        gate = replace(GATE, metric="tone")

        for row in (ROW._replace(base=toned), ROW._replace(candidate=toned)):
            assert [check.outcome for check in paired([row], gate, EXACT)] == [Outcome.INCONCLUSIVE]

    def test_of_nothing_measured_says_so(self) -> None:
        """And of which slice."""
        rows = [TAGGED._replace(base=None)]

        assert [*paired(rows, SLICED, EXACT)] == [
            made(Outcome.INCONCLUSIVE, Rule.PAIRED, "`pass` was measured on no case of both trees"),
            replace(
                made(
                    Outcome.INCONCLUSIVE, Rule.PAIRED, "`pass` was measured on no case of both trees in slice `german`"
                ),
                slice="german",
            ),
        ]

    def test_of_no_case_at_all_is_made_for_the_whole_alone(self) -> None:
        """A slice that is not there is not missed."""
        assert [check.slice for check in paired([], SLICED, EXACT)] == [""]

    def test_goes_on_to_the_next_slice_after_one_that_is_not_there(self) -> None:
        """Its absence says nothing of the others."""
        gate = replace(GATE, slices=("spanish", "german"))

        assert [check.slice for check in paired([TAGGED], gate, EXACT)] == ["", "german"]


class TestTheCheckOfRedefinedCases:
    def test_carries_the_numbers_of_the_old_form(self) -> None:
        """Six of a hundred were lost there, and none in today's."""
        passed, doubt = paired([EDITED] * 6 + [ROW] * 94, GATE, EXACT)

        reason = "cases were redefined: in the form that base knows, 100.0% -> 94.0% on 100 cases, 6 lost"
        assert passed.outcome is Outcome.PASSED
        assert doubt == replace(
            made(Outcome.INCONCLUSIVE, Rule.REDEFINED, reason), base=1.0, candidate=0.94, n=100, lost=6, margin=0.05
        )

    @pytest.mark.parametrize(("edited", "checks"), [(4, 1), (5, 2)])
    def test_is_made_from_the_margin_on(self, edited: int, checks: int) -> None:
        """Five of a hundred reach it."""
        assert len([*paired([EDITED] * edited + [ROW] * (100 - edited), GATE, EXACT)]) == checks

    def test_leaves_out_what_base_does_not_have(self) -> None:
        """A hundred easy new cases do not buy off five redefined ones."""
        rows = [EDITED] * 5 + [ROW] * 95 + [ROW._replace(change="added")] * 100

        assert [check.rule for check in paired(rows, GATE, EXACT)] == [Rule.PAIRED, Rule.REDEFINED]

    def test_is_made_though_today_s_form_was_measured_nowhere(self) -> None:
        """Beside the check that says so."""
        rows = [EDITED._replace(base=UNABLE)] * 3

        assert [check.rule for check in paired(rows, GATE, EXACT)] == [Rule.REDEFINED, Rule.PAIRED]

    def test_is_none_where_nobody_measured_the_old_form(self) -> None:
        """There is nothing to say of it, and base knew nothing of it."""
        assert len([*paired([EDITED._replace(old_base=None, old_candidate=None)], GATE, EXACT)]) == 1

    def test_names_the_slice(self) -> None:
        """Each slice is looked at in its own old form."""
        rows = [EDITED._replace(tags=frozenset({"german"}))] + [ROW] * 99

        assert [(check.rule, check.slice) for check in paired(rows, SLICED, EXACT)] == [
            (Rule.PAIRED, ""), (Rule.PAIRED, "german"), (Rule.REDEFINED, "german"),
        ]  # fmt: skip


class TestTheCheckOfCasesThatOnlyBaseCanTell:
    def test_carries_the_numbers_of_the_worst_that_may_be(self) -> None:
        """Five are gone and one is lost: that would be six."""
        passed, doubt = paired([GONE] * 5 + [LOST] + [ROW] * 94, GATE, EXACT)

        reason = (
            "5 of 100 cases that base can tell cannot be told here: if they fail, "
            "that is a net loss of 6.0%, and the margin is 5.0%"
        )
        assert passed.outcome is Outcome.PASSED
        assert doubt == replace(
            made(Outcome.INCONCLUSIVE, Rule.INCOMPARABLE, reason), base=1.0, candidate=0.94, n=100, lost=6, margin=0.05
        )

    @pytest.mark.parametrize(("gone", "checks"), [(4, 1), (5, 2)])
    def test_is_made_from_the_margin_on(self, gone: int, checks: int) -> None:
        """Five of a hundred reach it."""
        assert len([*paired([GONE] * gone + [ROW] * (100 - gone), GATE, EXACT)]) == checks

    def test_counts_a_metric_that_could_not_be_scored_as_gone(self) -> None:
        """The answer is there, and what the gate watches is not."""
        assert len([*paired([GONE._replace(candidate=UNABLE)] * 5 + [ROW] * 95, GATE, EXACT)]) == 2

    def test_counts_what_the_others_are_worth(self) -> None:
        """A score of 0.5 is a half, and not lost; a gain makes up for a gap."""
        half = CaseResult(passed=True, metrics={"pass": 0.5})
        rows = (
            [GONE] * 5
            + [ROW._replace(base=half, candidate=PASSES)] * 2
            + [ROW._replace(base=half, candidate=half)] * 93
        )

        assert len([*paired(rows, GATE, EXACT)]) == 1

    def test_is_none_where_all_can_be_told(self) -> None:
        """Losses that stay within the margin of the comparison have been judged by it already."""
        new = ROW._replace(change="added")

        assert len([*paired([LOST] * 4 + [ROW] * 76 + [new] * 20, GATE, EXACT)]) == 1


class TestTheMarginOfASlice:
    """Twenty points where those of the whole are five; two of its ten cases reach them."""

    GATE = replace(SLICED, slice_margin=0.2)

    def judged(self, strange: Judged, count: int) -> list[Check]:
        """Return the checks of a slice of ten cases, of which so many are strange, among two hundred."""
        german = [strange._replace(tags=frozenset({"german"}))] * count + [TAGGED] * (10 - count)
        return [check for check in paired([*german, *[ROW] * 190], self.GATE, EXACT) if check.slice == "german"]

    @pytest.mark.parametrize(("count", "expected"), [(1, Outcome.PASSED), (2, Outcome.BLOCKED)])
    def test_blocks_what_was_lost(self, count: int, expected: Outcome) -> None:
        """In today's form."""
        (check,) = self.judged(LOST, count)

        assert (check.outcome, check.margin) == (expected, 0.2)

    @pytest.mark.parametrize(("strange", "rule"), [(EDITED, Rule.REDEFINED), (GONE, Rule.INCOMPARABLE)])
    def test_doubts_what_may_be_lost(self, strange: Judged, rule: Rule) -> None:
        """In the form that base knows, or among those that only base can tell."""
        assert [check.rule for check in self.judged(strange, 1)] == [Rule.PAIRED]
        assert [check.rule for check in self.judged(strange, 2)] == [Rule.PAIRED, rule]

    def test_is_told(self) -> None:
        """Whoever reads the doubt sees how far it went."""
        assert self.judged(GONE, 3)[-1].reason.endswith("a net loss of 30.0%, and the margin is 20.0%")

    def test_doubts_what_today_s_form_did_not_measure(self) -> None:
        """The check names the slice as well."""
        unable = EDITED._replace(base=UNABLE, tags=frozenset({"german"}))

        found = [check for check in paired([unable] * 3 + [ROW] * 190, self.GATE, EXACT) if check.slice]

        assert [(check.slice, check.rule, check.margin) for check in found] == [
            ("german", Rule.REDEFINED, 0.2), ("german", Rule.PAIRED, None),
        ]  # fmt: skip


class TestTheCheckOfABound:
    GATE = replace(GATE, at_least=0.9)

    def test_carries_the_numbers_that_decided(self) -> None:
        """Of 20 cases one cannot be told, which counts against the bound."""
        (check,) = absolute([ROW] * 19 + [GONE._replace(own=True)], self.GATE, EXACT)

        reason = "95.0% on 20 cases, 1 of which nobody can tell meets the bound of 90.0%"
        assert check == replace(made(Outcome.PASSED, Rule.ABSOLUTE, reason), candidate=0.95, n=20, at_least=0.9)

    def test_says_that_it_was_missed(self) -> None:
        """By what can be told."""
        (check,) = absolute([LOST], self.GATE, EXACT)

        assert (check.outcome, check.reason) == (Outcome.BLOCKED, "0.0% on 1 case misses the bound of 90.0%")

    def test_of_a_metric_that_no_case_measured_says_so(self) -> None:
        """A gate without data is never a pass."""
        assert [*absolute([GONE._replace(own=True)], self.GATE, EXACT)] == [
            made(Outcome.INCONCLUSIVE, Rule.ABSOLUTE, "`pass` was measured on no case")
        ]

    @pytest.mark.parametrize(
        ("failing", "untold", "expected"),
        [
            pytest.param(1, 0, Outcome.PASSED, id="nine of ten"),
            pytest.param(0, 1, Outcome.PASSED, id="nine of ten, though one is open"),
            pytest.param(0, 2, Outcome.INCONCLUSIVE, id="eight of ten, and two are open"),
            pytest.param(1, 1, Outcome.INCONCLUSIVE, id="nine of ten if the open one passes"),
            pytest.param(2, 1, Outcome.BLOCKED, id="eight of ten even then"),
        ],
    )
    def test_blocks_what_misses_it_however_the_open_ones_end(
        self, failing: int, untold: int, expected: Outcome
    ) -> None:
        """Reached exactly, it is met."""
        rows = [LOST] * failing + [ROW._replace(candidate=UNABLE)] * untold + [ROW] * (10 - failing - untold)

        (check,) = absolute(rows, self.GATE, EXACT)

        assert check.outcome is expected


class TestIncomparableCases:
    def test_carry_their_number(self) -> None:
        """Of all cases, six: more than the policy's five percent."""
        rows = [ROW._replace(base=None)] * 6 + [ROW] * 94

        (check,) = incomparable(rows, EXACT)

        assert (check.outcome, check.rule, check.n, check.lost) == (Outcome.INCONCLUSIVE, Rule.INCOMPARABLE, 100, 6)

    def test_are_told_by_a_hundred_characters_of_why(self) -> None:
        """A scorer's complaint may be long."""
        (check,) = incomparable([ROW._replace(base=UNABLE._replace(problem="x" * 101))], EXACT)

        assert check.reason == (
            f"1 of 1 case cannot be compared, more than the 5% that policy allows: kept (base: {'x' * 100})"
        )

    @pytest.mark.parametrize(
        ("row", "why"),
        [
            (ROW._replace(candidate=None, base=None), "candidate cannot render it"),
            (ROW._replace(candidate=UNABLE), "candidate: the scorer is unable"),
            (EDITED._replace(old_candidate=None, old_base=None), "candidate cannot render it"),
            (EDITED._replace(old_candidate=UNABLE), "candidate: the scorer is unable"),
            (EDITED._replace(base=None), "base cannot render it"),
            (EDITED._replace(old_base=None), "base cannot render it"),
            (EDITED._replace(old_base=UNABLE), "base: the scorer is unable"),
        ],
    )
    def test_are_told_by_what_is_missing_first(self, row: Judged, why: str) -> None:
        """The candidate's own before base's, today's form before the old one."""
        (check,) = incomparable([row], EXACT)

        assert check.reason.endswith(f": {row.case} ({why})")

    @pytest.mark.parametrize(
        "row", [ROW, LOST, EDITED, ROW._replace(old_base=None), ROW._replace(change="added", old_candidate=UNABLE)]
    )
    def test_are_none_of_those_that_both_trees_tell(self, row: Judged) -> None:
        """An old form is asked for of edited cases alone."""
        assert [*incomparable([row], EXACT)] == []


class TestAPairThatNothingJudges:
    def test_says_what_is_missing(self) -> None:
        """A prompt that no policy watches does not slip through."""
        assert judge([ROW], replace(EXACT, gates=[])) == [
            Check(
                Outcome.INCONCLUSIVE,
                Rule.UNJUDGED,
                "regression",
                "desk",
                "no gate of the policy judges it: add one under `gates:` (it counts once merged)",
            )
        ]

    def test_says_that_it_has_no_base_and_no_bound(self) -> None:
        """No check is no pass."""
        assert judge([ROW], replace(EXACT, paired=False, absolute=True)) == [
            Check(
                Outcome.INCONCLUSIVE,
                Rule.UNJUDGED,
                "regression",
                "desk",
                "its gates have no `at_least`, so nothing judges it without a base",
            )
        ]

    def test_is_none_that_is_held_against_a_bound(self) -> None:
        """In the order of the rules, first against base and then against the bound."""
        bench = replace(EXACT, gates=[replace(GATE, at_least=0.9), replace(GATE, name="other")], absolute=True)

        assert [(check.rule, check.gate) for check in judge([ROW], bench)] == [
            (Rule.PAIRED, "right"), (Rule.PAIRED, "other"), (Rule.ABSOLUTE, "right"),
        ]  # fmt: skip
