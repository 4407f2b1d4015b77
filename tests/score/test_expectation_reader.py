"""One element of `expect`: what is read, and each fault as the sentence its author sees."""

import pytest

from harness.core.case import Expectation
from harness.core.jsons import Json
from harness.score.expectation import parse_expectation
from harness.score.registry import Scorers


def nested(levels: int) -> Json:
    """Groups inside groups."""
    inner: Json = {"contains": "x"}
    for _ in range(levels):
        inner = {"any-of": [inner]}
    return inner


class TestExpectationReader:
    @pytest.mark.parametrize(
        ("raw", "read"),
        [
            ({"contains": "x"}, Expectation("contains", "x")),
            ({"not-contains": "x"}, Expectation("contains", "x", negated=True)),
            (
                {"weight": 2, "threshold": 0.5, "metric": "near", "chrf": True},
                Expectation("chrf", value=True, weight=2.0, threshold=0.5, metric="near"),
            ),
            ({"levenshtein": "x", "threshold": 0}, Expectation("levenshtein", "x", threshold=0.0)),
            ({"equals": None}, Expectation("equals", None)),
            (
                {"any-of": [{"all-of": [{"contains": "x"}]}, {"not-regex": "y"}], "weight": 3, "metric": "m"},
                Expectation(
                    "any-of",
                    weight=3.0,
                    metric="m",
                    parts=(
                        Expectation("all-of", parts=(Expectation("contains", "x"),)),
                        Expectation("regex", "y", negated=True),
                    ),
                ),
            ),
        ],
    )
    def test_reads(self, scorers: Scorers, raw: Json, read: Expectation) -> None:
        """Defaults are filled in and `not-` is taken off."""
        assert parse_expectation(raw, "gold", scorers) == read

    def test_reads_eight_levels(self, scorers: Scorers) -> None:
        """As deep as the limit says."""
        assert parse_expectation(nested(8), "", scorers).kind == "any-of"

    @pytest.mark.parametrize(
        ("raw", "message"),
        [
            ("contains", 'an expectation is an object that names a kind, such as {"contains": "30 days"}'),
            ({}, 'an expectation is an object that names a kind, such as {"contains": "30 days"}'),
            ({"weight": 2}, 'an expectation is an object that names a kind, such as {"contains": "30 days"}'),
            ({"contain": "x"}, "`contain` is no kind of expectation; did you mean `contains`?"),
            ({"not-contain": "x"}, "`not-contain` is no kind of expectation; did you mean `not-contains`?"),
            ({"zzz": "x"}, "`zzz` is no kind of expectation"),
            ({"not-zzz": "x"}, "`not-zzz` is no kind of expectation"),
            ({"not-not-contains": "x"}, "`not-not-contains` is no kind of expectation; did you mean `not-contains`?"),
            ({"contains": "x", "treshold": 1}, "`treshold` is no kind of expectation; did you mean `threshold`?"),
            ({"\x1b[31m" + "x" * 99: 1}, "`\\x1b[31m" + "x" * 49 + "...` is no kind of expectation"),
            (
                {"contains": "x", "regex": "y"},
                "`contains` and `regex` stand in one expectation; make them two, or join them by all-of",
            ),
            ({"not-any-of": []}, "`not-any-of` does not exist; negate the parts of `any-of` instead"),
            ({"any-of": []}, "`any-of` must be a list of expectations, not empty"),
            ({"all-of": {"contains": "x"}}, "`all-of` must be a list of expectations, not empty"),
            (nested(9), "`any-of` is nested more than 8 levels deep"),
            ({"any-of": [{"regex": "("}]}, "`regex` is not a regular expression: missing ) at position 1"),
            (
                {"any-of": [{"contains": "x"}], "threshold": 1},
                "`threshold` has no meaning for `any-of`; give it to its parts",
            ),
            (
                {"any-of": [{"contains": "x", "weight": 2}]},
                "`weight` has no meaning inside `any-of`; give it to `any-of` itself",
            ),
            (
                {"all-of": [{"contains": "x", "metric": "m"}]},
                "`metric` has no meaning inside `all-of`; give it to `all-of` itself",
            ),
            ({"chrf": "x"}, "`chrf` is a similarity and needs a `threshold` from 0 to 1"),
            (
                {"chrf": True, "threshold": 0.5},
                "`chrf` is true, which stands for the case's `reference`, but the case has none",
            ),
            ({"chrf": "", "threshold": 0.5}, "`chrf` must be a reference text, or true for the case's own"),
            ({"contains": "x", "threshold": 1.1}, "the `threshold` of `contains` must be a number from 0 to 1"),
            ({"contains": "x", "threshold": -0.1}, "the `threshold` of `contains` must be a number from 0 to 1"),
            ({"contains": "x", "threshold": True}, "the `threshold` of `contains` must be a number from 0 to 1"),
            (
                {"contains": "x", "threshold": float("nan")},
                "the `threshold` of `contains` must be a number from 0 to 1",
            ),
            ({"contains": "x", "weight": 0}, "the `weight` of `contains` must be a number above 0, at most 1,000,000"),
            (
                {"contains": "x", "weight": "1"},
                "the `weight` of `contains` must be a number above 0, at most 1,000,000",
            ),
            (
                {"contains": "x", "weight": 10**400},
                "the `weight` of `contains` must be a number above 0, at most 1,000,000",
            ),
            (
                {"contains": "x", "weight": float("inf")},
                "the `weight` of `contains` must be a number above 0, at most 1,000,000",
            ),
            (
                {"contains": "x", "metric": "My tone"},
                "the `metric` of `contains` must be a name of a-z, 0-9, _ and -, such as `tone`",
            ),
            (
                {"contains": "x", "metric": ""},
                "the `metric` of `contains` must be a name of a-z, 0-9, _ and -, such as `tone`",
            ),
            (
                {"contains": "x", "metric": 5},
                "the `metric` of `contains` must be a name of a-z, 0-9, _ and -, such as `tone`",
            ),
            (
                {"contains": "x", "metric": "cases"},
                "the `metric` of `contains` cannot be `cases`, which every suite measures anyway",
            ),
            (
                {"contains": "x", "metric": "pass"},
                "the `metric` of `contains` cannot be `pass`, which every suite measures anyway",
            ),
            ({"contains": ""}, "`contains` must be a text that is not empty"),
            ({"contains-any": []}, "`contains-any` must be a list of texts, none of them empty"),
            ({"contains-all": ["x", ""]}, "`contains-all` must be a list of texts, none of them empty"),
            (
                {"starts-with": " x"},
                "`starts-with` begins or ends with white space, which is cut off the answer before they are compared",
            ),
            ({"ends-with": 5}, "`ends-with` must be a text that is not empty"),
            ({"regex": ""}, "`regex` must be a text that is not empty"),
            ({"max-words": True}, "`max-words` must be a whole number above 0"),
            ({"min-words": 0}, "`min-words` must be a whole number above 0"),
            ({"is-json": False}, "`is-json` must be true; to demand the opposite, put `not-` before the kind"),
            (
                {"json-pointer": {}},
                '`json-pointer` must be an object of JSON Pointers and values, such as {"/queue": "billing"}',
            ),
            (
                {"json-pointer": {"queue": 1}},
                '`json-pointer` "queue" is not a JSON Pointer: it must be empty or begin with "/"',
            ),
            (
                {"json-pointer": {"/a": 1, "/~2": 1}},
                '`json-pointer` "/~2" is not a JSON Pointer: "~" is written "~0" and "/" is written "~1"',
            ),
            ({"json-schema": True}, "`json-schema` must be a JSON Schema, an object"),
            ({"json-schema": {"$schema": "urn:x"}}, "`json-schema` names a `$schema` that is not known: urn:x"),
            (
                {"json-schema": {"type": "text"}},
                "`json-schema` is not a JSON Schema: 'text' is not valid under any of the given schemas at $.type",
            ),
            (
                {"json-schema": {"pattern": "("}},
                "`json-schema` is not a JSON Schema: '(' is not a 'regex' at $.pattern",
            ),
            (
                {"json-schema": {"items": {"$ref": "https://example.org/a.json"}}},
                (
                    '`json-schema` refers to "https://example.org/a.json", which is not in the schema itself;'
                    " nothing is ever fetched"
                ),
            ),
            (
                {"json-schema": {"$ref": "#/$defs/no"}},
                '`json-schema` refers to "#/$defs/no", which is not in the schema itself; nothing is ever fetched',
            ),
            (
                {"json-schema": {"$ref": "#/example", "example": {"type": "table"}}},
                '`json-schema` refers to "#/example", where no schema stands',
            ),
            (
                {"json-schema": {"patternProperties": {"a": {}}, "unevaluatedProperties": False}},
                (
                    "`json-schema` uses `unevaluatedProperties` beside `patternProperties`;"
                    " use `additionalProperties` instead"
                ),
            ),
            (
                {"json-schema": {"items": {"$schema": "http://json-schema.org/draft-07/schema#"}}},
                "`json-schema` names another `$schema` in one of its parts",
            ),
            (
                {"tool-args": {"name": "f"}},
                '`tool-args` must be an object such as {"name": "issue_refund", "arguments": {"order_id": "A-1"}}',
            ),
            ({"tool-args": {"name": "", "arguments": {}}}, "`tool-args` has a `name` that is not a text"),
            (
                {"tool-args": {"name": "f", "arguments": {}, "match": "some"}},
                '`tool-args` has a `match` that is neither "exact" nor "subset"',
            ),
            ({"tool-args": {"name": "f", "arguments": {}, "args": 1}}, "`tool-args` has an unknown key `args`"),
            ({"cites": ""}, "`cites` must be a document's id or a list of ids"),
            ({"cites": []}, "`cites` must be a list of texts, none of them empty"),
        ],
    )
    def test_says_what_to_mend(self, scorers: Scorers, raw: Json, message: str) -> None:
        """Each fault names the key and what it should be."""
        with pytest.raises(ValueError, match=r"`|expectation") as error:
            parse_expectation(raw, "", scorers)

        assert str(error.value) == message

    @pytest.mark.parametrize("raw", [{"zzz": "x"}, {"any-of": [{"contain": "x"}]}])
    def test_lists_the_kinds_where_one_is_not_known(self, scorers: Scorers, raw: Json) -> None:
        """The page that lists them is not in a user's repository."""
        with pytest.raises(ValueError, match="no kind of expectation") as error:
            parse_expectation(raw, "", scorers)

        (note,) = error.value.__notes__
        assert note.startswith("kinds: all-of, any-of, bleu, blows-up, chrf, ")
        assert note.endswith("warmth; `not-` before a kind turns it around")

    def test_survives_a_schema_without_bottom(self, scorers: Scorers) -> None:
        """A schema nested beyond the stack is a fault of the schema."""
        schema: Json = {}
        for _ in range(5_000):
            schema = {"not": schema}

        with pytest.raises(ValueError, match=r"^`json-schema` is nested too deeply$"):
            parse_expectation({"json-schema": schema}, "", scorers)
