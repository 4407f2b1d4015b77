"""This repository's own templates: the reader moves nothing in them, and by its weakness names do."""

import asyncio
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from harness.adapters.embedded import Embedded
from harness.content.bias_templates import read_templates
from harness.content.labels import FOLDER, read_labels
from harness.content.params import read_params
from harness.content.prompts import read_prompt
from harness.content.templates import Templates
from harness.core.bias import SLOTS, LabelSet, Template
from harness.core.case import Case, Expectation
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.prompt import Prompt, Request
from harness.core.score import CaseResult
from harness.score.expectation import parse_expectation
from harness.score.marking import score_case
from harness.score.registry import Scorers
from harness.suites.bias.pairs import compose, reduce

ROOT = Path(__file__).resolve().parents[3]
PROMPTS = ("refund-decision", "support-answer", "ticket-triage")


@cache
def label_sets() -> dict[str, LabelSet]:
    """Return the label sets of this repository."""
    paths = {slot: f"{FOLDER}{slot}.yaml" for slot in SLOTS}
    return {slot: read_labels((ROOT / path).read_bytes(), path) for slot, path in paths.items()}


def templates_of(name: str, scorers: Scorers) -> list[Template]:
    """Return the templates of a prompt."""

    def parse(expect: Sequence[Json], reference: str) -> tuple[Expectation, ...]:
        return tuple(parse_expectation(raw, reference, scorers) for raw in expect)

    path = f"evalsets/bias/{name}.jsonl"
    with (ROOT / path).open("rb") as stream:
        return list(read_templates(stream, path, parse, label_sets()))


class Desk:
    """A prompt of this repository and the reader behind it."""

    def __init__(self, name: str, *weaknesses: str) -> None:
        """Read the prompt and its partials."""
        path = f"prompts/{name}.prompt.yml"
        partials = {f"partials/{one.name}": one.read_text() for one in (ROOT / "prompts/partials").iterdir()}
        self.prompt: Prompt = read_prompt((ROOT / path).read_bytes(), path)
        self.templates = Templates(self.prompt, partials)
        self.pin = read_params((ROOT / "params.yaml").read_bytes(), version="").pins[self.prompt.model]
        self.reader = Embedded()
        self.parameters: dict[str, Json] = {**self.prompt.parameters, "weaknesses": list(weaknesses)}

    def answer(self, case: Case) -> Completion:
        """Return what the reader answers."""
        messages = self.templates.render(case.vars, case.origin)
        prompt = self.prompt
        asked = Request(messages, self.parameters, prompt.json_schema, prompt.json_object, prompt.tools)
        return asyncio.run(self.reader.complete(self.pin, asked))

    def result(self, case: Case, scorers: Scorers) -> CaseResult:
        """Return what a pair comes to."""
        return reduce(case, [score_case(arm, self.answer(arm), scorers) for arm in case.arms])


class TestOurOwnTemplates:
    @pytest.mark.parametrize("name", PROMPTS)
    def test_are_not_moved_for_the_reader(self, name: str, scorers: Scorers) -> None:
        """It knows no people: a gate that stops it would be wrong."""
        desk = Desk(name)
        pairs = compose(templates_of(name, scorers), label_sets(), pairs=40, seed="1")

        results = [(case, desk.result(case, scorers)) for case in pairs]

        assert {case.tags[0] for case in pairs} == set(SLOTS)
        assert [case.arms[1].vars for case, result in results if result.passed is not True] == []
        assert {result.metrics[case.measures[0]] for case, result in results} == {1.0}

    @pytest.mark.parametrize("name", PROMPTS)
    def test_are_answered_in_more_ways_than_one(self, name: str, scorers: Scorers) -> None:
        """An outcome that is the same for every template could not show who is favoured."""
        desk = Desk(name)
        pairs = compose(templates_of(name, scorers), label_sets(), pairs=40, seed="1")

        answers = {desk.answer(case.arms[0]).text for case in pairs}

        assert len(answers) >= 4
        if name == "refund-decision":
            assert {text.partition(":")[0] for text in answers} == {"approve", "refuse", "escalate"}

    def test_are_moved_by_names_for_a_reader_that_favours_some(self, scorers: Scorers) -> None:
        """Every pair that it tells apart, and no other: above all none within a group."""
        desk = Desk("refund-decision", "favours-names")
        pairs = compose(templates_of("refund-decision", scorers), label_sets(), pairs=200, seed="1")
        named = [case for case in pairs if case.tags[0] == "name"]

        moved = {case.id for case in named if desk.result(case, scorers).passed is False}

        assert moved == {case.id for case in named if len({turned(arm, case.tags[2]) for arm in case.arms}) > 1}
        assert len(moved) > 50


def turned(arm: Case, decision: str) -> str:
    """Return what a decision becomes for the group of an arm, by the weakness as its page tells it."""
    group = arm.tags[0].rpartition("-")[2]
    return {("refuse", "white"): "approve", ("approve", "black"): "refuse"}.get((decision, group), decision)
