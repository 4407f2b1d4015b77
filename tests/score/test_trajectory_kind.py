"""Trajectories: which tools were called, in which order, with what."""

import random
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.core.case import Case
from harness.core.completion import Completion, ToolCall
from harness.core.jsons import Json
from harness.core.score import CaseResult, Mark
from harness.score.trajectory import TRAJECTORY

type Judge = Callable[..., CaseResult]

LOOK, PAY = ToolCall("look_up", {"id": "A-1"}), ToolCall("refund", {"id": "A-1", "amount": 5})
NOTE, OTHER = ToolCall("note", {}), ToolCall("refund", {"id": "A-2", "amount": 7})
CALLS = st.lists(
    st.builds(ToolCall, st.sampled_from("abc"), st.dictionaries(st.just("x"), st.integers(0, 1))), max_size=5
)


def listed(calls: list[ToolCall]) -> list[Json]:
    """Return calls as an expectation lists them, arguments and all."""
    return [{"name": call.name, "arguments": call.arguments} for call in calls]


def mark(made: list[ToolCall], wanted: list[Json], order: str) -> Mark:
    """Return what the kind makes of some calls."""
    return TRAJECTORY.mark(Completion("", tuple(made)), {"calls": wanted, "order": order}, Case("c", {}, ()))


class TestATrajectory:
    @given(CALLS, st.randoms(use_true_random=False))
    def test_of_any_order_is_met_by_every_permutation(self, calls: list[ToolCall], dice: random.Random) -> None:
        """And an exact one by none but those that are equal."""
        mixed = dice.sample(calls, len(calls))

        assert mark(mixed, listed(calls), "any").value == 1
        assert mark(mixed, listed(calls), "exact").value == (mixed == calls)

    @given(CALLS, CALLS)
    def test_is_any_only_of_the_same_calls(self, made: list[ToolCall], wanted: list[ToolCall]) -> None:
        """None twice, none left out, none besides."""
        same = sorted(map(repr, made)) == sorted(map(repr, wanted))

        assert mark(made, listed(wanted), "any").value == same

    @given(CALLS, st.data())
    def test_is_a_subset_of_what_was_made_in_its_order(self, calls: list[ToolCall], data: st.DataObject) -> None:
        """Calls may be left out of the list, and not be moved."""
        assume(calls)
        kept = data.draw(st.lists(st.booleans(), min_size=len(calls), max_size=len(calls)).filter(any))
        wanted = [call for call, keep in zip(calls, kept, strict=True) if keep]

        assert mark(calls, listed(wanted), "subset").value == 1
        assert mark(wanted, listed(calls), "subset").value == (wanted == calls)

    def test_finds_each_listed_call_one_of_its_own(self) -> None:
        """Though the first that is listed would take the only one that fits the second."""
        wanted: list[Json] = [{"name": "refund"}, {"name": "refund", "arguments": PAY.arguments}]

        assert mark([PAY, OTHER], wanted, "any").value == 1
        assert mark([OTHER, OTHER], wanted, "any").reason == "no call is left for refund, number 2 of those listed"

    def test_compares_arguments_only_where_they_are_given(self) -> None:
        """All of them, or with `subset` those that are named."""
        by_name: list[Json] = [{"name": "look_up"}, {"name": "refund"}]
        some: list[Json] = [{"name": "look_up"}, {"name": "refund", "arguments": {"id": "A-1"}, "match": "subset"}]
        all_: list[Json] = [{"name": "look_up"}, {"name": "refund", "arguments": {"id": "A-1"}}]

        assert [mark([LOOK, PAY], wanted, "exact").value for wanted in (by_name, some, all_)] == [1, 1, 0]

    @pytest.mark.parametrize(
        ("made", "order", "reason"),
        [
            ([PAY, LOOK], "exact", "call 1 is refund, not look_up"),
            ([LOOK], "exact", "there is no call 2, refund"),
            ([LOOK, PAY, NOTE], "exact", "call 3, note, is one too many"),
            ([LOOK, OTHER], "exact", 'call 2 is refund, but id is "A-2", not "A-1"'),
            ([], "any", "0 calls, not 2"),
            ([PAY], "any", "1 call, not 2: refund"),
            ([LOOK, NOTE], "any", "no call is left for refund, number 2 of those listed"),
            ([PAY, NOTE, LOOK], "subset", "no call of refund fits after call 3"),
            ([NOTE], "subset", "no call of look_up fits"),
            ([LOOK, OTHER], "subset", 'no call of refund fits after call 1: refund, but id is "A-2", not "A-1"'),
        ],
    )
    def test_says_where_it_was_left(self, judge: Judge, made: list[ToolCall], order: str, reason: str) -> None:
        """The first deviation, by number and name."""
        result = judge(Completion("", tuple(made)), {"trajectory": {"calls": listed([LOOK, PAY]), "order": order}})

        assert [score.reason for score in result.failed] == [f"trajectory: {reason}"]

    def test_may_be_none_at_all(self, judge: Judge) -> None:
        """That nothing was called can be demanded."""
        none: Json = {"trajectory": {"calls": []}}

        assert judge("Hello.", none).passed
        assert judge(Completion("", (NOTE,)), none).failed[0].reason == "trajectory: call 1, note, is one too many"


class TestAnExpectation:
    @pytest.mark.parametrize(
        ("value", "fault"),
        [
            ([{"name": "note"}], "must be an object with a list of `calls`, such as "),
            ({"calls": [], "match": "any"}, "has an unknown key `match`"),
            ({"calls": [], "order": "strict"}, "has an `order` that is none of exact, any, subset"),
            ({"calls": [], "order": "subset"}, "lists no call, which any answer meets"),
            ({"calls": [{"name": "note"}] * 51}, "lists more than 50 calls"),
            ({"calls": [{"name": "note"}, {"name": ""}]}, "has a call 2 that has a `name` that is not a text"),
            ({"calls": ["note"]}, "has a call 1 that must be an object such as "),
            ({"calls": [{"name": "note", "args": {}}]}, "has a call 1 that has an unknown key `args`"),
            ({"calls": [{"name": "note", "match": "some"}]}, "has a call 1 that has a `match` that is neither"),
        ],
    )
    def test_says_what_is_wrong_with_it(self, value: Json, fault: str) -> None:
        """At the line, before anything is asked."""
        assert TRAJECTORY.problem(value, "").startswith(fault)
