"""The JSON Schemas take and refuse what the readers do, so that an editor never misleads."""

import json
from typing import Any

import jsonschema
import pytest
import yaml

from harness.content.environments import read_environment
from harness.content.judges import read_judge
from harness.content.params import read_params
from harness.content.payloads import read_payloads
from harness.content.prompts import read_prompt
from harness.content.schemas import schemas
from harness.content.yaml_reader import read_yaml
from harness.core.errors import ContentError
from harness.score.registry import Scorers
from tests.content import (
    test_environments,
    test_evalsets,
    test_judges,
    test_params,
    test_payloads,
    test_prompts,
    test_strategies,
)

SCHEMAS = schemas(Scorers().names())
BEYOND = (
    "no schema can tell: ",
    "go together",
    "is not JSON",
    "needs `name`",
    "floating",
    "gets its `inputs` alone",
    "`per_call` is for",
    "needs `per_call`",
    "date",
    "suite `",
    "needs harness",
    "version range",
    "temperature` should be",
    "max_tokens` should be",
    "max_completion_tokens` should be",
    "a second time",
    "{instruction}",
    "only a user says",
    "is worded for each case",
    "said as they are",
    "there is no grade",
    "every answer would pass",
)
"""Faults that lie between two keys, or inside a text; only the readers see them."""


def valid(name: str, value: object) -> bool:
    """Return whether the schema takes a value."""
    return bool(jsonschema.Draft202012Validator(SCHEMAS[name]).is_valid(value))


def faulty(module: Any) -> list[Any]:  # noqa: ANN401 (a test module)
    """Return the texts and errors that a test module's table of faults lists."""
    table = next(value for name, value in vars(module).items() if name.startswith(("TestFaulty", "TestAFaulty")))
    (mark,) = (
        mark
        for test in vars(table).values()
        for mark in getattr(test, "pytestmark", ())
        if mark.args[0] in {("text", "error"), "text, error"}
    )
    return [row for row in mark.args[1] if not any(word in row[1] for word in BEYOND)]


class TestACase:
    @pytest.mark.parametrize(
        ("expected", "taken"),
        [
            ({"grades": "Faithfulness", "threshold": 0.8, "contexts": "pages"}, True),
            ({"not-grades": "Noise", "mode": "strict"}, True),
            ({"contains": "30 days", "contexts": "pages"}, False),
            ({"contains": "30 days", "weight": 2}, True),
        ],
    )
    def test_may_give_parameters_to_a_kind_that_takes_some(self, expected: dict[str, object], *, taken: bool) -> None:
        """Which they are, the kind itself says; beside any other kind an unknown key is a slip."""
        schema = schemas(["contains", "grades"], ["grades"])["case"]

        assert jsonschema.Draft202012Validator(schema).is_valid({"id": "a", "vars": {}, "expect": [expected]}) == taken


class TestTheSchemas:
    @pytest.mark.parametrize(("text", "error"), faulty(test_prompts))
    def test_refuse_what_the_prompt_reader_refuses(self, text: str, error: str) -> None:
        """An unknown key, a wrong type, a missing key: seen while typing."""
        with pytest.raises(ContentError):
            read_prompt(text.encode(), "prompts/a.prompt.yml")
        assert not valid("prompt", yaml.safe_load(text)), error

    @pytest.mark.parametrize(("text", "error"), faulty(test_params))
    def test_refuse_what_the_params_reader_refuses(self, text: str, error: str) -> None:
        """The same for pins and policy."""
        with pytest.raises(ContentError):
            read_params(text.encode(), version="0.1.0")
        assert not valid("params", yaml.safe_load(text)), error

    @pytest.mark.parametrize(("text", "error"), faulty(test_payloads))
    def test_refuse_what_the_payload_reader_refuses(self, text: str, error: str) -> None:
        """The same for attacks."""
        with pytest.raises(ContentError):
            read_payloads(text.encode(), "p.yaml")
        assert not valid("payloads", yaml.safe_load(text)), error

    @pytest.mark.parametrize(("text", "error"), faulty(test_judges))
    def test_refuse_what_the_judge_reader_refuses(self, text: str, error: str) -> None:
        """The same for judges."""
        with pytest.raises(ContentError):
            read_judge(text.encode(), test_judges.PATH)
        assert not valid("judge", yaml.safe_load(text)), error

    @pytest.mark.parametrize("old", ['"by": "ana", ', '"answer": "30 days", '])
    def test_refuse_what_the_reader_of_labels_refuses(self, old: str) -> None:
        """The same for what people say."""
        with pytest.raises(ContentError):
            test_judges.labels(test_judges.LABEL.replace(old, ""))
        assert not valid("judge-label", json.loads(test_judges.LABEL.replace(old, "")))

    @pytest.mark.parametrize(("text", "error"), [*faulty(test_environments), *faulty(test_strategies)])
    def test_refuse_what_the_environment_reader_refuses(self, text: str, error: str) -> None:
        """The same for environments."""
        with pytest.raises(ContentError):
            read_environment(text.encode(), test_environments.PATH)
        assert not valid("environment", read_yaml(text.encode(), "e.yaml").value), error

    @pytest.mark.parametrize(
        "text",
        [
            test_evalsets.CASE.replace('"vars"', '"var"'),
            test_evalsets.CASE.replace('{"contains": "x"}', ""),
            test_evalsets.CASE.replace("contains", "contians"),
            test_evalsets.CASE.replace('"a"', '"A b"'),
            test_evalsets.with_key('"threshold": 2'),
            test_evalsets.with_key('"critical": "yes"'),
            test_evalsets.with_key('"tags": "german"'),
        ],
    )
    def test_refuse_what_the_case_reader_refuses(self, text: str) -> None:
        """The same for cases."""
        with pytest.raises(ContentError):
            test_evalsets.cases(text)
        assert not valid("case", json.loads(text))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("prompt", yaml.safe_load(test_prompts.PLAIN)),
            ("params", yaml.safe_load(test_params.PINS)),
            ("case", json.loads(test_evalsets.CASE)),
            ("payloads", yaml.safe_load(test_payloads.one())),
            ("judge", yaml.safe_load(test_judges.JUDGE)),
            ("judge-label", json.loads(test_judges.LABEL)),
            ("environment", read_yaml(test_environments.FILE.encode(), "e.yaml").value),
            ("environment", read_yaml(test_strategies.FILE.encode(), "e.yaml").value),
        ],
    )
    def test_take_what_the_readers_take(self, name: str, value: object) -> None:
        """A red line under what is right would teach people to look away."""
        assert valid(name, value)
