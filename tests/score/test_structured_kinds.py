"""JSON answers: read strictly, addressed by pointers, held against schemas that fetch nothing."""

import json
from collections.abc import Callable

import pytest

from harness.core.json_reader import NotJsonError
from harness.core.jsons import Json
from harness.core.score import CaseResult, UnableError
from harness.score.json_schema import fault
from harness.score.json_text import at, parse, same

type Judge = Callable[..., CaseResult]

# The document and the table of RFC 6901, section 5.
DOCUMENT = json.loads(
    r'{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}'
)
TREE = {"type": "object", "properties": {"next": {"$ref": "#"}}, "additionalProperties": False}
DRAFT7 = "http://json-schema.org/draft-07/schema#"
CATASTROPHE = r"^(a|a)*$"
OUTSIDE = "which is not in the schema itself; nothing is ever fetched"


class TestJsonText:
    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("", DOCUMENT),
            ("/foo", ["bar", "baz"]),
            ("/foo/0", "bar"),
            ("/", 0),
            ("/a~1b", 1),
            ("/c%d", 2),
            ("/e^f", 3),
            ("/g|h", 4),
            ("/i\\j", 5),
            ('/k"l', 6),
            ("/ ", 7),
            ("/m~0n", 8),
        ],
    )
    def test_finds_what_the_rfc_says(self, pointer: str, value: Json) -> None:
        """The table of RFC 6901 is the oracle."""
        assert at(DOCUMENT, pointer) == value

    @pytest.mark.parametrize("pointer", ["/no", "/foo/2", "/foo/-", "/foo/01", "/foo/x", "/foo/0/0", "/foo/-1", "/ /0"])
    def test_knows_when_there_is_nothing(self, pointer: str) -> None:
        """An index with a leading zero or a sign addresses nothing."""
        with pytest.raises(LookupError):
            at(DOCUMENT, pointer)

    def test_reads_an_escaped_tilde_before_the_slash(self) -> None:
        """`~01` is a tilde and a one, not a slash: the order of RFC 6901, section 4."""
        assert at({"~1": "here"}, "/~01") == "here"

    @pytest.mark.parametrize(
        ("text", "cause"),
        [
            ("NaN", "it holds NaN, which JSON does not know"),
            ("[-Infinity]", "it holds -Infinity, which JSON does not know"),
            ("1e999", "it holds a number too large to compare"),
            ("9" * 5_000, "it holds a number too large to compare"),
            ("[" * 100_000, "it is nested too deeply"),
            ("[" * 101 + "]" * 101, "it is nested too deeply"),
            ('{"a":' * 200 + "1" + "}" * 200, "it is nested too deeply"),
            ("```json\n{}\n```", "it is wrapped in a Markdown fence"),
            ("{} and more", "Extra data at character 4"),
            ("", "Expecting value at character 1"),
            ("\ufeff{}", "Expecting value at character 1"),
            ("\0", "Expecting value at character 1"),
        ],
    )
    def test_refuses_what_could_do_harm(self, text: str, cause: str) -> None:
        """Each of these has crashed or fooled some reader of JSON."""
        with pytest.raises(NotJsonError) as error:
            parse(text)

        assert str(error.value) == cause

    def test_reads_wide_and_fairly_deep(self) -> None:
        """Many brackets are not deep brackets."""
        assert parse("[" * 100 + "]" * 100)
        assert len(parse("[" + ",".join(["[]"] * 500) + "]")) == 500  # type: ignore[arg-type]  # a list, as written

    @pytest.mark.parametrize(
        ("left", "right", "equal"),
        [
            (1, 1.0, True),
            (True, 1, False),
            (0, False, False),
            (False, False, True),
            (None, False, False),
            ([1, 2], [2, 1], False),
            ([1], [1, 1], False),
            ({"a": 1, "b": [True]}, {"b": [True], "a": 1}, True),
            ({"a": True}, {"a": 1}, False),
            ({"a": 1}, {"b": 1}, False),
            ("1", 1, False),
            (2**53 + 1, float(2**53), False),
        ],
    )
    def test_compares_without_mercy(self, left: Json, right: Json, *, equal: bool) -> None:
        """Python says True == 1; JSON does not."""
        assert same(left, right) is equal
        assert same(right, left) is equal


class TestStructuredKinds:
    @pytest.mark.parametrize(
        ("expect", "answer"),
        [
            ({"is-json": True}, ' {"a": 1}\n'),
            ({"not-is-json": True}, "{'a': 1}"),
            ({"json-pointer": {"": [1]}}, "[1]"),
            ({"json-pointer": {"/a~1b": 1.0}}, '{"a/b": 1}'),
            ({"not-json-pointer": {"/a": 1}}, '{"a": true}'),
            ({"json-schema": {}}, "1"),
            ({"json-schema": TREE}, '{"next": {"next": {}}}'),
            ({"json-schema": {"$schema": DRAFT7, "items": [{"type": "string"}]}}, '["a", 1]'),
            ({"json-schema": {"pattern": "^a"}}, '"ab"'),
            ({"json-schema": {"pattern": "^a"}}, "5"),
            ({"json-schema": {"patternProperties": {"^x-": {"type": "integer"}}}}, '{"x-a": 1, "b": "c"}'),
            ({"json-schema": {"patternProperties": {"^x-": False}, "additionalProperties": False}}, "[]"),
            ({"json-schema": {"additionalProperties": {"type": "integer"}}}, '{"a": 1}'),
            ({"json-schema": {"additionalProperties": True}}, '{"a": 1}'),
            ({"json-schema": {"$defs": {"n": {"$anchor": "n", "type": "null"}}, "$ref": "#n"}}, "null"),
            ({"json-schema": {"format": "date"}}, '"tomorrow"'),
        ],
    )
    def test_are_met(self, judge: Judge, expect: Json, answer: str) -> None:
        """Each of these is met."""
        assert judge(answer, expect).passed

    @pytest.mark.parametrize(
        ("expect", "answer", "reason"),
        [
            ({"is-json": True}, "NaN", "is-json: the answer is not JSON: it holds NaN, which JSON does not know"),
            ({"not-is-json": True}, "1", "not-is-json: the answer is JSON"),
            ({"json-pointer": {"/a": 1}}, "[]", "json-pointer: there is no /a"),
            ({"json-pointer": {"/a": 1}}, "x", "json-pointer: the answer is not JSON: Expecting value at character 1"),
            ({"json-pointer": {"/a": 1}}, '{"a": true}', "json-pointer: /a is true, not 1"),
            ({"json-pointer": {"": 1}}, "2", "json-pointer: the whole is 2, not 1"),
            ({"not-json-pointer": {"/a": 1}}, '{"a": 1}', "not-json-pointer: every value is as given"),
            ({"json-schema": TREE}, '{"next": 1}', "json-schema: /next: 1 is not of type 'object'"),
            ({"json-schema": TREE}, "no", "json-schema: the answer is not JSON: Expecting value at character 1"),
            ({"not-json-schema": TREE}, "{}", "not-json-schema: the answer fits the schema"),
            (
                {"json-schema": TREE},
                '{"next": {"b": 1}}',
                "json-schema: /next: there is a property 'b' that the schema does not know",
            ),
            ({"json-schema": {"pattern": "^a"}}, '"b"', "json-schema: the whole: 'b' does not match '^a'"),
            (
                {"json-schema": {"patternProperties": {"^x": {"type": "null"}}}},
                '{"x": 1}',
                "json-schema: /x: 1 is not of type 'null'",
            ),
            (
                {"json-schema": {"additionalProperties": {"type": "null"}}},
                '{"x": 1}',
                "json-schema: /x: 1 is not of type 'null'",
            ),
        ],
    )
    def test_say_why_not(self, judge: Judge, expect: Json, answer: str, reason: str) -> None:
        """The place inside the answer comes first."""
        assert [score.reason for score in judge(answer, expect).failed] == [reason]

    @pytest.mark.parametrize(
        ("schema", "answer"),
        [
            pytest.param({"pattern": CATASTROPHE}, json.dumps("a" * 40 + "b"), id="pattern"),
            pytest.param(
                {
                    "$schema": DRAFT7,
                    "items": {"$ref": "#/definitions/s"},
                    "definitions": {"s": {"pattern": CATASTROPHE}},
                },
                json.dumps(["a" * 40 + "b"]),
                id="pattern behind a reference of an older draft",
            ),
            pytest.param(
                {"patternProperties": {CATASTROPHE: {}}}, json.dumps({"a" * 40 + "b": 1}), id="patternProperties"
            ),
        ],
    )
    def test_stop_patterns_that_take_too_long(self, judge: Judge, schema: Json, answer: str) -> None:
        """The library's own keywords would search for ages."""
        result = judge(answer, {"json-schema": schema})

        assert result.passed is None
        assert result.problem == "json-schema: searching for a regular expression took longer than 0.5 s"

    @pytest.mark.parametrize(
        ("schema", "cause"),
        [
            ({"$schema": "urn:x"}, "the schema names a `$schema` that is not known: urn:x"),
            ({"$ref": "#/no"}, f'the schema refers to "#/no", {OUTSIDE}'),
            ({"$ref": "https://example.org/a"}, f'the schema refers to "https://example.org/a", {OUTSIDE}'),
            ({"pattern": "("}, "the schema is not a JSON Schema: '(' is not a 'regex' at $.pattern"),
            ({"enum": 3}, "the schema is not a JSON Schema: 3 is not of type 'array' at $.enum"),
            ("text", "the schema must be a JSON Schema, an object"),
        ],
    )
    def test_cannot_tell_by_a_schema_nobody_checked(self, schema: Json, cause: str) -> None:
        """A schema that did not come through the reader is unable, and still fetches nothing."""
        with pytest.raises(UnableError) as error:
            fault(schema, "text")

        assert str(error.value) == cause

    @pytest.mark.parametrize("reference", ["$ref", "$dynamicRef"])
    def test_stop_references_that_double_at_each_step(self, judge: Judge, reference: str) -> None:
        """Forty short lines would take a year."""
        places = [f"#/$defs/{number}" for number in range(40)]
        steps = {str(number): {"allOf": [{reference: place}] * 2} for number, place in enumerate(places[1:])}

        result = judge("{}", {"json-schema": {"$ref": places[0], "$defs": {**steps, "39": {}}}})

        assert result.problem == "json-schema: the schema follows more than 20,000 references for one answer"

    def test_cannot_tell_by_a_schema_without_end(self, judge: Judge) -> None:
        """A schema that only refers to itself says nothing."""
        result = judge("{}", {"json-schema": {"$ref": "#"}})

        assert result.problem == "json-schema: the schema refers to itself without end"
