"""`gate.yml`, run from end to end: who judges, who speaks, and what a stranger's change can reach."""

from pathlib import Path

import pytest

from tests.house.scratch import ROOT
from tests.workflows.world import GATE, KEY, PEM, World, commit, git

SPOKEN = {"announce": "publish --running", "verdict": "publish --pr 7"}


class TestAChange:
    def test_of_a_member_is_planned_judged_and_told(self, tmp_path: Path) -> None:
        """The whole way, in the order that the pull request sees."""
        world = World.at(tmp_path)

        report = world.run(world.proposed())

        assert report.succeeded, [job.log + job.why for job in report.jobs]
        assert [job.name for job in report.jobs] == ["intake", "eval (1/1)", "announce", "verdict"]
        assert [call.split(" --head")[0] for call in world.diary] == [
            f"status --candidate {world.head} --against {world.base}",
            f"plan --candidate {world.head} --against {world.base} --shards 4 --json",
            "cache fetch",
            f"gate --candidate {world.head} --against {world.base} --shard 1/1",
            "cache spent",
            "publish --running --pr 7",
            "merge shards",
            "publish --pr 7",
            "attest --to attestation",
        ]

    def test_shows_the_key_of_the_endpoint_to_the_one_call_that_asks(self, tmp_path: Path) -> None:
        """And the application's key to none."""
        world = World.at(tmp_path)

        world.run(world.proposed())

        calls = [call.split()[0] for call in world.diary]
        assert [name for name, seen in zip(calls, world.names, strict=True) if "LLM_API_KEY" in seen] == ["gate"]
        asking = [name for name, seen in zip(calls, world.names, strict=True) if "GITHUB_TOKEN" in seen]
        assert asking == ["cache", "publish", "publish"]

    def test_leaves_no_secret_in_a_log_or_file(self, tmp_path: Path) -> None:
        """Logs and artifacts are read by everybody who can read the repository."""
        world = World.at(tmp_path)

        report = world.run(world.proposed())

        told = [*world.files(), *((job.name, job.log + job.summary) for job in report.jobs)]
        assert [name for name, text in told if KEY in text or PEM in text or "token of" in text] == []

    def test_from_outside_waits_for_a_reviewer(self, tmp_path: Path) -> None:
        """A stranger does not spend our money; what else is written on the pull request says that the gate runs."""
        world = World.at(tmp_path)

        report = world.run(world.proposed(fork=True))

        assert [job.result for job in report.jobs] == ["success", "waiting", "success", "waiting"]
        assert [call.split()[0] for call in world.diary] == ["status", "plan", "publish"]

    def test_from_outside_is_judged_once_a_reviewer_lets_it_in(self, tmp_path: Path) -> None:
        """The reviewer's yes is all that it lacked."""
        world = World.at(tmp_path).reviewed("llm-eval-external")

        assert world.run(world.proposed(fork=True)).succeeded

    def test_that_is_blocked_is_told_and_fails_the_run(self, tmp_path: Path) -> None:
        """A verdict is an answer: it is published, signed and kept, then the run ends red."""
        world = World.at(tmp_path)
        world.let("blocked")

        report = world.run(world.proposed())

        assert world.diary[-2].startswith("publish --pr 7 --head")
        assert "--unavailable" not in world.diary[-2]
        assert world.diary[-1] == "attest --to attestation"
        assert report.job("verdict").result == "failure"

    def test_whose_evaluation_crashes_is_told_to_be_without_a_verdict(self, tmp_path: Path) -> None:
        """A crash in the middle leaves no check that says `running` for ever."""
        world = World.at(tmp_path)
        world.let("crash")

        report = world.run(world.proposed())

        assert world.diary[-1].endswith("--unavailable no verdict came: the evaluation ended as failure")
        assert not report.succeeded

    @pytest.mark.parametrize(
        ("mood", "why"), [("torn", "the results could not be put together"), ("mute", "it could not be published")]
    )
    def test_whose_verdict_is_lost_later_is_told_where(self, tmp_path: Path, mood: str, why: str) -> None:
        """That planning and evaluation succeeded explains nothing."""
        world = World.at(tmp_path)
        world.let(mood)

        assert not world.run(world.proposed()).succeeded
        assert world.diary[-1].endswith(f"--unavailable no verdict came: {why}")

    def test_that_the_plan_refuses_is_told_why(self, tmp_path: Path) -> None:
        """Whoever opens the pull request reads what to mend, and needs no log."""
        world = World.at(tmp_path)
        world.let("refused")

        report = world.run(world.proposed())

        assert world.diary[-1].endswith("--unavailable no verdict came: error: prompts/desk.prompt.yml:3: no such key")
        assert not report.succeeded

    def test_with_a_new_title_is_left_to_the_gate_at_work(self, tmp_path: Path) -> None:
        """Its run does nothing, and ends no other: it is in a group of its own."""
        world = World.at(tmp_path)

        report = world.run(world.edited(title={"from": "before"}))

        assert {job.result for job in report.jobs} == {"skipped"}
        assert report.group == f"{world.run(world.proposed()).group}-1001"

    def test_that_goes_to_another_branch_is_judged_in_the_place_of_the_older_run(self, tmp_path: Path) -> None:
        """What was judged against the other branch says nothing of this one."""
        world = World.at(tmp_path)

        report = world.run(world.edited(base={"ref": {"from": "next"}, "sha": {"from": world.base}}))

        assert report.succeeded, [job.log + job.why for job in report.jobs]
        assert report.group == "gate-pull_request_target-7"

    def test_whose_evaluation_crashes_leaves_what_it_spent(self, tmp_path: Path) -> None:
        """What was asked before was paid for, and counts in the next run."""
        world = World.at(tmp_path)
        world.let("crash")

        world.run(world.proposed())

        assert world.diary[4:6] == ["cache spent", "publish --running --pr 7 --head " + world.head]
        assert [name for name, _ in world.files() if name.endswith("artifacts/spent-0/spent.json")]

    def test_whose_head_has_moved_is_left_to_the_newer_run(self, tmp_path: Path) -> None:
        """A verdict on what nobody proposes any more is worth nothing."""
        world = World.at(tmp_path)

        (tmp_path / "work/prompt.txt").write_text("changed again")
        newer = commit(tmp_path / "work", "newer")
        git(tmp_path / "server.git", "fetch", "-q", str(tmp_path / "work"), f"+{newer}:refs/pull/7/head")

        report = world.run(world.proposed())

        assert world.diary == []
        assert [job.result for job in report.jobs] == ["success", "skipped", "skipped", "skipped"]

    def test_in_a_merge_group_is_judged_as_the_group(self, tmp_path: Path) -> None:
        """What is merged is the group's commit, not the pull request's."""
        world = World.at(tmp_path)

        report = world.run(world.grouped())

        assert report.succeeded, [job.log + job.why for job in report.jobs]
        assert f"publish --pr 7 --head {world.head}" in world.diary

    def test_cannot_pose_as_the_merge_queue(self, tmp_path: Path) -> None:
        """A pull request may add a workflow of that name; its event tells on it."""
        world = World.at(tmp_path)

        report = world.run(world.grouped("pull_request"))

        assert {job.result for job in report.jobs} == {"skipped"}

    def test_is_judged_without_an_application_too(self, tmp_path: Path) -> None:
        """Then the job's own token speaks, with just what the job is permitted."""
        world = World.at(tmp_path, app=False)

        assert world.run(world.proposed()).succeeded


class TestWhatAPullRequestEdits:
    def test_in_gate_yml_is_not_what_runs(self, tmp_path: Path) -> None:
        """The file comes from the default branch."""
        world = World.at(tmp_path)
        (tmp_path / "work" / GATE).write_text("on: pull_request_target\njobs: {}\n")
        head = commit(tmp_path / "work", "no gate")
        git(tmp_path / "server.git", "fetch", "-q", str(tmp_path / "work"), "+HEAD:refs/pull/7/head")

        report = world.run(world.proposed(head=head))

        assert [job.name for job in report.jobs] == ["intake", "eval (1/1)", "announce", "verdict"]

    def test_cannot_take_the_gates_environment(self, tmp_path: Path) -> None:
        """A colleague's own workflow file runs, but no environment lets it in."""
        world = World.at(tmp_path)
        thief = tmp_path / "work/.github/workflows"
        for path in thief.iterdir():
            path.unlink()
        (thief / "thief.yml").write_text(
            "on: pull_request\njobs:\n  take:\n    runs-on: ubuntu-24.04\n    environment: llm-gate\n"
            "    steps: [{run: 'echo ${{ secrets.LLM_GATE_APP_KEY }}'}]\n"
        )
        head = commit(tmp_path / "work", "steal")
        git(tmp_path / "server.git", "fetch", "-q", str(tmp_path / "work"), "+HEAD:refs/pull/7/head")

        report = world.run(world.proposed("pull_request", head=head))

        assert report.job("take").why == "refs/pull/7/merge may not enter the environment `llm-gate`"


def permission_lines() -> list[tuple[str, str]]:
    """Return each permission of each job of gate.yml with the job, those of the application's token among them."""
    found, job, inside = [], "", False
    for line in (ROOT / GATE).read_text().splitlines():
        if line.startswith("  ") and not line.startswith("   ") and line.endswith(":"):
            job = line.strip(" :")
        inside = line == "    permissions:" or (inside and line.startswith("      "))
        if line.startswith("          permission-") or (inside and line.startswith("      ")):
            found.append((job, line))
    return found


class TestEachPermission:
    @pytest.mark.parametrize(("job", "line"), permission_lines(), ids=lambda value: value.strip())
    def test_is_needed(self, tmp_path: Path, job: str, line: str) -> None:
        """A permission without which all goes well is one too many."""

        def without(text: str) -> str:
            before, after = text.split(f"\n  {job}:\n", 1)
            return f"{before}\n  {job}:\n{after.replace(line + chr(10), '', 1)}"

        world = World.at(tmp_path, without, app="permission-" in line)

        assert not world.run(world.proposed()).succeeded
