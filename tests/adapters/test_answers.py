"""What an application may answer with: the whole of it, or nothing."""

import pytest

from harness.adapters.applications.answer import read_answer
from harness.core.call import CallError
from harness.core.completion import Completion, ToolCall
from harness.core.jsons import Json


class TestAnAnswer:
    def test_is_read_whole(self) -> None:
        """Money is micro-USD, rounded up, and the revision tells a changed application."""
        said = read_answer(
            {
                "text": "nine",
                "tool_calls": [{"name": "pay", "arguments": {"sum": 5}}, {"name": "close"}],
                "finish_reason": "length",
                "model": "m",
                "revision": "v7",
                "usage": {"input_tokens": 9, "output_tokens": 3, "cost_usd": 0.0000011},
            }
        )

        assert said == Completion(
            "nine", (ToolCall("pay", {"sum": 5}), ToolCall("close", {})), "length", 9, 3, 2, fingerprint="v7", model="m"
        )

    def test_needs_a_text_alone(self) -> None:
        """Null is what a function writes for nothing; tokens that nobody counted are not none."""
        said = read_answer({"text": "", "usage": {"cost_usd": None, "input_tokens": 3}, "model": None})

        assert (said.text, said.finish_reason, said.cost, said.metered) == ("", "stop", None, False)

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ({}, "it has no `text`"),
            ({"text": None}, "it has no `text`"),
            ({"text": 3}, "`text` is no text"),
            ({"text": "nine", "txt": 1}, "it has an unknown key `txt`"),
            ({"text": "nine", "model": []}, "`model` is no text"),
            ({"text": "nine", "usage": []}, "`usage` is no object"),
            ({"text": "nine", "usage": {"cost": 1}}, "`usage` has an unknown key `cost`"),
            ({"text": "nine", "usage": {"cost_usd": "1"}}, "`usage.cost_usd` is no amount of money"),
            ({"text": "nine", "usage": {"cost_usd": -1}}, "`usage.cost_usd` is no amount of money"),
            ({"text": "nine", "usage": {"cost_usd": float("nan")}}, "`usage.cost_usd` is no amount of money"),
            ({"text": "nine", "usage": {"cost_usd": 10**400}}, "`usage.cost_usd` is no amount of money"),
            ({"text": "nine", "usage": {"input_tokens": True}}, "`usage.input_tokens` is no number of tokens"),
            ({"text": "nine", "usage": {"output_tokens": 10**30}}, "`usage.output_tokens` is no number of tokens"),
            ({"text": "nine", "tool_calls": {"name": "pay"}}, "`tool_calls` is no list"),
            ({"text": "nine", "tool_calls": ["pay"]}, "`tool_calls.0` is no object"),
            ({"text": "nine", "tool_calls": [{"arguments": {}}]}, "`tool_calls.0` has no `name`"),
            (
                {"text": "nine", "tool_calls": [{"name": "pay", "arguments": []}]},
                "the `arguments` of `tool_calls.0` is no object",
            ),
        ],
    )
    def test_of_another_form_is_none(self, said: dict[str, Json], reason: str) -> None:
        """Named, and taken for billed: somebody worked on it."""
        with pytest.raises(CallError) as found:
            read_answer(said)

        assert found.value.reason.startswith(f"the application's answer is malformed: {reason}")
        assert (found.value.billed, found.value.retry) == (True, False)
