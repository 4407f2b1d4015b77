"""One comment and one check, kept up to date, whatever happens in between; nothing in a pull request can forge them."""

import json

import pytest

from tests.github.faults import status
from tests.publishing.stage import BOT, Stage

RULES = "Answer from the documents only, in at most 40 words, and cite the document you used as [id]."
MARK = '<!-- harness:v1 {{"attempt":1,"head":"{head}","pr":{pr},"run":99,"state":"passed"}} -->\nall is well'


def weaken(desk: Stage) -> None:
    """Let the prompt lose its rule, by which every case cites what it read."""
    desk.scratch.edit("prompts/desk.prompt.yml", RULES, "Answer briefly.")


class TestAChange:
    def test_that_is_good_passes(self, desk: Stage) -> None:
        """One comment, one check that lets it merge, one label."""
        desk.scratch.edit("prompts/desk.prompt.yml", "only, in", "only, and in")
        desk.propose()
        desk.pass_through()
        assert (desk.mark["state"], desk.check()["conclusion"], desk.labels) == ("passed", "success", {"gate:passed"})
        assert "Passed: 1 check" in desk.ours.splitlines()[2]

    def test_that_breaks_cases_is_blocked(self, desk: Stage) -> None:
        """The comment names what broke, and the check keeps it from being merged."""
        weaken(desk)
        desk.propose()
        desk.pass_through()
        assert (desk.mark["state"], desk.check()["conclusion"], desk.labels) == ("blocked", "failure", {"gate:blocked"})
        assert "room-00" in desk.ours

    def test_that_touches_nothing_is_told_so(self, desk: Stage) -> None:
        """The required check is posted on every pull request: a skipped one would count as met."""
        desk.scratch.write("NOTES.md", "nothing\n")
        desk.propose()
        desk.pass_through()
        assert (desk.mark["state"], desk.check()["conclusion"]) == ("passed", "success")
        assert "nothing to judge" in desk.ours

    def test_that_loosens_the_policy_is_judged_by_the_old_one(self, desk: Stage) -> None:
        """What a pull request says of its judge counts after it is merged; and the comment says that it tried."""
        weaken(desk)
        desk.scratch.edit(
            "params.yaml", "    margin: 0.05\n    at_least: 0.9\n", "    margin: 1.0\n    at_least: 0.0\n"
        )
        desk.propose()
        desk.pass_through()
        assert desk.check()["conclusion"] == "failure"
        assert "The policy is changed: judged by base's" in desk.ours

    def test_that_deletes_the_cases_it_fails_is_judged_by_them(self, desk: Stage) -> None:
        """A case that base has is asked on both trees, whether the change has it or not."""
        weaken(desk)
        desk.scratch.write_cases(desk.scratch.cases()[:1])
        desk.propose()
        desk.pass_through()
        assert desk.check()["conclusion"] in {"failure", "action_required"}

    def test_that_comes_back_good_is_told_in_the_same_comment(self, desk: Stage) -> None:
        """Nobody scrolls through the verdicts of yesterday."""
        weaken(desk)
        desk.propose()
        desk.pass_through()
        bad = desk.head
        desk.scratch.git("checkout", "-q", "HEAD~1", "--", "prompts")
        desk.propose("mend")
        desk.pass_through()
        assert (desk.mark["state"], desk.labels) == ("passed", {"gate:passed"})
        assert (desk.check()["conclusion"], desk.check(bad)["conclusion"]) == ("success", "failure")


class TestSpeaking:
    def test_begins_before_there_is_a_verdict(self, desk: Stage) -> None:
        """Who opens the page while the gate runs is told so, and cannot merge."""
        desk.propose()
        assert desk.publish("--running").exit_code == 0
        assert (desk.mark["state"], desk.check()["status"], desk.labels) == ("running", "in_progress", {"gate:running"})

    def test_ends_even_where_the_gate_does_not(self, desk: Stage) -> None:
        """A crash leaves no check that runs for ever; its words are a stranger's, and stand as they are."""
        desk.propose()
        desk.publish("--running")
        told = desk.publish("--unavailable", "`</details>` @mia <img src=x> ::error::", run=desk.run)
        assert told.exit_code == 0
        assert (desk.mark["state"], desk.check()["conclusion"]) == ("unavailable", "action_required")
        assert desk.labels == {"gate:unavailable"}

    def test_twice_comes_to_the_same(self, desk: Stage) -> None:
        """A job that is started again writes what stands there already."""
        weaken(desk)
        desk.propose()
        desk.pass_through()
        before = (desk.comments, desk.check()["id"], desk.github.world.annotations)
        desk.publish(run=desk.run)
        assert (desk.comments, desk.check()["id"], desk.github.world.annotations) == before

    def test_may_follow_the_gate_at_once(self, desk: Stage) -> None:
        """`harness gate --publish` is both, and its exit code is that of the verdict that was said."""
        inconclusive(desk)
        desk.github.approve(desk.number, "mia")
        words = ("gate", "--candidate", desk.head, "--against", "origin/main", "--publish", str(desk.number))
        told = desk.scratch.harness(*words, environ=desk.environ(1))
        assert (told.exit_code, desk.check()["conclusion"]) == (0, "success"), told.told

    def test_takes_ten_writes_at_most(self, desk: Stage) -> None:
        """GitHub counts writes, and slows down who makes many."""
        weaken(desk)
        desk.propose()
        desk.pass_through()
        assert len(desk.github.writes) <= 10

    def test_ends_though_the_comment_is_refused(self, desk: Stage) -> None:
        """Somebody locked the conversation: the check must not run for ever."""
        weaken(desk)
        desk.propose()
        desk.publish("--running")
        desk.github.faults.next("PATCH", "comments", status(403, "This conversation is locked"))
        told = desk.publish(desk.judge(), run=desk.run)
        assert told.exit_code == 4
        assert "GitHub refuses writing the comment" in told.err
        assert desk.check()["conclusion"] == "failure"

    def test_stands_though_the_findings_are_refused(self, desk: Stage) -> None:
        """What code scanning thinks of a file overturns no verdict."""
        desk.propose()
        folder = desk.judge()
        (desk.scratch.root / folder / "findings.sarif").write_text('{"version": "2.1.0", "runs": []}', encoding="utf-8")
        desk.github.faults.next("POST", "sarifs", status(422, "too large"))
        told = desk.publish(folder)
        assert told.exit_code == 0
        assert "findings not taken: GitHub refuses uploading findings: 422" in told.out
        assert desk.check()["conclusion"] == "success"

    def test_never_goes_over_a_newer_run(self, desk: Stage) -> None:
        """Two pushes at once: the older run may end last."""
        weaken(desk)
        desk.propose()
        old, folder = desk.head, desk.judge()
        desk.scratch.git("checkout", "-q", "HEAD~1", "--", "prompts")
        desk.propose("mend")
        desk.publish(desk.judge(), run=8)
        told = desk.publish(folder, run=7, head=old)
        assert told.exit_code == 1
        assert "comment left: the pull request has moved on" in told.out
        assert (desk.mark["run"], desk.mark["state"]) == (8, "passed")
        assert (desk.check()["conclusion"], desk.check(old)["conclusion"]) == ("success", "failure")

    def test_never_goes_over_a_newer_run_of_the_same_commit(self, desk: Stage) -> None:
        """The newer one may have been judged by a newer policy."""
        desk.propose()
        folder = desk.judge()
        desk.publish(folder, run=8)
        told = desk.publish("--unavailable", "late", run=7)
        assert told.out == "comment left: run 8.1 has spoken since; check left: a newer run has spoken since\n"
        assert (desk.mark["run"], desk.check()["conclusion"]) == (8, "success")

    def test_is_refused_of_a_verdict_on_some_of_the_cases(self, desk: Stage) -> None:
        """A filter would hide whatever it leaves out."""
        desk.propose()
        told = desk.publish(desk.judge("--first", "3"))
        assert (told.exit_code, told.err.splitlines()[0]) == (
            2,
            "error: a partial verdict is not published: it says nothing of the other cases",
        )
        assert desk.github.writes == []

    def test_is_refused_of_a_preview(self, desk: Stage) -> None:
        """The candidate's own policy lets through what it likes."""
        desk.propose()
        told = desk.publish(desk.judge("--policy", "candidate"))
        assert told.exit_code == 2
        assert "is a preview and is not published" in told.err
        assert desk.github.writes == []

    def test_is_refused_of_a_verdict_on_another_commit(self, desk: Stage) -> None:
        """The verdict of yesterday's commit says nothing of today's."""
        desk.propose()
        folder = desk.judge()
        desk.scratch.write("NOTES.md", "more\n")
        desk.propose("more")
        told = desk.publish(folder)
        assert told.exit_code == 2
        assert f"and the pull request proposes {desk.head[:7]}" in told.err


class TestForgery:
    def test_of_a_mark_changes_nothing(self, desk: Stage) -> None:
        """Anybody can write our first line; only what our own login wrote is ours."""
        desk.propose()
        desk.github.comment(desk.number, "ana", MARK.format(head=desk.head, pr=desk.number))
        desk.pass_through()
        assert [author for author, _ in desk.comments] == ["ana", f"{BOT}[bot]"]
        assert desk.comments[0][1].endswith("all is well")

    def test_of_a_check_does_not_take_our_place(self, desk: Stage) -> None:
        """Any workflow can post a check of our name: it is another App's, and ours is posted beside it."""
        weaken(desk)
        desk.propose()
        forged = desk.github.token({"checks": "write"})
        headers = {
            "Authorization": f"Bearer {forged}",
            "X-GitHub-Api-Version": "2022-11-28",
            "User-Agent": "mallory",
        }
        body = {
            "name": "harness",
            "head_sha": desk.head,
            "external_id": "999.1",
            "conclusion": "success",
            "status": "completed",
        }
        path = f"/repos/{desk.github.world.full_name}/check-runs"
        assert desk.github.handle("POST", path, headers, json.dumps(body).encode()).status == 201
        desk.pass_through()
        checks = desk.github.world.checks.values()
        found = {run["app"]["slug"]: run["conclusion"] for run in checks}
        assert found == {"github-actions": "success", BOT: "failure"}


class TestAnInconclusiveVerdict:
    def test_needs_somebody(self, desk: Stage) -> None:
        """Neither merged by itself, nor refused for good."""
        inconclusive(desk)
        desk.pass_through()
        assert (desk.mark["state"], desk.check()["conclusion"]) == ("inconclusive", "action_required")
        assert desk.labels == {"gate:inconclusive"}

    def test_passes_by_a_managers_approval_of_the_head(self, desk: Stage) -> None:
        """It stands in the verdict who let it through."""
        inconclusive(desk)
        desk.pass_through()
        desk.github.approve(desk.number, "mia")
        assert desk.publish(run=desk.run, attempt=2).exit_code == 0
        assert (desk.mark["state"], desk.check()["conclusion"]) == ("passed", "success")
        assert "mia" in desk.ours

    def test_does_not_pass_by_the_approval_of_somebody_else(self, desk: Stage) -> None:
        """Base says who manages, and the change cannot add itself."""
        inconclusive(desk)
        desk.scratch.write(".github/waivers.yaml", "managers: [ana, bo, mia]\n")
        desk.propose("promote myself")
        desk.github.member("bo")
        desk.github.approve(desk.number, "bo")
        desk.pass_through()
        assert desk.check()["conclusion"] == "action_required"

    def test_does_not_pass_by_who_managed_before(self, desk: Stage) -> None:
        """The author chooses the commit to start from; who manages is said by the branch as it is now."""
        inconclusive(desk)
        git = desk.scratch.git
        git("checkout", "-q", "main")
        desk.scratch.write(".github/waivers.yaml", "managers: [noor]\n")
        desk.scratch.commit("mia has left")
        git("push", "-q", "origin", "main")
        desk.github.push("main", "noor")
        git("checkout", "-q", "change")
        desk.github.approve(desk.number, "mia")
        desk.pass_through()
        assert desk.check()["conclusion"] == "action_required"

    def test_does_not_pass_where_nobody_knows_who_manages_now(self, desk: Stage) -> None:
        """The author chose the commit to start from, which is all that there is then."""
        inconclusive(desk)
        desk.github.approve(desk.number, "mia")
        run = desk.judge()
        desk.scratch.git("update-ref", "-d", "refs/remotes/origin/main")
        assert desk.publish(run).exit_code == 3
        assert "run `git fetch origin main`" in desk.ours

    def test_does_not_pass_by_the_approval_of_an_older_head(self, desk: Stage) -> None:
        """What was approved is not what would be merged."""
        inconclusive(desk)
        desk.github.approve(desk.number, "mia")
        desk.scratch.write("NOTES.md", "later\n")
        desk.propose("later")
        desk.pass_through()
        assert desk.check()["conclusion"] == "action_required"

    def test_passes_by_a_waiver_that_base_has(self, desk: Stage) -> None:
        """Given beforehand, for this content alone, with a reason and a last day."""
        inconclusive(desk)
        verdict = json.loads((desk.scratch.root / desk.judge() / "verdict.json").read_text(encoding="utf-8"))
        (digest,) = [pair["candidate_digest"] for pair in verdict["pairs"] if pair["prompt"] == "office"]
        waive(desk, digest, "2999-12-31")
        desk.pass_through()
        assert desk.check()["conclusion"] == "success"
        assert "two offices" in desk.ours

    @pytest.mark.parametrize(("digest", "expires"), [("0" * 64, "2999-12-31"), ("", "2020-01-01")])
    def test_does_not_pass_by_a_waiver_of_other_content_or_of_the_past(
        self, desk: Stage, digest: str, expires: str
    ) -> None:
        """A waiver that holds for anything, or for ever, is a hole."""
        inconclusive(desk)
        verdict = json.loads((desk.scratch.root / desk.judge() / "verdict.json").read_text(encoding="utf-8"))
        (own,) = [pair["candidate_digest"] for pair in verdict["pairs"] if pair["prompt"] == "office"]
        waive(desk, digest or own, expires)
        desk.pass_through()
        assert desk.check()["conclusion"] == "action_required"


def waive(desk: Stage, digest: str, expires: str) -> None:
    """Let the manager waive the check of the new prompt on main, and the change take it over."""
    git = desk.scratch.git
    git("checkout", "-q", "main")
    waiver = f'- {{check: regression/office, digest: "{digest}", owner: mia, reason: two offices, expires: {expires}}}'
    desk.scratch.write(".github/waivers.yaml", f"managers: [mia]\nwaivers:\n  {waiver}\n")
    desk.scratch.commit("waive")
    git("push", "-q", "origin", "main")
    desk.github.push("main", "mia")
    git("checkout", "-q", "change")
    git("merge", "-q", "main")
    desk.propose("take over main")


def inconclusive(desk: Stage) -> None:
    """Propose what may be a rename, or a way to lose all cases: nobody can tell but a person."""
    desk.scratch.move("prompts/desk.prompt.yml", "prompts/office.prompt.yml")
    desk.scratch.move("evalsets/regression/desk.jsonl", "evalsets/regression/office.jsonl")
    desk.propose()
