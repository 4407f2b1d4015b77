"""What the reports list below the checks, from rows of results."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import pytest

from harness.core.case import Case, Expectation
from harness.core.completion import Completion
from harness.core.pair import Pair
from harness.core.score import CaseResult, Score
from harness.core.verdict import Expected
from harness.flows.answered import ANSWER_LIMIT
from harness.flows.asked import VARS_LIMIT, demands, given
from harness.flows.evidence import Evidence, collect, merge
from harness.flows.expected import expected
from harness.flows.rows import Row
from harness.plan.union import Change, Pairing

if TYPE_CHECKING:
    from harness.ports import Store

PAIR = Pair("regression", "desk")
PASSES = CaseResult(passed=True, metrics={"pass": 1.0})
FAILS = CaseResult(passed=False, metrics={"pass": 0.0}, failed=(Score("contains", 0.0, passed=False, reason="no"),))
UNABLE = CaseResult(passed=None, metrics={}, problem="python tone.py:polite: raised KeyError")
LONG = "z" * 100_000


class Answers:
    """A store that knows one long answer to everything."""

    def find(self, keys: Iterable[str]) -> dict[str, Completion]:
        """Return that answer for each key."""
        return {key: Completion(LONG) for key in keys}


def row(name: str, *results: CaseResult | None, change: Change = Change.SAME, critical: bool = False) -> Row:
    """Return a case with its results: base, candidate, and both on the old form."""
    case = Case(name, {"documents": [LONG], "question": "When?"}, (Expectation("contains", LONG),), critical=critical)
    old = case if change is Change.EDITED else None
    padded = [*results, *[None] * (4 - len(results))]
    return Row(Pairing(name, change, case, old), padded, [f"{name}-{slot}" for slot in range(4)])


def evidence(*rows: Row) -> Evidence:
    """Return what a pair of these rows shows."""
    return merge([collect(PAIR, rows, cast("Store", Answers()))])


class TestLostAndFailingCases:
    def test_begin_with_the_critical_ones(self) -> None:
        """What must pass is what is read first."""
        lost = [row("a", PASSES, FAILS), row("b", PASSES, FAILS, critical=True)]
        known = [row("c", FAILS, FAILS), row("d", FAILS, FAILS, critical=True)]

        found = evidence(*lost, *known)

        assert [flip.case for flip in found.flips] == ["b", "a"]
        assert [item.case for item in found.failing] == ["b", "d", "a", "c"]

    def test_say_what_base_came_to_only_where_it_was_asked(self) -> None:
        """No result is no failure."""
        found = evidence(row("a", FAILS, FAILS), row("b", None, FAILS), row("c", PASSES, UNABLE))

        assert {item.case: item.base_passed for item in found.failing} == {"a": False, "b": None, "c": True}

    def test_carry_the_question_within_bounds(self) -> None:
        """Thousands of long documents are not copied into a verdict."""
        found = evidence(row("a", PASSES, FAILS))

        assert '"question": "When?"' in found.flips[0].vars
        assert found.failing[0].vars == found.flips[0].vars
        assert len(found.flips[0].vars) <= VARS_LIMIT
        assert len(found.flips[0].expected) < VARS_LIMIT
        assert len(found.flips[0].candidate_answer) == ANSWER_LIMIT

    def test_that_nobody_can_judge_are_told_with_the_tree_and_the_reason(self) -> None:
        """On either tree."""
        hidden = row("c", PASSES, None, critical=True)
        hidden.problem = "working tree cannot render it: 'x' is undefined"

        found = evidence(row("a", PASSES, UNABLE), row("b", UNABLE, PASSES), hidden)

        assert [(item.case, item.reason, item.critical) for item in found.incomparable] == [
            ("c", "working tree cannot render it: 'x' is undefined", True),
            ("a", "candidate: python tone.py:polite: raised KeyError", False),
            ("b", "base: python tone.py:polite: raised KeyError", False),
        ]


class TestTheExpectationsOfAFlip:
    CASE = Case(
        "a",
        {},
        (
            Expectation("contains", "30 days"),
            Expectation("max-words", 80),
            Expectation("python", "tone.py:polite@f2cb749cb7a86578"),
        ),
    )

    def test_are_paired_with_why_either_tree_does_not_meet_them(self) -> None:
        """Met, not met and why, or that nobody can tell; each once, in the order of the case."""
        why = 'contains "30 days": the answer says "60 days"'
        unable = Score("python", 0.0, passed=False, unable="python tone.py:polite: raised KeyError", place=2)
        candidate = CaseResult(
            passed=False,
            metrics={},
            failed=(Score("contains", 0.0, passed=False, reason=why, place=0),),
            untold=(unable,),
        )

        assert expected(self.CASE, PASSES, candidate) == (
            Expected('contains "30 days"', "", 'the answer says "60 days"'),
            Expected("max-words 80", "", ""),
            Expected('python "tone.py:polite"', "", "nobody can tell: raised KeyError"),
        )

    def test_end_with_what_a_suite_found_beside_them(self) -> None:
        """A harmless twin that is refused is no expectation of the attack."""
        refused = Score("not-is-refusal", 0.0, passed=False, reason="it refuses")

        (*_, last) = expected(self.CASE, CaseResult(passed=False, metrics={}, failed=(refused,)), PASSES)

        assert last == Expected("not-is-refusal", "it refuses", "")

    def test_are_few_and_short(self) -> None:
        """A verdict holds thousands of flips; of a hundred expectations those that are broken matter."""
        many = Case("a", {}, tuple(Expectation("contains", f"{number} {LONG}") for number in range(100)))
        broken = tuple(Score("contains", 0.0, passed=False, reason=LONG, place=place) for place in range(50, 99))

        found = expected(many, PASSES, CaseResult(passed=False, metrics={}, failed=broken))

        assert len(found) == 12
        assert found[0].says.startswith('contains "50 ')
        assert sum(len(one.says + one.base + one.candidate) for one in found) < 5_000


class TestAnEditThatBothTreesFail:
    def test_is_told(self) -> None:
        """A typo in what is expected takes the case's protection away, and nothing else would say so."""
        typos = [row(f"typo-{number}", FAILS, FAILS, PASSES, PASSES, change=Change.EDITED) for number in range(4)]
        fine = row("fine", PASSES, PASSES, PASSES, PASSES, change=Change.EDITED)
        failed_before = row("before", FAILS, FAILS, FAILS, FAILS, change=Change.EDITED)

        (told,) = evidence(*typos, fine, failed_before).notices
        assert told == (
            "4 edited cases are failed by both trees in their new form, and base passed the old one: "
            "typo-0, typo-1, typo-2 and 1 more"
        )
        (told,) = evidence(typos[0]).notices
        assert told == "1 edited case is failed by both trees in its new form, and base passed the old one: typo-0"
        assert evidence(fine).notices == ()


class TestWhatACaseAsks:
    def test_is_whole_where_it_is_short(self) -> None:
        """It is JSON then."""
        case = Case("a", {"question": "Für wen?", "documents": [{"id": 1}]}, ())

        assert json.loads(given(case)) == case.vars
        assert "Für wen?" in given(case)

    @pytest.mark.parametrize("count", [1, 2, 30, 500])
    def test_shortens_the_longest_values_first(self, count: int) -> None:
        """The question is rarely the long one."""
        case = Case("a", {"first": LONG, **{f"v{number}": number for number in range(count)}}, ())

        assert len(given(case)) <= VARS_LIMIT
        assert count > 30 or f'"v{count - 1}": {count - 1}' in given(case)

    def test_names_the_threshold_and_the_reference(self) -> None:
        """`levenshtein true` means nothing by itself."""
        expect = (Expectation("levenshtein", value=True, threshold=0.8), Expectation("contains", "30 days"))

        told = demands(Case("a", {}, expect, reference="30 days from delivery"))

        assert told == 'levenshtein true (threshold 0.8); contains "30 days"; reference "30 days from delivery"'

    def test_names_a_function_without_the_digest_of_its_file(self) -> None:
        """The digest is for the machine."""
        call = Expectation("python", "checks/tone.py:polite@f2cb749cb7a86578")

        assert demands(Case("a", {}, (Expectation("any-of", parts=(call,)),))) == (
            'any-of (python "checks/tone.py:polite")'
        )
