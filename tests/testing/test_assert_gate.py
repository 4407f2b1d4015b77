"""`assert_gate`: the gate as one line of a test of one's own."""

import pytest

from harness.testing import assert_gate
from tests.scenarios.scratch import Scratch


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no CI and nobody's git configuration leak in."""
    for name in ("GITHUB_BASE_REF", "GITHUB_REF", "GITHUB_EVENT_PATH"):
        monkeypatch.delenv(name, raising=False)


class TestAssertGate:
    def test_returns_the_verdict_of_a_gate_that_passed(self, scratch: Scratch) -> None:
        """Which leaves its reports as the command does."""
        verdict = assert_gate(scratch.root, suite="regression", prompt="desk", everything=True)

        assert verdict.summary == "passed (partial): 1 check on 1 pair"
        assert len(list((scratch.root / ".harness/runs").glob("*/report.html"))) == 1

    def test_fails_with_the_first_lines_of_the_report(self, scratch: Scratch) -> None:
        """What is lost is read in the test's own output."""
        scratch.edit("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")

        with pytest.raises(AssertionError) as failure:
            assert_gate(scratch.root)

        lines = str(failure.value).splitlines()
        assert len(lines) == 10
        assert lines[0].startswith("blocked: 1 check of 1; regression / desk: 100.0% -> 0.0% on 20 cases, 20 lost")
        assert lines[-1].startswith("reports in .harness/runs/")

    def test_takes_inconclusive_for_no_pass(self, scratch: Scratch) -> None:
        """Nor does the end of the budget pass anything."""
        scratch.edit("params.yaml", "gates:", "budget: {run: 0.000001}\ngates:")
        scratch.commit("a small budget")

        with pytest.raises(AssertionError, match=r"^inconclusive: .*stopped before any call"):
            assert_gate(scratch.root, everything=True)

    def test_tells_an_error_as_the_command_does(self, scratch: Scratch) -> None:
        """With its line and the hint."""
        scratch.edit("params.yaml", "margin:", "marign:")

        with pytest.raises(AssertionError, match=r"^error: params.yaml:13: unknown key `marign`") as failure:
            assert_gate(scratch.root)

        assert "hint: known keys" in str(failure.value)
