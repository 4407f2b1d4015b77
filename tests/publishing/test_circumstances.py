"""Our own `gate.yml`, where a gate is dealt to several machines, has no application, is waived, or GitHub stumbles."""

import json
from pathlib import Path

import pytest

from tests.github.faults import secondary_limit, status
from tests.publishing.changes import PROMPT, edit_cases, reword, weaken
from tests.publishing.test_publishing import RULES
from tests.publishing.test_workflow import BAD, GOOD, LOST, OPEN
from tests.publishing.works import Works, fill, works
from tests.scenarios.scratch import Scratch

pytestmark = pytest.mark.slow
OFFICE = "prompts/office.prompt.yml"


def double(scratch: Scratch) -> Scratch:
    """Let the repository have a second prompt, with the same cases, and return it."""
    scratch.write(OFFICE, scratch.read(PROMPT))
    scratch.write_cases(scratch.cases(), "office")
    return scratch


class TestSeveralMachines:
    def test_come_to_one_verdict(self, pristine: Scratch, tmp_path: Path) -> None:
        """Each hands on the run of its own pair; one that is blocked blocks the whole."""
        with works(fill(double(pristine.copy(tmp_path / "desk"))), tmp_path) as gated:
            reword(gated)
            gated.scratch.edit(OFFICE, RULES, "Answer briefly.")

            report = gated.gate(gated.open())

            assert {"eval (1/2)", "eval (2/2)"} <= {job.name for job in report.jobs}
            assert gated.told == BAD
            assert "`office`" in gated.ours
            assert "Blocked: 1 of 2 checks" in gated.ours

    def test_of_which_one_is_lost_leave_no_verdict(self, pristine: Scratch, tmp_path: Path) -> None:
        """What the others found is not the whole."""
        with works(fill(double(pristine.copy(tmp_path / "desk"))), tmp_path) as gated:
            reword(gated)
            gated.scratch.edit(OFFICE, "only, in", "only, and in")
            gated.meanwhile = lambda: gated.kill("gate")

            report = gated.gate(gated.open())

            results = [job.result for job in report.jobs if job.name.startswith("eval")]
            assert (sorted(results), gated.told) == (["failure", "success"], LOST)


class TestNoApplication:
    def test_lets_the_token_of_all_workflows_speak_and_says_so(self, pristine: Scratch, tmp_path: Path) -> None:
        """The gate works; the comment says what is weaker, for anybody's workflow could post the same."""
        with works(fill(pristine.copy(tmp_path / "desk")), tmp_path, app=False) as gated:
            weaken(gated)

            gated.gate(gated.open())

            assert gated.told == BAD
            assert "posted with the token that all workflows share" in gated.ours


class TestAWaiver:
    def test_that_main_has_by_now_lets_its_content_pass(self, gated: Works) -> None:
        """Given after the first run, by digest, in a change of its own; the job is run again, and nobody approves."""
        weaken(gated)
        edit_cases(gated)
        event = gated.open()
        gated.gate(event)
        undecided = gated.told
        plan = gated.scratch.harness("plan", "--json", "--against", "origin/main")
        (digest,) = (pair["candidate_digest"] for pair in json.loads(plan.out)["pairs"])

        gated.scratch.git("checkout", "-q", "main")
        waiver = f'{{check: regression/desk, digest: "{digest}", owner: mia, reason: agreed, expires: 2999-12-31}}'
        gated.scratch.write(".github/waivers.yaml", f"managers: [mia]\nwaivers: [{waiver}]\n")
        gated.scratch.commit("waive")
        gated.scratch.git("push", "-q", "origin", "main")
        gated.github.push("main", "mia")
        report = gated.gate(event, attempt=2)

        assert (undecided, report.succeeded, gated.told) == (OPEN, True, GOOD)
        assert (
            "`regression/desk` is inconclusive and let through by `mia`: `waiver, agreed`, until `2999-12-31`"
            in gated.ours
        )


class TestGitHub:
    def test_that_stumbles_is_told_all_the_same(self, gated: Works) -> None:
        """It limits who writes too fast, is down for a moment, and loses an answer: each is waited out."""
        reword(gated)
        event = gated.open()
        faults = gated.github.faults
        faults.next("PATCH", "check-runs", secondary_limit(1))
        faults.next("GET", "pulls", status(502))
        faults.next("POST", "comments", status(502, after=True))

        report = gated.gate(event)

        assert faults.ahead == []
        assert (report.succeeded, gated.told) == (True, GOOD)

    def test_that_refuses_the_verdict_is_told_that_there_is_none(self, gated: Works) -> None:
        """The comment said that it passed; with a check that still runs, that would be half the truth."""
        reword(gated)
        event = gated.open()
        gated.github.faults.next("PATCH", "check-runs", status(422, "Validation Failed"))

        report = gated.gate(event)

        assert (report.succeeded, gated.told) == (False, LOST)
        assert "no verdict came: error: GitHub refuses writing the check: 422" in gated.ours
