"""Evalsets: one case a line, streamed, and each fault at its line."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.content.evalsets import EvalsetPath, parse_path, read_cases
from harness.core.case import Case, Expectation
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.score.expectation import GROUPS, parse_expectation
from harness.score.registry import Scorers

PATH = "evalsets/regression/a.jsonl"
CASE = '{"id": "a", "vars": {}, "expect": [{"contains": "x"}]}\n'
SCORERS = Scorers()


def parse(expect: Sequence[Json], reference: str) -> tuple[Expectation, ...]:
    """Read `expect`."""
    return tuple(parse_expectation(raw, reference, SCORERS) for raw in expect)


def cases(data: str | bytes) -> list[Case]:
    """Return the cases of a file."""
    return list(read_cases(io.BytesIO(data.encode() if isinstance(data, str) else data), PATH, parse))


def with_vars(value: str) -> str:
    """Return a case with one variable, as JSON text."""
    return CASE.replace('"vars": {}', f'"vars": {{"x": {value}}}')


def with_key(key: str) -> str:
    """Return a case with one more key."""
    return CASE.replace('"a",', f'"a", {key},')


class TestACase:
    def test_is_read_whole(self) -> None:
        """Each key has a place, and `comment` is for people only."""
        line = {
            "id": "refund-017",
            "vars": {"question": "How long?", "documents": [{"id": "d", "text": "30 days"}]},
            "expect": [{"contains": "30 days", "weight": 2}],
            "reference": "30 days",
            "tags": ["refund"],
            "critical": True,
            "threshold": 0.5,
            "turns": ["And then?"],
            "comment": "why",
        }
        (case,) = cases(json.dumps(line))

        assert (case.id, case.vars, case.reference) == ("refund-017", line["vars"], "30 days")
        assert (case.tags, case.critical, case.threshold) == (("refund",), True, 0.5)
        assert case.staging.turns == ("And then?",)
        assert case.expect == (Expectation("contains", "30 days", weight=2),)
        assert str(case.origin) == f"{PATH}:1"

    @pytest.mark.parametrize("text", [f"\ufeff{CASE}", CASE.replace("\n", "\r\n"), CASE.rstrip()])
    def test_may_come_from_any_editor(self, text: str) -> None:
        """A byte order mark, Windows' line ends and a missing last one mean nothing."""
        assert [case.id for case in cases(text)] == ["a"]

    def test_counts_no_bracket_inside_a_text_as_nesting(self) -> None:
        """Intervals are written with one bracket each."""
        assert cases(with_vars(f'"{"[0, 1) " * 70}"'))[0].id == "a"

    def test_keeps_a_template_in_its_values_as_text(self) -> None:
        """Data are never code."""
        assert cases(with_vars('"{{ 7*7 }}"'))[0].vars == {"x": "{{ 7*7 }}"}


CONFLICT = "\n\nhint: keep what is right of both sides, and delete the markers"
ONE = "\n\nhint: one JSON object a line"


class TestAFaultyLine:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("", ": an evalset without a case\n\nhint: add a case, or delete the file"),
            ("\n", f":1: an empty line{ONE}"),
            (f"{CASE}\n{CASE}", f":2: an empty line{ONE}"),
            (f"{CASE}{{}}\n", ":2: the key `id` is missing"),
            (f"{CASE}<<<<<<< HEAD\n{CASE}", f":2: a merge conflict marker{CONFLICT}"),
            (f"{CASE}>>>>>>> theirs\r\n", f":2: a merge conflict marker{CONFLICT}"),
            ("[1]\n", ":1: a mapping with keys is expected here"),
            ('{"id"\n', f":1: not valid JSON: Expecting ':' delimiter at character 7{ONE}"),
            (CASE.replace('"a"', '"A b"'), ":1: `id` should match pattern '^[a-z0-9][a-z0-9._-]{0,127}$', not `A b`"),
            (
                CASE.replace('"a"', f'"{"a" * 200}\\u202e"'),
                f":1: `id` should match pattern '^[a-z0-9][a-z0-9._-]{{0,127}}$', not `{'a' * 57}...`",
            ),
            (
                CASE.replace('"vars"', '"var"'),
                (
                    ":1: unknown key `var`; did you mean `vars`?\n\n"
                    "hint: known keys: comment, critical, expect, id, reference, tags, threshold, turns, user, vars"
                ),
            ),
            (
                CASE.replace('{"contains": "x"}', ""),
                ':1: case `a` expects nothing\n\nhint: add for example {"contains": "30 days"}',
            ),
            (
                CASE.replace("contains", "contians"),
                (
                    ":1: case `a`: `contians` is no kind of expectation; did you mean `contains`?\n\n"
                    f"hint: kinds: {', '.join(sorted([*SCORERS.names(), *GROUPS]))}; "
                    "`not-` before a kind turns it around"
                ),
            ),
            (
                CASE.replace('"x"', "3"),
                ":1: case `a`: `contains` must be a text that is not empty",
            ),
            (
                CASE.replace('[{"contains": "x"}]', '{"contains": "x"}'),
                ':1: `expect` should be a list\n\nhint: write [{"contains": "x"}]',
            ),
            (CASE.replace('"vars": {}', '"vars": []'), ":1: `vars` should be a mapping with keys"),
            (with_key('"id": "b"'), f":1: not valid JSON: the key `id` stands twice{ONE}"),
            (with_key('"critical": "yes"'), ":1: `critical` should be true or false"),
            (with_key('"threshold": 2'), ":1: `threshold` should be less than or equal to 1"),
            (with_key('"tags": "german"'), ":1: `tags` should be a list"),
            (with_vars("NaN"), f":1: not valid JSON: it holds NaN, which JSON does not know{ONE}"),
            (with_vars("1e999"), f":1: not valid JSON: it holds a number too large to compare{ONE}"),
            (with_vars("9" * 5000), f":1: not valid JSON: it holds a number too large to compare{ONE}"),
            (with_vars('"\\ud800"'), f":1: not valid JSON: it holds half a surrogate pair{ONE}"),
            (with_vars("[" * 70 + "]" * 70), f":1: not valid JSON: it is nested too deeply{ONE}"),
            (with_vars("[" * 90_000 + "]" * 90_000), f":1: not valid JSON: it is nested too deeply{ONE}"),
            ('{"id": "\0"}\n', ":1: a NUL byte in the line\n\nhint: remove it"),
            (b"\xff\n", ":1: not UTF-8 text\n\nhint: save the file as UTF-8"),
            (
                with_vars(f'"{"a" * 1_000_001}"'),
                ":1: a line longer than 1,000,000 bytes\n\nhint: cut long texts",
            ),
        ],
        ids=lambda value: f"{len(value)} {value[:20]!r}",
    )
    def test_is_told_where_and_what(self, text: str | bytes, error: str) -> None:
        """To the character, since a set has thousands of lines."""
        with pytest.raises(ContentError) as found:
            cases(text)

        assert str(found.value) == f"error: {PATH}{error}"

    def test_of_50_mb_is_refused_in_little_memory(self, tmp_path: Path) -> None:
        """The reader never holds more than a line's limit of it."""
        (tmp_path / "big.jsonl").write_bytes(b'{"id": "' + b"a" * 50_000_000 + b'"}\n')
        code = f"""\
import resource
from harness.content.evalsets import read_cases
from harness.core.errors import ContentError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    list(read_cases(open({str(tmp_path / "big.jsonl")!r}, "rb"), "a.jsonl", None))
except ContentError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
        grown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

        assert int(grown) < 10_000


class TestAPath:
    @pytest.mark.parametrize(
        ("path", "found"),
        [
            (PATH, EvalsetPath("regression", "a")),
            ("evalsets/regression/a.de.jsonl", EvalsetPath("regression", "a")),
            ("evalsets/labels/a.jsonl", None),
            ("evalsets/regression/found/a.jsonl", None),
            ("evalsets/regression/a.py", None),
            ("evalsets/regression/README.md", None),
        ],
    )
    def test_binds_suite_and_prompt(self, path: str, found: EvalsetPath | None) -> None:
        """Nothing else says to what a case belongs."""
        assert parse_path(path) == found

    @pytest.mark.parametrize("path", ["evalsets/a.jsonl", "evalsets/x/y/a.jsonl"])
    def test_outside_of_a_suite_is_an_error(self, path: str) -> None:
        """Cases that nobody reads would be missed by nobody."""
        with pytest.raises(ContentError, match="an evalset must stand in the folder of its suite"):
            parse_path(path)

    @pytest.mark.parametrize("name", ["a.json", "a.JSONL", "a.jsonl.gz", "a.ndjson"])
    def test_that_only_looks_like_an_evalset_is_an_error(self, name: str) -> None:
        """Its author takes it for one."""
        with pytest.raises(ContentError, match="not an evalset"):
            parse_path(f"evalsets/regression/{name}")
