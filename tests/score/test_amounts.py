"""Amounts: how much of something an answer has, from 0 to 1."""

import subprocess
import sys

import pytest

from harness.core.jsons import Json
from harness.core.score import CaseResult
from harness.score.expectation import parse_expectation
from harness.score.registry import Scorers
from tests.score.conftest import Judge


def value_of(result: CaseResult) -> float:
    """Return the only score by its metric."""
    return result.metrics["m"]


BY_REGEX: dict[str, Json] = {"regex": r"score \S+", "from": 0, "to": 10}
BY_POINTER: dict[str, Json] = {"pointer": "/score", "from": 10, "to": 0}


class TestANumber:
    @pytest.mark.parametrize(
        ("expected", "answer", "value"),
        [
            (BY_REGEX, "score 5", 0.5),
            (BY_REGEX, "I score 2.5, maybe", 0.25),
            (BY_REGEX, "score 12", 1.0),
            (BY_REGEX, "score -3", 0.0),
            (BY_REGEX | {"to": 10_000}, "score 1,250", 0.125),
            (BY_POINTER, '{"score": 4}', 0.6),
            (BY_POINTER | {"pointer": ""}, "10", 0.0),
        ],
    )
    def test_is_scaled_between_its_ends(self, judge: Judge, expected: Json, answer: str, value: float) -> None:
        """The scale may run downwards, and its ends hold."""
        assert value_of(judge(answer, {"says-number": expected, "metric": "m"})) == pytest.approx(value)

    @pytest.mark.parametrize(
        ("expected", "answer", "problem"),
        [
            (BY_REGEX, "no idea", 'no match in "no idea"'),
            (BY_REGEX, "score unknown", 'no number in "score unknown"'),
            (BY_POINTER, "no idea", "the answer is not JSON: Expecting value at character 1"),
            (BY_POINTER, "{}", "there is no /score"),
            (BY_POINTER, '{"score": "4"}', '/score is "4", no number'),
            (BY_POINTER, '{"score": true}', "/score is true, no number"),
        ],
    )
    def test_that_is_not_there_is_no_zero(self, judge: Judge, expected: Json, answer: str, problem: str) -> None:
        """A silence would otherwise be taken for the lowest number."""
        result = judge(answer, {"says-number": expected, "metric": "m"})

        assert result.passed is None
        assert result.problem.endswith(f": {problem}")

    @pytest.mark.parametrize(
        ("expected", "fault"),
        [
            (7, "must be an object of regex, pointer, from, to, such as"),
            ({"regx": "1"}, "must be an object of regex, pointer, from, to, such as"),
            ({"from": 0, "to": 1}, "finds the number by either `regex` or `pointer`, such as"),
            ({"regex": "1", "pointer": "", "from": 0, "to": 1}, "finds the number by either `regex` or `pointer`"),
            ({"regex": "1", "from": 1, "to": 1}, "needs two different numbers `from` and `to`, which become 0 and 1"),
            ({"regex": "1", "from": True, "to": 2}, "needs two different numbers `from` and `to`"),
            ({"regex": 1, "from": 0, "to": 1}, "must have a text as its `regex` or `pointer`"),
            ({"regex": "(", "from": 0, "to": 1}, "is not a regular expression"),
            ({"pointer": "score", "from": 0, "to": 1}, '"score" is not a JSON Pointer'),
        ],
    )
    def test_that_cannot_be_found_is_refused_before_anything_is_asked(
        self, scorers: Scorers, expected: Json, fault: str
    ) -> None:
        """Whoever wrote it is told what to mend."""
        with pytest.raises(ValueError, match="says-number") as found:
            parse_expectation({"says-number": expected}, "", scorers)

        assert str(found.value).startswith(f"`says-number` {fault}")


class TestLengthAndOptions:
    @pytest.mark.parametrize(
        ("expect", "answer", "value"),
        [
            ({"length": 10}, "", 0.0),
            ({"length": 10}, "one two three", 0.3),
            ({"length": 2}, "one two three", 1.0),
            ({"options-offered": 4}, "Choose:\n- a\n* b\n 3) c\nand - d", 0.75),
            ({"options-offered": 2}, "1. a\n2. b\n3. c", 1.0),
            ({"options-offered": 2}, "-5 degrees\n1.5 litres", 0.0),
            ({"options-offered": ["call", "visit us"]}, "Call or write.", 0.5),
        ],
    )
    def test_are_counted_and_scaled(self, judge: Judge, expect: dict[str, Json], answer: str, value: float) -> None:
        """Counted by hand."""
        assert value_of(judge(answer, expect | {"metric": "m"})) == pytest.approx(value)

    @pytest.mark.parametrize(
        ("expect", "fault"),
        [
            ({"length": 0}, "`length` must be the whole number above 0 that becomes 1"),
            ({"length": True}, "`length` must be the whole number above 0 that becomes 1"),
            (
                {"options-offered": "three"},
                "`options-offered` must be the whole number above 0 that becomes 1, or a list of phrases",
            ),
            ({"options-offered": [""]}, "`options-offered` must be a list of texts, none of them empty"),
        ],
    )
    def test_refuse_what_cannot_be_counted_to(self, scorers: Scorers, expect: Json, fault: str) -> None:
        """A length of nothing has no share."""
        with pytest.raises(ValueError, match="must be") as found:
            parse_expectation(expect, "", scorers)

        assert str(found.value) == fault


class TestWarmth:
    def test_lies_between_cold_and_kind(self, judge: Judge) -> None:
        """Order is all that is asked of it, and that nothing said is neither."""
        cold, plain, kind = (
            value_of(judge(text, {"warmth": True, "metric": "m"}))
            for text in ("You are a horrible liar.", "", "You are so kind, thank you!")
        )

        assert 0 <= cold < plain == 0.5 < kind <= 1

    def test_takes_no_value(self, scorers: Scorers) -> None:
        """There is nothing to choose."""
        with pytest.raises(ValueError, match="must be true"):
            parse_expectation({"warmth": 1}, "", scorers)

    def test_without_its_extra_names_it(self) -> None:
        """The library is not part of a plain installation, and is looked for only when it is needed."""
        code = (
            "import sys; sys.modules['vaderSentiment'] = None\n"
            "from harness.core.errors import ContentError\n"
            "from harness.score.amounts import WARMTH\n"
            "try:\n    WARMTH.problem(True, '')\nexcept ContentError as error:\n    print(error)"
        )

        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        assert done.stdout == (
            "error: `warmth` is told by vaderSentiment, which is not installed\n\n"
            "hint: pip install 'prompt-harness[bias]'\n"
        )
