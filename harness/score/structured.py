"""Kinds that read an answer as JSON: is-json, json-schema and json-pointer."""

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.json_reader import NotJsonError
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.score import json_schema
from harness.score.json_text import at, parse, pointer_problem, same
from harness.score.simple import Simple, just_true
from harness.score.wording import shown, visible


def _is_json(answer: Completion, _expected: Json, _case: Case) -> Mark:
    try:
        parse(answer.text)
    except NotJsonError as error:
        return Mark(0.0, f"the answer is not JSON: {error}")
    return Mark(1.0, "the answer is JSON")


def _schema_problem(expected: Json, _reference: str) -> str:
    return json_schema.problem(expected)


def _schema(answer: Completion, expected: Json, _case: Case) -> Mark:
    try:
        value = parse(answer.text)
    except NotJsonError as error:
        return Mark(0.0, f"the answer is not JSON: {error}")
    fault = json_schema.fault(expected, value)
    return Mark(0.0, fault) if fault else Mark(1.0, "the answer fits the schema")


def _pointer_problem(expected: Json, _reference: str) -> str:
    if not isinstance(expected, dict) or not expected:
        return 'must be an object of JSON Pointers and values, such as {"/queue": "billing"}'
    return next(filter(None, map(pointer_problem, expected)), "")


def _pointer(answer: Completion, expected: Json, _case: Case) -> Mark:
    try:
        value = parse(answer.text)
    except NotJsonError as error:
        return Mark(0.0, f"the answer is not JSON: {error}")
    for pointer, wanted in expected.items() if isinstance(expected, dict) else ():
        name = visible(pointer) or "the whole"
        try:
            got = at(value, pointer)
        except LookupError:
            return Mark(0.0, f"there is no {name}")
        if not same(got, wanted):
            return Mark(0.0, f"{name} is {shown(got)}, not {shown(wanted)}")
    return Mark(1.0, "every value is as given")


IS_JSON = Simple("1", just_true, _is_json)
JSON_SCHEMA = Simple("1", _schema_problem, _schema)
JSON_POINTER = Simple("1", _pointer_problem, _pointer)
