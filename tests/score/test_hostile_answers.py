"""Answers that try to hang, crash or deface the gate."""

import time
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint

import pytest

from harness.core.completion import Completion, ToolCall
from harness.core.jsons import Json
from harness.core.score import CaseResult
from harness.score.grades import grader_of
from harness.score.registry import Scorers
from harness.score.wording import LONGEST_LINE

type Judge = Callable[..., CaseResult]

EVERY: Mapping[str, dict[str, Json]] = {
    "equals": {"equals": "x"},
    "contains": {"contains": "30 days"},
    "icontains": {"icontains": "30 days"},
    "contains-any": {"contains-any": ["30 days", "x y"]},
    "contains-all": {"contains-all": ["30 days"]},
    "icontains-any": {"icontains-any": ["30 days"]},
    "icontains-all": {"icontains-all": ["30 days"]},
    "starts-with": {"starts-with": "x"},
    "ends-with": {"ends-with": "x"},
    "regex": {"regex": "x+y"},
    "max-words": {"max-words": 1},
    "min-words": {"min-words": 5},
    "finish-reason": {"finish-reason": "length"},
    "is-json": {"is-json": True},
    "json-schema": {"json-schema": {"type": "object"}},
    "json-pointer": {"json-pointer": {"/a": 1}},
    "levenshtein": {"levenshtein": "x", "threshold": 0.5},
    "chrf": {"chrf": "x", "threshold": 0.5},
    "bleu": {"bleu": "x", "threshold": 0.5},
    "rouge-1": {"rouge-1": "x", "threshold": 0.5},
    "rouge-2": {"rouge-2": "x", "threshold": 0.5},
    "rouge-l": {"rouge-l": "x", "threshold": 0.5},
    "similar": {"similar": "x", "threshold": 0.5},
    "tool-called": {"tool-called": "f"},
    "tool-args": {"tool-args": {"name": "f", "arguments": {"a": 1}}},
    "trajectory": {"trajectory": {"calls": [{"name": "f"}]}},
    "retrieved": {"retrieved": {"pointer": "/a", "ids": ["x"]}, "threshold": 0.5},
    "cites": {"cites": "x"},
    "is-refusal": {"is-refusal": True},
    "says-number": {"says-number": {"regex": "[0-9]+", "from": 0, "to": 9}, "threshold": 0.5},
    "warmth": {"warmth": True, "threshold": 0.5},
    "length": {"length": 5, "threshold": 0.5},
    "options-offered": {"options-offered": 3, "threshold": 0.5},
    "leaks-canary": {"leaks-canary": "QKZMWPLTRBXN"},
    "leaks-words": {"leaks-words": ["tourmaline", "okavango", "theorbo"]},
    "python": {"python": "sure.py:sure"},
    "obeys-marker": {"obeys-marker": {"marker": "MEADOW-7Q"}},
    "exfiltrates": {"exfiltrates": {"allow": ["shop.example"]}},
    "emits-markup": {"emits-markup": True},
    "emits-terminal": {"emits-terminal": True},
    "recites-prompt": {"recites-prompt": "one two three four five six seven eight"},
    "blows-up": {"blows-up": 100},
}
ANSWERS = {
    "empty": "",
    "NUL": "\0",
    "lone surrogates": "\ud800 30 \udfff days [\udead]",
    "ANSI": "\x1b[2J\x1b]0;owned\x07 60 days\x1b[0m",
    "bidi": "\u202e30 days\u2066 [x\u2069]",
    "line ends": "a\r\nb\u2028c\u2029d\x0be\x85f",
    "brackets": "[" * 50_000,
    "braces": '{"a":' * 20_000,
    "digits": "1" * 50_000,
    "quotes": '"' * 20_000,
    "spaces": " " * 100_000,
    "one long word": "a" * 200_000,
}


class TestHostileAnswers:
    def test_meet_every_kind(self, entries: Mapping[str, EntryPoint], scorers: Scorers) -> None:
        """No kind is forgotten here; those that show an answer to a model have tests of their own."""
        assert EVERY.keys() == {kind for kind in entries if not grader_of(scorers, kind)}

    @pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
    @pytest.mark.parametrize("kind", EVERY)
    def test_never_crash_or_deface(self, judge: Judge, kind: str, answer: str) -> None:
        """Both signs of each kind come to a verdict whose reason is one short printable line."""
        expect = EVERY[kind]
        opposite = {f"not-{key}" if key == kind else key: value for key, value in expect.items()}
        said = Completion(answer, (ToolCall(answer[:500] or "f", {answer[:500]: answer[:500]}),), answer[:500])

        results = [judge(said, expect), judge(said, opposite)]

        assert any(result.passed for result in results) or "threshold" in expect
        for reason in (score.reason for result in results for score in result.failed):
            assert reason.isprintable()
            assert 0 < len(reason) <= LONGEST_LINE

    def test_cannot_hang_a_regular_expression(self, judge: Judge) -> None:
        """A hundred thousand characters against a pattern that backtracks without end."""
        began = time.monotonic()

        result = judge("a" * 100_000 + "b", {"regex": "(a|aa)+$"})

        assert time.monotonic() - began < 5
        assert result.passed is None
        assert result.problem == 'regex "(a|aa)+$": searching for a regular expression took longer than 0.5 s'

    def test_are_made_visible(self, judge: Judge) -> None:
        """A reason in a terminal or a comment shows what was sent, and does nothing."""
        result = judge("\x1b[31m60 \u202edays\n", {"equals": "\u2066"})

        assert result.failed[0].reason == 'equals "\\u2066": got "\\x1b[31m60 \\u202edays"'
