"""A judge that sets an answer beside a reference: in both orders, so that the order gains nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.graders.bench import expecting, seat
from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch


def says(judging: Judging, word: str, *, of: str = "") -> None:
    """Let the judge prefer what holds a text, or always say one word."""

    def said(messages: Sequence[Mapping[str, Any]], _schema: Mapping[str, Any] | None) -> str:
        shown = str(messages[-1]["content"])
        first, second = (
            shown.partition(f" {name} begins]")[2].partition(f" {name} ends]")[0] for name in ("first", "second")
        )
        better = word
        if of:
            better = "neither" if (of in first) == (of in second) else "first" if of in first else "second"
        return f"```json\n{json.dumps({'why': 'It is.', 'better': better})}\n```"

    judging.says = said


@pytest.fixture
def beside(scratch: Scratch, judging: Judging) -> Scratch:
    """Return a repository whose answers are set beside a reference."""
    seat(scratch, judging)
    expecting(scratch, {"preferred": "grounded", "threshold": 0.5, "metric": "preference"})
    scratch.write_cases([{**case, "reference": "Ask at the desk."} for case in scratch.cases()])
    scratch.commit("refer")
    return scratch


def told(scratch: Scratch) -> str:
    """Return what the verdict says of the judge."""
    found = scratch.gate("--all")
    assert found.exit_code == 0, found.told
    (notice,) = (one for one in found.verdict["notices"] if "preferred" in one)
    return str(notice)


class TestAPreference:
    @pytest.mark.parametrize(
        ("of", "value"), [("minutes past nine", "1.00"), ("Ask at the desk", "0.00"), ("nowhere", "0.50")]
    )
    def test_is_told_in_both_orders(self, beside: Scratch, judging: Judging, of: str, value: str) -> None:
        """The better one is the better one wherever it stands."""
        says(judging, "", of=of)

        assert f"preferred grounded gives {value} on 3 answers" in told(beside)
        assert len(judging.asked) == 6

    @pytest.mark.parametrize("word", ["first", "second"])
    def test_for_a_place_is_none(self, beside: Scratch, judging: Judging, word: str) -> None:
        """Half of all judges like what they saw first."""
        says(judging, word)

        assert "preferred grounded gives 0.50 on 3 answers" in told(beside)

    def test_that_is_none_of_the_words_is_unable(self, beside: Scratch, judging: Judging) -> None:
        """Nothing is made of it."""
        says(judging, "third")

        assert "cannot tell of 3 answers" in told(beside)

    def test_blocks_nothing(self, beside: Scratch, judging: Judging) -> None:
        """Nobody held this judge against what people prefer."""
        says(judging, "", of="Ask at the desk")

        assert "nobody held this against people's word, so it neither passes nor blocks: preferred" in told(beside)

    def test_needs_a_reference(self, scratch: Scratch, judging: Judging) -> None:
        """It is told with its line, before anybody is asked."""
        seat(scratch, judging)
        expecting(scratch, {"preferred": "grounded", "threshold": 0.5})

        found = scratch.harness("check")

        assert found.exit_code == 2
        assert "desk.jsonl:1: case `room-00`: `preferred` needs a case with a `reference`" in found.err
