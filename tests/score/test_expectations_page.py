"""docs/expectations.md against the scorers: every kind is there, and every example is true."""

import json
import re
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from harness.core.case import Case
from harness.core.completion import Completion, ToolCall
from harness.core.score import CaseResult
from harness.score.expectation import GROUPS, parse_expectation
from harness.score.grades import grader_of
from harness.score.marking import score_case
from harness.score.registry import Scorers
from harness.score.similar import WithVectors
from tests.endpoint.protocol import vector

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "expectations.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### `([a-z0-9-]+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
SHOWN = [kind for kind, section in SECTIONS.items() if "```" in section]


def example(kind: str) -> dict[str, str]:
    """The lines of a section's example by their first word."""
    block = re.search(r"```\n(.*?)```", SECTIONS[kind], re.DOTALL)
    assert block, f"`{kind}` has no example"
    return dict(re.findall(r"^(\w+) +(.*)$", block[1], re.MULTILINE))


def answer(text: str) -> Completion:
    """An answer as the page writes it: words, `calls TOOL {...}` or `ends REASON`."""
    if call := re.fullmatch(r"calls (\w+) (\{.*\})", text):
        return Completion("", (ToolCall(call[1], json.loads(call[2])),))
    if end := re.fullmatch(r"ends (\w+)", text):
        return Completion("", finish_reason=end[1])
    return Completion(text)


def result(lines: dict[str, str], said: str, scorers: Scorers) -> CaseResult:
    """What the example's case comes to with this answer."""
    reference = json.loads(lines.get("case", "{}")).get("reference", "")
    expectation = parse_expectation(json.loads(lines["expect"]), reference, scorers)
    return score_case(Case("example", {}, (expectation,), reference), answer(said), WithVectors(scorers, vector))


class TestExpectationsPage:
    def test_has_every_kind(self, entries: Mapping[str, EntryPoint]) -> None:
        """A kind that is registered is documented, and the other way round."""
        assert set(SECTIONS) == {*entries, *GROUPS}

    def test_shows_every_kind_that_can_be_told_without_a_model(self, scorers: Scorers) -> None:
        """What a model says of an answer is shown where a model is asked."""
        assert set(SECTIONS) - set(SHOWN) == {kind for kind in scorers.names() if grader_of(scorers, kind)}

    @pytest.mark.parametrize("kind", SHOWN)
    def test_shows_an_answer_that_passes(self, scorers: Scorers, kind: str) -> None:
        """What the page says passes, passes."""
        lines = example(kind)

        assert kind in json.loads(lines["expect"])
        assert result(lines, lines["passes"], scorers).passed

    @pytest.mark.parametrize("kind", SHOWN)
    def test_shows_an_answer_that_fails_and_why(self, scorers: Scorers, kind: str) -> None:
        """The reason stands there character by character."""
        lines = example(kind)

        failed = result(lines, lines["fails"], scorers)

        assert failed.passed is False
        assert [score.reason for score in failed.failed] == [lines["reason"]]
