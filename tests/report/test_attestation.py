"""The statement of a verdict: what it is about, what it came to, and who let what through."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.content.attestations import read_statement, read_verdict_digest
from harness.core.attestation import Result, Sources, content_digest
from harness.core.tree import Tree
from harness.core.verdict import Check, Lifted, Outcome, Rule, Verdict
from harness.report.attestation import as_statement, check_name, result_of
from harness.report.document import as_json, verdict_digest
from tests.report.verdicts import BLOCKED, HOSTILE

SOURCES = Sources("e" * 64, "f" * 40, "https://forge.example/runs/1")
OPEN = Check(Outcome.INCONCLUSIVE, Rule.INCOMPARABLE, "regression", "support-answer", "cannot be compared")
GOOD = Check(Outcome.PASSED, Rule.PAIRED, "regression", "support-answer", "the same", gate="answers", slice="german")
BAD = replace(GOOD, outcome=Outcome.BLOCKED)
DOWN = Check(Outcome.UNAVAILABLE, Rule.UNJUDGED, "", "", "no answer")
WAIVED = Lifted("regression/support-answer", "ana", "waiver", "a known bug", "2026-12-31")


def verdict(outcome: Outcome, *checks: Check, lifted: tuple[Lifted, ...] = ()) -> Verdict:
    """Return a verdict with these checks on a committed tree."""
    tree = Tree("pr", "1" * 40)
    return replace(BLOCKED, outcome=outcome, checks=checks, candidate=tree, lifted=lifted)


def said(found: Verdict) -> dict[str, Any]:
    """Return the statement as a reader of JSON sees it."""
    data: dict[str, Any] = json.loads(as_statement(found, SOURCES))
    return data


PASSED = verdict(Outcome.PASSED, GOOD)


class TestTheResult:
    @pytest.mark.parametrize(
        ("found", "result"),
        [
            pytest.param(PASSED, Result.PASSED, id="passed"),
            pytest.param(verdict(Outcome.PASSED), Result.PASSED, id="nothing to judge"),
            pytest.param(verdict(Outcome.PASSED, GOOD, OPEN, lifted=(WAIVED,)), Result.PASSED, id="lifted"),
            pytest.param(verdict(Outcome.BLOCKED, BAD), Result.FAILED, id="blocked"),
            pytest.param(verdict(Outcome.INCONCLUSIVE, OPEN), Result.WARNED, id="inconclusive"),
            pytest.param(verdict(Outcome.UNAVAILABLE, DOWN), Result.WARNED, id="unavailable"),
            pytest.param(verdict(Outcome.PASSED, GOOD, BAD), Result.FAILED, id="says passed over a blocked check"),
            pytest.param(verdict(Outcome.PASSED, GOOD, OPEN), Result.WARNED, id="says passed over an open check"),
            pytest.param(
                verdict(Outcome.PASSED, DOWN, lifted=(replace(WAIVED, check="run"),)), Result.WARNED, id="nobody can"
            ),
            pytest.param(replace(PASSED, scope="partial"), Result.WARNED, id="partial"),
            pytest.param(replace(PASSED, scope="shard"), Result.WARNED, id="a shard"),
            pytest.param(replace(PASSED, policy="candidate"), Result.WARNED, id="a preview by its own policy"),
            pytest.param(replace(PASSED, policy="candidate", base=None), Result.PASSED, id="no base to ask"),
        ],
    )
    def test_is_passed_only_where_all_of_it_is(self, found: Verdict, result: Result) -> None:
        """Whoever deploys looks at this one word."""
        assert result_of(found) is result
        assert said(found)["predicate"]["result"] == result

    @given(st.sampled_from(Outcome), st.lists(st.sampled_from([OPEN, GOOD, BAD, DOWN])))
    def test_never_passes_what_is_not_a_pass(self, outcome: Outcome, checks: list[Check]) -> None:
        """Not even for a verdict that contradicts itself."""
        alike = outcome is Outcome.PASSED and all(check is GOOD for check in checks)

        assert (result_of(verdict(outcome, *checks)) is Result.PASSED) == alike


class TestTheStatement:
    def test_is_about_content_commit_and_judged_pairs(self) -> None:
        """By digest, since a subject is matched by nothing else; the unchanged pair is part of the content alone."""
        assert said(PASSED)["subject"] == [
            {"name": "content", "digest": {"sha256": content_digest(PASSED)}},
            {"name": "commit", "digest": {"gitCommit": "1" * 40}},
            {"name": "regression/support-answer", "digest": {"sha256": "b" * 64}},
        ]

    def test_is_about_what_serves_of_the_commit(self) -> None:
        """Where git has it; a reader finds it again, and elsewhere nothing."""
        known = as_statement(PASSED, SOURCES._replace(release="d" * 64))

        assert json.loads(known)["subject"][2] == {"name": "release", "digest": {"sha256": "d" * 64}}
        assert read_statement(known.encode(), "a.json").release == "d" * 64
        assert read_statement(as_statement(PASSED, SOURCES).encode(), "a.json").release == ""

    def test_is_about_no_commit_where_a_changed_tree_was_judged(self) -> None:
        """The commit under it is not what was judged."""
        assert [one["name"] for one in said(BLOCKED)["subject"]] == ["content", "regression/support-answer"]

    def test_names_what_in_toto_names(self) -> None:
        """The two types, the required keys of a test result, and for every resource what in-toto demands."""
        data = said(BLOCKED)
        predicate = data["predicate"]

        assert data["_type"] == "https://in-toto.io/Statement/v1"
        assert data["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
        assert set(predicate) == {
            *("result", "configuration", "url", "passedTests", "warnedTests", "failedTests", "annotations"),
        }
        assert all(one.keys() & {"uri", "digest", "content"} for one in predicate["configuration"])
        assert all(one["digest"] for one in data["subject"])
        assert predicate["url"] == SOURCES.url

    def test_says_by_what_was_judged(self) -> None:
        """Policy, base, harness, verdict and pins."""
        found = {one["name"]: one for one in said(PASSED)["predicate"]["configuration"]}

        assert list(found) == ["policy", "base", "harness", "verdict.json", "pin"]
        assert found["policy"]["digest"] == {"gitBlob": "f" * 40}
        assert found["policy"]["annotations"] == {"of": "base"}
        assert found["base"]["digest"] == {"gitCommit": "9f8e7d6" + "0" * 33}
        assert found["harness"]["uri"] == "pkg:pypi/prompt-harness@0.1.0"
        assert found["verdict.json"]["digest"] == {"sha256": "e" * 64}
        assert found["pin"]["annotations"] == {
            "pin": "reader = embedded/reader@1",
            "pairs": ["regression/support-answer"],
        }

    def test_sorts_checks_by_what_they_came_to(self) -> None:
        """A verifier may ask for one by name."""
        predicate = said(BLOCKED)["predicate"]

        assert predicate["failedTests"] == ["regression/support-answer paired answers pass"]
        assert predicate["warnedTests"] == ["regression/support-answer incomparable", "run unjudged"]
        assert predicate["passedTests"] == ["regression/support-answer absolute answers [german]"]

    def test_keeps_the_worse_of_two_checks_with_one_name(self) -> None:
        """A name among the passed ones is one that a verifier may trust."""
        predicate = said(verdict(Outcome.BLOCKED, GOOD, BAD, GOOD))["predicate"]

        assert (predicate["passedTests"], predicate["failedTests"]) == ([], [check_name(BAD)])

    def test_says_who_let_a_check_through(self) -> None:
        """It is passed, and an auditor sees by whose leave; the check itself stays among the warned ones."""
        predicate = said(verdict(Outcome.PASSED, GOOD, OPEN, lifted=(WAIVED,)))["predicate"]

        assert predicate["warnedTests"] == [check_name(OPEN)]
        assert predicate["annotations"]["lifted"] == [
            {
                "check": "regression/support-answer",
                "by": "ana",
                "how": "waiver",
                "reason": "a known bug",
                "until": "2026-12-31",
            }
        ]

    def test_is_read_as_it_was_written(self) -> None:
        """Our reader and our writer agree, hostile words included."""
        lifted = (replace(WAIVED, reason=HOSTILE),)
        found = read_statement(as_statement(verdict(Outcome.PASSED, OPEN, lifted=lifted), SOURCES).encode(), "x")

        assert found.content == content_digest(BLOCKED)
        assert (found.commit, found.verdict, found.profile) == ("1" * 40, "e" * 64, "pr")
        assert (found.result, found.failed, found.lifted) == (Result.PASSED, (), lifted)

    def test_is_the_same_each_time_and_plain_ascii(self) -> None:
        """It is bytes that are signed."""
        text = as_statement(BLOCKED, SOURCES)

        assert text == as_statement(BLOCKED, SOURCES)
        assert text.isascii()


class TestTheDigestOfAVerdict:
    def test_is_told_by_its_file(self) -> None:
        """A later harness with more fields reads the digest that this one wrote."""
        assert read_verdict_digest(as_json(BLOCKED).encode(), "x") == verdict_digest(BLOCKED)

    def test_passes_over_what_the_run_took_and_nothing_else(self) -> None:
        """Two runs of one gate share it, and a word more is another verdict."""
        data = json.loads(as_json(BLOCKED))
        slower = {**data, "run": {**data["run"], "seconds": 99.0}}

        assert read_verdict_digest(json.dumps(slower).encode(), "x") == verdict_digest(BLOCKED)
        for changed in ({**data, "outcome": "passed"}, {**data, "more": 1}, {**data, "exit_code": "1"}):
            assert read_verdict_digest(json.dumps(changed).encode(), "x") != verdict_digest(BLOCKED)
