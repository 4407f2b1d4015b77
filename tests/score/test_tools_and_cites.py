"""Tool calls and citations: the evidence an answer leaves beside its words."""

from collections.abc import Callable

import pytest

from harness.core.completion import Completion, ToolCall
from harness.core.jsons import Json
from harness.core.score import CaseResult
from harness.score.cites import cited

type Judge = Callable[..., CaseResult]

REFUND = Completion(
    "Done.",
    tool_calls=(
        ToolCall("look_up", {}),
        ToolCall("refund", {"id": "A-1", "amount": 5}),
        ToolCall("refund", {"id": "A-2", "amount": 7, "note": None}),
    ),
)


def args(name: str, match: str = "exact", **arguments: Json) -> Json:
    """An expectation of the kind tool-args."""
    return {"tool-args": {"name": name, "arguments": arguments, "match": match}}


class TestTools:
    @pytest.mark.parametrize(
        "expect",
        [
            pytest.param({"tool-called": "refund"}, id="called"),
            pytest.param({"not-tool-called": "cancel"}, id="not called"),
            pytest.param(args("look_up"), id="no arguments"),
            pytest.param(args("refund", id="A-1", amount=5.0), id="the first of two calls"),
            pytest.param(args("refund", id="A-2", amount=7, note=None), id="the second of two calls"),
            pytest.param(args("refund", match="subset", id="A-2"), id="a part of the arguments"),
        ],
    )
    def test_are_met(self, judge: Judge, expect: Json) -> None:
        """Any one call by that name may meet it."""
        assert judge(REFUND, expect).passed

    @pytest.mark.parametrize(
        ("expect", "reason"),
        [
            ({"tool-called": "cancel"}, "tool-called cancel: the answer calls look_up, refund"),
            ({"not-tool-called": "refund"}, "not-tool-called refund: the answer calls it"),
            (args("cancel"), "tool-args: the answer calls look_up, refund"),
            (args("refund", id="A-1", amount=6), "tool-args: refund: amount is 5, not 6"),
            (args("refund", id="A-1", amount=True), "tool-args: refund: amount is 5, not true"),
            (args("refund", id="A-1", amount=5, why="x"), "tool-args: refund: there is no argument why"),
            (args("refund", id="A-1"), "tool-args: refund: there is an argument amount too many"),
            (
                {"not-tool-args": {"name": "look_up", "arguments": {}}},
                "not-tool-args: the answer calls look_up with them",
            ),
        ],
    )
    def test_say_why_not(self, judge: Judge, expect: Json, reason: str) -> None:
        """The argument that is off is named with both values."""
        assert [score.reason for score in judge(REFUND, expect).failed] == [reason]

    def test_say_when_nothing_was_called(self, judge: Judge) -> None:
        """Prose about a refund is no refund."""
        result = judge("I refund it.", {"tool-called": "refund"})

        assert result.failed[0].reason == "tool-called refund: the answer calls nothing"


class TestCites:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("30 days [policy/returns].", ["policy/returns"]),
            ("a [x, y] b [x; z]", ["x", "y", "z"]),
            ("[[x]] [y](http://example.org)", ["x", "y"]),
            ("[] [ ] [,] nothing [", []),
            ("[" * 10_000, []),
        ],
    )
    def test_reads_square_brackets(self, text: str, found: list[str]) -> None:
        """One id a pair of brackets, or several parted by commas."""
        assert cited(text) == found

    def test_finds_an_id_that_holds_a_comma(self, judge: Judge) -> None:
        """An id is taken whole before it is taken apart."""
        assert judge("see [terms, part 2]", {"cites": "terms, part 2"}).passed

    @pytest.mark.parametrize(
        ("expect", "answer", "reason"),
        [
            ({"cites": "policy/returns"}, "30 days", "cites policy/returns: cites nothing"),
            ({"cites": "policy/returns"}, "x [a]", "cites policy/returns: cites a"),
            ({"cites": ["a", "b"]}, "x [a]", "cites a, b: cites a, not b"),
            ({"not-cites": "a"}, "x [a]", "not-cites a: the answer cites it"),
            ({"not-cites": ["a", "b"]}, "x [a, b]", "not-cites a, b: the answer cites them all"),
        ],
    )
    def test_say_why_not(self, judge: Judge, expect: Json, answer: str, reason: str) -> None:
        """What is cited instead is the hint."""
        assert [score.reason for score in judge(answer, expect).failed] == [reason]
