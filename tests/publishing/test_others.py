"""The workflows beside the gate, with the real command: advice, more answers after a merge, and drift."""

from pathlib import Path

import pytest

from harness.workflows.events import Event
from tests.publishing.changes import PROMPT, reword, weaken
from tests.publishing.works import SECRETS, Works, fill, works
from tests.scenarios.scratch import Scratch
from tests.scenarios.varying import vary

pytestmark = pytest.mark.slow


class TestAdvice:
    def test_says_what_breaks_by_the_pull_requests_own_harness(self, gated: Works) -> None:
        """In the summary of its run alone: it ends green, writes nowhere, and has no secret."""
        weaken(gated)
        event = gated.untrusted(gated.open())

        report = gated.runs(event, "pr-eval")

        assert report.succeeded, [job.log for job in report.jobs]
        assert report.job("eval (1/1)").result == "success"
        assert report.job("preview").summary.startswith("# blocked\n")
        assert "room-00" in report.job("preview").summary
        assert gated.github.writes == []

    def test_tells_a_fault_of_a_file_before_anything_is_asked(self, gated: Works) -> None:
        """The fault stands in the log of the job that looks first, and the others are spared."""
        gated.scratch.edit(PROMPT, "name: Desk", "nmae: Desk")

        report = gated.runs(gated.untrusted(gated.open()), "pr-eval")

        assert [job.result for job in report.jobs] == ["failure", "skipped", "skipped", "skipped"]
        assert "error: prompts/desk.prompt.yml:1:" in report.job("plan").log


class TestMoreAnswers:
    def test_are_asked_for_after_a_merge(self, pristine: Scratch, tmp_path: Path) -> None:
        """What lands starts it, and the store that it leaves holds ten answers to each case."""
        with works(fill(vary(pristine.copy(tmp_path / "desk"), cases=3)), tmp_path) as gated:
            reword(gated)
            gated.open()
            gated.github.approve(gated.number, "mia")
            gated.github.world.rulesets.clear()
            (_, pushed) = gated.github.merge(gated.number, "mia", "squash")

            report = gated.runs(Event("push", pushed.payload, (PROMPT,), default=gated.main), "topup")

            assert report.succeeded, report.job("topup").log
            assert "30 calls, 0 answers from the cache" in report.job("topup").log
            assert [path.name for path in (tmp_path / "machine").rglob("artifacts/samples/*")] == ["state.db"]


class TestDrift:
    def test_that_is_none_is_not_told(self, gated: Works) -> None:
        """The default branch passes its own gate."""
        report = gated.runs(gated.weekly, "drift")

        assert [(job.name, job.result) for job in report.jobs] == [("drift", "success"), ("tell", "skipped")]
        assert "passed: 1 check" in report.job("drift").log

    def test_opens_an_issue(self, pristine: Scratch, tmp_path: Path) -> None:
        """The model answers otherwise than when the branch was merged: here the prompt is what got worse."""
        scratch = fill(pristine.copy(tmp_path / "desk"))
        scratch.edit(PROMPT, "documents %}", "documents[:0] %}")
        scratch.commit("worse")
        with works(scratch, tmp_path) as gated:
            report = gated.runs(gated.weekly, "drift")

            assert report.succeeded, [job.log for job in report.jobs]
            (issue,) = gated.github.world.issues.values()
            assert (issue.author, issue.title) == (
                "github-actions[bot]",
                "The default branch no longer passes its gate",
            )
            assert issue.body
            assert "/acme/desk/actions/runs/" in issue.body
            assert SECRETS["LLM_API_KEY"] not in issue.body
