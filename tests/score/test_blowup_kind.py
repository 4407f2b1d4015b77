"""Answers without an end, told from those that are long, tabular or repetitive for a reason."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case
from harness.core.completion import Completion, ToolCall
from harness.core.jsons import Json
from harness.core.score import CaseResult
from harness.score.blowup import BLOWS_UP

type Judge = Callable[..., CaseResult]


def blows_up(answer: Completion | str, most: int = 1000) -> str:
    """What is found, or nothing."""
    said = Completion(answer) if isinstance(answer, str) else answer
    mark = BLOWS_UP.mark(said, most, Case("case", {}, ()))
    return mark.reason if mark.value == 1.0 else ""


class TestAnAnswer:
    @pytest.mark.parametrize(
        "answer",
        [
            "word " * 1001,
            Completion("I was about to", finish_reason="length"),
            Completion("", tuple(ToolCall("look_up", {"id": 1}) for _ in range(21))),
            Completion("", (ToolCall("note", {"body": "say more " * 600}),)),
            "We ship on Monday.\n" * 21,
            "We ship on Monday.\n\n" * 21,
            "\n".join(f"{place}\nWe ship on Monday." for place in range(21)),
            "no " * 21,
            "We ship on Monday, or later. " * 21,
            "Start. " + "one two three " * 21 + "End.",
            "a" * 40,
            "ha" * 40,
            "lorem-ipsum-" * 40,
            "-" * 1001,
            "=-" * 600,
        ],
    )
    def test_blows_up(self, answer: Completion | str) -> None:
        """By its length, by its end, or by saying one thing over and over."""
        assert blows_up(answer)

    @pytest.mark.parametrize(
        "answer",
        [
            "",
            "We ship on Monday.",
            "word" + " word" * 19,
            "We ship on Monday.\n" * 20,
            " ".join(f"item {place}," for place in range(400)),
            "\n".join(f"| {place} | yes | no |" for place in range(60)),
            "| --- " * 30 + "|",
            "-" * 120 + "\n" + "=" * 120 + "\n" + "*" * 900,
            "    end\n}\n" * 18 + "fi\n" * 15,
            "1000000000000000000000000000000000000",
            "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            Completion("Done.", tuple(ToolCall("look_up", {"id": place}) for place in range(60)), "tool_calls"),
            Completion("The end.", finish_reason="stop"),
            "\n" * 5000,
        ],
    )
    def test_does_not_blow_up_for_a_reason(self, answer: Completion | str) -> None:
        """Tables, rules, code and lists repeat themselves, too."""
        assert not blows_up(answer)

    def test_is_told_by_what_it_repeats(self, judge: Judge) -> None:
        """A reviewer sees what came again and again."""
        result = judge("Well: " + "so it goes " * 30, {"not-blows-up": 500})

        assert result.failed[0].reason == 'not-blows-up 500: the answer repeats "so it goes" over 20 times'

    @given(st.lists(st.sampled_from(["to", "be", "or", "not"]), min_size=1, max_size=8))
    def test_that_says_anything_21_times_blows_up(self, unit: list[str]) -> None:
        """Whatever it is."""
        assert blows_up(" ".join(unit * 21))

    @given(st.lists(st.integers(0, 10**9).map(lambda number: f"n{number}"), max_size=200, unique=True))
    def test_that_never_repeats_itself_does_not(self, words: list[str]) -> None:
        """However long it is."""
        assert not blows_up(" ".join(words))

    @pytest.mark.parametrize(
        "text", ["a " * 200_000, "ab" * 200_000, "abcdefghijklmnop " * 24_000, "".join(map(str, range(70_000)))]
    )
    def test_is_judged_quickly(self, text: str) -> None:
        """Even where its length is allowed."""
        began = time.process_time()

        blows_up(text, 1_000_000)

        assert time.process_time() - began < 10

    @pytest.mark.parametrize("value", [True, 0, -1, "100", 1.5, None, [100]])
    def test_needs_a_number_of_words(self, value: Json) -> None:
        """Nought words are no answer."""
        assert BLOWS_UP.problem(value, "")
