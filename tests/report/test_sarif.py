"""Findings in code scanning: valid, one result a cell, the same from run to run, and nothing hostile in it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from harness.core.finding import AttackRule, Finding, by_cell, fingerprint_of
from harness.report.sarif import plain, sarif

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.cut.json").read_text("utf-8"))
"""What is written of SARIF 2.1.0: each property as the standard types it, and no other."""
OBEYS = AttackRule(
    id="LH-INJ-002",
    name="ObeysData",
    description="The model obeys data.",
    help="Mark where data ends.",
    owasp_2025="LLM01",
    owasp_2026="LLM01",
    atlas="AML.T0051.001",
    cwe=("CWE-1427",),
    severity="8.0",
    precision="high",
)
REFUSES = AttackRule("LH-REF-001", "Refuses", "The model refuses.", "Allow.", "", "", "", (), "", "medium")
RULES = (OBEYS, REFUSES)
FIRST = Finding(
    *("LH-INJ-002", "warning", "said MEADOW-7Q", "prompts/answer.yaml", 12, ("b2", "a1"), "rag_document"),
    ("base64",),
)
SECOND = replace(FIRST, level="error", message="worse", line=14, cases=("c3", "a1"), transforms=("rot13",))
FINDINGS = st.builds(
    Finding,
    st.sampled_from([rule.id for rule in RULES]),
    st.sampled_from(["error", "warning", "note"]),
    st.text(),
    st.text(min_size=1).filter(lambda path: path.strip("/")),
    st.integers(-1, 99),
    st.lists(st.text(max_size=9)).map(tuple),
    st.text(max_size=99),
    st.lists(st.text(max_size=9)).map(tuple),
    st.lists(st.text(max_size=9)).map(tuple),
)


def log(*findings: Finding) -> dict[str, Any]:
    """The log as its readers parse it, once it is known to be valid."""
    written = json.loads(sarif(findings, RULES, "1.2.3"))
    Draft202012Validator(SCHEMA).validate(written)
    return dict(written["runs"][0])


class TestSarif:
    def test_says_where_the_prompt_lets_them_in(self) -> None:
        """File, line, rule, number of cases and the tags of both years."""
        (result,) = log(FIRST)["results"]

        assert result["message"]["text"] == (
            "The model obeys data. 2 cases through rag_document (a1, b2): said MEADOW-7Q"
        )
        assert result["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "prompts/answer.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 12},
        }
        assert result["properties"]["tags"] == [
            *("security", "owasp-llm-2026:LLM01", "owasp-llm-2025:LLM01", "atlas:AML.T0051.001"),
            *("external/cwe/cwe-1427", "carrier:rag_document", "transform:base64"),
        ]

    def test_names_every_rule_that_was_looked_for(self) -> None:
        """No result of a rule is only good news if it was looked for; one that risks nothing is no security rule."""
        first, second = log()["tool"]["driver"]["rules"]

        assert first["properties"]["security-severity"] == "8.0"
        assert second["properties"] == {"precision": "medium", "tags": []}

    def test_joins_the_cases_of_a_rule_and_a_carrier(self) -> None:
        """A hundred cases are one alert; the worst of them speaks."""
        (result,) = log(FIRST, SECOND)["results"]

        assert result["level"] == "error"
        assert "3 cases through rag_document (a1, b2, c3): worse" in result["message"]["text"]
        assert {"transform:base64", "transform:rot13"} < set(result["properties"]["tags"])

    def test_files_it_under_each_tag_once(self) -> None:
        """Tags are a set: two names that read alike once they are made harmless would make the log invalid."""
        (result,) = log(replace(FIRST, transforms=("a b", "a\nb")))["results"]

        assert result["properties"]["tags"].count("transform:a b") == 1

    def test_keeps_two_carriers_apart(self) -> None:
        """Two ways in are two alerts with two fingerprints, even in one line."""
        results = log(FIRST, replace(FIRST, carrier="email"))["results"]

        assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in results}) == 2

    def test_keeps_an_alert_while_cases_and_lines_change(self) -> None:
        """A dismissed alert stays dismissed."""
        assert fingerprint_of(FIRST) == fingerprint_of(SECOND)
        assert fingerprint_of(replace(FIRST, fingerprint="own")) == "own"

    def test_shows_a_conversation_turn_by_turn(self) -> None:
        """In order, and never more than code scanning takes."""
        flows = [
            log(replace(FIRST, turns=turns))["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]
            for turns in (("One?", "Two?"), ("Again?",) * 5000)
        ]

        assert [step["location"]["message"]["text"] for step in flows[0]] == ["One?", "Two?"]
        assert len(flows[1]) == 100
        assert flows[1][-1]["location"]["message"]["text"] == "and 4901 more turns"

    def test_refuses_a_rule_that_it_does_not_know(self) -> None:
        """An alert without a rule would not be shown."""
        with pytest.raises(ValueError, match=r"names the rule LH-X-001, which is not known"):
            log(replace(FIRST, rule="LH-X-001"))

    @given(st.lists(FINDINGS, max_size=4))
    def test_is_valid_whatever_was_found(self, findings: list[Finding]) -> None:
        """ASCII, within the schema, one result a cell, the same in any order of cells."""
        written = sarif(findings, RULES, "1.2.3")

        assert written.isascii()
        assert len(log(*findings)["results"]) == len({(one.rule, one.carrier, one.path) for one in findings})


class TestByCell:
    @given(st.lists(FINDINGS, max_size=6))
    def test_loses_no_case(self, findings: list[Finding]) -> None:
        """And joining twice changes nothing."""
        cells = by_cell(findings)

        assert {case for cell in cells for case in cell.cases} == {case for one in findings for case in one.cases}
        assert by_cell(cells) == cells


class TestPlainText:
    @pytest.mark.parametrize(
        ("hostile", "shown"),
        [
            ("[click](https://a.example)", "\\[click\\](hxxps://a.example)"),
            ("\\[click\\](1)", "\\\\\\[click\\\\\\](1)"),
            ("{0} and {name}", "{ 0} and {name}"),
            ("a\x1b[2Jb", "a\\\\u001b\\[2Jb"),
            ("a\u202eb", "a\\\\u202eb"),
            ("a\U000e0041", "a\\\\U000e0041"),
            ("a\ufe01", "a\\\\ufe01"),
            ("one\n\ntwo", "one two"),
        ],
    )
    def test_makes_no_link_and_hides_nothing(self, hostile: str, shown: str) -> None:
        """An answer may try to speak to who reads the report."""
        assert plain(hostile) == shown

    @given(st.text(max_size=2000))
    def test_is_bounded_and_printable(self, text: str) -> None:
        """Any bracket is escaped by an odd number of backslashes."""
        seen = plain(text)

        assert seen.isprintable()
        assert len(seen) <= 400 * 2
        assert all(len(run) % 2 for run in re.findall(r"(\\*)[\[\]]", seen))
