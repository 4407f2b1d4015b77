"""What `harness cache fetch` believes of earlier runs, asked of a contract-true GitHub."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.github.instance import made
from tests.publishing.runs import leave
from tests.publishing.stage import Stage, stage
from tests.scenarios.scratch import Result, Scratch

NOW = datetime.now(UTC)
TODAY = NOW.date().isoformat()
OTHERS = b'{"schema": "harness/spent/1", "run": 5, "attempt": 1, "accounts": {}}'
DAY, MINE = f"day {TODAY}", "pull_request 7"


def zipped(name: str, data: bytes) -> bytes:
    """Return an archive of one file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, data)
    return written.getvalue()


@dataclass
class Past:
    """A repository on GitHub, and the runs that there were."""

    desk: Stage
    number: int = 100

    @property
    def world(self) -> Any:  # noqa: ANN401 (a short name in a test)
        """What GitHub remembers."""
        return self.desk.github.world

    def ran(self, *, workflow: str = "gate.yml", jobs: int = 1, **facts: object) -> int:
        """Let there have been a run, by default of a pull request from `change`, and return its id."""
        self.number += 1
        steps = [{"name": "ask", "status": "completed", "conclusion": "success", "number": 1}]
        asking = {"run_id": self.number, "status": "completed", "conclusion": "success", "steps": steps}
        told = {
            "id": self.number,
            "path": f".github/workflows/{workflow}",
            "event": "push" if workflow == "topup.yml" else "pull_request_target",
            "status": "completed",
            "conclusion": "success",
            "run_attempt": 1,
            "head_branch": "main" if workflow == "topup.yml" else "change",
            "head_sha": self.desk.github.world.git.tip("refs/heads/main"),
            "head_repository": {"full_name": self.world.full_name},
            "actor": {"login": "ana"},
            "created_at": (NOW + timedelta(microseconds=self.number)).isoformat(),
            "pull_requests": [],
            "jobs": [{**asking, "id": job, "name": f"eval ({job})", "run_attempt": 1} for job in range(jobs)],
        }
        self.world.runs[self.number] = {**told, **facts}
        return self.number

    def left(self, run: int, accounts: Mapping[str, int], *, attempt: int = 1, **more: object) -> int:
        """Let a job of a run have left its record, and return the artifact's id."""
        told = {"schema": "harness/spent/1", "run": run, "attempt": attempt, "accounts": accounts, "before": {}, **more}
        return leave(self.world, run, "spent-0", zipped("spent.json", json.dumps(told).encode()))

    def fetch(self, *, run: int = 999, attempt: int = 1, may: str = "actions") -> Result:
        """Fetch as a job of a run does, with a token that may read one thing."""
        environ = {
            "GITHUB_REPOSITORY": self.world.full_name,
            "GITHUB_TOKEN": self.desk.github.token({may: "read"}),
            "GITHUB_API_URL": self.world.url,
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": str(attempt),
        }
        return self.desk.scratch.harness("cache", "fetch", environ=environ)

    def before(self, *, run: int = 999, attempt: int = 1) -> dict[str, Any]:
        """Fetch, and return what each run is known to have spent."""
        told = self.fetch(run=run, attempt=attempt)
        assert told.exit_code == 0, told.told
        found: dict[str, Any] = json.loads(self.desk.scratch.read(".harness/before.json"))["runs"]
        return found

    def spent(self, *, run: int = 999, attempt: int = 1) -> dict[str, int]:
        """Fetch, and return what all runs together are known to have spent, by account."""
        sums: dict[str, int] = {}
        for one in self.before(run=run, attempt=attempt).values():
            for name, amount in one["accounts"].items():
                sums[name] = sums.get(name, 0) + amount
        return sums


@pytest.fixture
def past(pristine: Scratch, tmp_path: Path) -> Iterator[Past]:
    """Return a repository with no run yet."""
    with stage(pristine, tmp_path) as found:
        yield Past(found)


class TestARecord:
    @staticmethod
    def told(accounts: Mapping[str, int], *, began: datetime = NOW) -> dict[str, object]:
        """Return what a record tells of an earlier run."""
        return {"attempt": 1, "began": began.isoformat(), "accounts": accounts}

    def test_of_each_job_counts(self, past: Past) -> None:
        """Shards spend side by side."""
        run = past.ran(jobs=2)
        past.left(run, {DAY: 3, MINE: 3})
        past.left(run, {DAY: 4, MINE: 4})

        assert past.spent() == {DAY: 7, MINE: 7}

    def test_of_an_earlier_attempt_counts_in_the_next(self, past: Past) -> None:
        """The run itself is at work again, and the jobs beside this one have purses of their own."""
        run = past.ran(status="in_progress", conclusion=None, run_attempt=2)
        jobs = past.world.runs[run]["jobs"]
        jobs += [{**jobs[0], "name": name, "run_attempt": 2} for name in ("eval (1)", "eval (2)")]
        past.left(run, {DAY: 3})
        past.left(run, {DAY: 90}, attempt=2)

        assert past.spent(run=run, attempt=2) == {DAY: 3}
        assert past.before(run=run, attempt=2)[str(run)]["lost"] == 0
        assert past.spent(run=run, attempt=1) == past.spent() == {}

    @pytest.mark.parametrize(
        ("workflow", "event"),
        [
            ("gate.yml", "workflow_run"),
            ("topup.yml", "push"),
            ("drift.yml", "schedule"),
            ("drift.yml", "workflow_dispatch"),
        ],
    )
    def test_of_whatever_spends_counts(self, past: Past, workflow: str, event: str) -> None:
        """The merge queue's gate, and what is asked off everybody's path, which may be the most."""
        past.left(past.ran(workflow=workflow, event=event, head_branch="main"), {DAY: 5})

        assert past.spent() == {DAY: 5}

    def test_that_is_old_is_forgotten(self, past: Past) -> None:
        """After four weeks, whoever tells of it."""
        old = NOW - timedelta(days=29)
        past.left(past.ran(created_at=old.isoformat()), {MINE: 5})
        past.left(past.ran(), {}, before={"1": self.told({MINE: 5}, began=old)})

        assert past.spent() == {}

    def test_tells_of_the_runs_before_it(self, past: Past) -> None:
        """So that of a hundred runs one is read: as many requests however many there were."""
        first, second = past.ran(), past.ran()
        past.left(first, {DAY: 1})
        past.left(second, {DAY: 2}, before={str(first): self.told({DAY: 1})})

        assert past.spent() == {DAY: 3}
        assert len([call for call in past.desk.github.log if call.operation == "actions/download-artifact"]) == 1

    def test_of_a_run_that_was_repeated_is_read_again(self, past: Past) -> None:
        """Whoever told of it knew the first attempt alone."""
        first, second = past.ran(run_attempt=2), past.ran()
        past.left(first, {DAY: 1})
        past.left(first, {DAY: 1}, attempt=2)
        past.left(second, {DAY: 2}, before={str(first): self.told({DAY: 1})})

        assert past.spent() == {DAY: 4}

    def test_is_left_for_the_next_job(self, past: Past) -> None:
        """What one job writes at its end another reads at its beginning."""
        past.left(past.ran(), {DAY: 1})
        past.fetch()
        environ = {"GITHUB_RUN_ID": "999", "GITHUB_RUN_ATTEMPT": "1"}

        told = past.desk.scratch.harness("cache", "spent", environ=environ)

        record = json.loads(past.desk.scratch.read(".harness/spent.json"))
        assert (told.exit_code, told.out) == (0, ".harness/spent.json\n")
        assert (record["run"], record["accounts"], list(record["before"])) == (999, {}, ["101"])


class TestALoss:
    @pytest.mark.parametrize(
        "damage",
        [
            pytest.param(lambda _, artifact: artifact.update(expired=True), id="expired"),
            pytest.param(lambda world, artifact: world.archives.pop(artifact["id"]), id="gone"),
            pytest.param(lambda world, artifact: world.archives.update({artifact["id"]: b"PK no"}), id="no archive"),
            pytest.param(
                lambda world, artifact: world.archives.update({artifact["id"]: zipped("spent.json", b"{}")}),
                id="no record",
            ),
            pytest.param(
                lambda world, artifact: world.archives.update({artifact["id"]: zipped("spent.json", OTHERS)}),
                id="another run's",
            ),
            pytest.param(lambda _, artifact: artifact.update(size_in_bytes=9_000_000), id="too large"),
        ],
    )
    def test_is_counted(self, past: Past, damage: Any) -> None:  # noqa: ANN401 (a function of the parameters)
        """Whatever became of a record, its job is known to have asked."""
        artifact = past.left(past.ran(), {DAY: 5})
        damage(past.world, past.world.artifacts[artifact])

        told = past.fetch()

        (run,) = past.before().values()
        assert (run["accounts"], run["lost"]) == ({}, 1)
        assert run["drawn"] == [DAY, f"actor ana {TODAY}", "head acme/desk:change"]
        assert told.out.startswith("1 earlier run; what 1 of them spent is not known\n")

    def test_is_one_of_its_pull_request(self, past: Past) -> None:
        """GitHub tells which it was, unless it was a fork's."""
        past.ran(pull_requests=[made("pull-request-minimal", {"number": 7})])

        assert [MINE in run["drawn"] for run in past.before().values()] == [True]

    def test_of_one_attempt_is_no_loss_of_another(self, past: Past) -> None:
        """The second job failed and left nothing; the first, which was not run again, is told of in both attempts."""
        run = past.ran(jobs=2, run_attempt=2)
        jobs = past.world.runs[run]["jobs"]
        jobs += [{**jobs[0], "run_attempt": 2}, {**jobs[1], "run_attempt": 2, "started_at": NOW.isoformat()}]
        past.left(run, {DAY: 1})
        past.left(run, {DAY: 2}, attempt=2)

        assert [(one["accounts"], one["lost"]) for one in past.before().values()] == [({DAY: 3}, 1)]

    def test_is_none_where_nobody_asked(self, past: Past) -> None:
        """A run that was cut off before it came to ask has spent nothing."""
        past.ran(jobs=0, conclusion="cancelled")

        assert [run["lost"] for run in past.before().values()] == [0]

    @pytest.mark.parametrize("told", [{"accounts": {DAY: -5}}, {"lost": -1}], ids=["in amounts", "in losses"])
    def test_of_money_that_comes_back_is_one(self, past: Past, told: dict[str, object]) -> None:
        """No record gives anybody more to spend."""
        past.left(past.ran(), {}, before={"1": {"attempt": 1, **told}})

        assert [run["lost"] for run in past.before().values()] == [1]

    def test_is_what_was_not_read_yet(self, past: Past) -> None:
        """After a long time without records, the newest are read first, and the others by the next job."""
        for _ in range(22):
            past.left(past.ran(), {DAY: 1})

        runs = past.before()

        assert sum(run["lost"] for run in runs.values()) == 2
        assert {name for name, run in runs.items() if run["lost"]} == {"101", "102"}


class TestARunIsNotBelieved:
    @pytest.mark.parametrize(
        "facts",
        [
            pytest.param({"event": "pull_request"}, id="a pull request's own file"),
            pytest.param({"event": "push"}, id="a branch's own file"),
            pytest.param({"path": "elsewhere/gate.yml"}, id="a file of the same name elsewhere"),
            pytest.param({"workflow": "topup.yml", "event": "pull_request"}, id="a pull request's own top-up"),
            pytest.param({"workflow": "drift.yml", "event": "workflow_dispatch"}, id="a branch's own drift"),
            pytest.param({"workflow": "topup.yml", "head_branch": "change"}, id="a top-up of a branch"),
            pytest.param({"workflow": "topup.yml", "head_sha": "0" * 40}, id="a tag called like the branch"),
            pytest.param(
                {"workflow": "topup.yml", "head_repository": {"full_name": "mallory/desk"}}, id="a fork's top-up"
            ),
        ],
    )
    def test_whatever_it_left(self, past: Past, facts: dict[str, Any]) -> None:
        """Its name, its path and its artifacts are for anybody to choose."""
        run = past.ran(**facts)
        past.left(run, {DAY: 5})
        leave(past.world, run, "samples", zipped("state.db", b""))

        assert past.before() == {}
        assert past.fetch().out == "0 earlier runs\nno samples: no top-up has ended well\n"

    def test_at_a_commit_that_a_merge_brought(self, past: Past) -> None:
        """It is in the default branch's history, and the branch never stood there: nobody looked at it alone."""
        git = past.desk.scratch.git
        git("checkout", "-q", "-b", "side", "main")
        past.desk.scratch.commit("its own topup.yml")
        side = git("rev-parse", "HEAD")
        git("checkout", "-q", "main")
        git("merge", "-q", "--no-ff", "-m", "merge", "side")
        git("push", "-q", "origin", "main")
        past.ran(workflow="topup.yml", head_sha=side)
        merged = past.ran(workflow="topup.yml")

        assert list(past.before()) == [str(merged)]

    def test_where_it_ran_after_this_one_was_checked_out(self, past: Past) -> None:
        """No: what the default branch has come to meanwhile is believed, as far as it was fetched."""
        git = past.desk.scratch.git
        git("checkout", "-q", "main")
        past.desk.scratch.commit("later")
        git("push", "-q", "origin", "main")
        git("checkout", "-q", "HEAD~1")

        assert list(past.before()) == []
        past.ran(workflow="topup.yml")
        assert len(past.before()) == 1


class TestSamples:
    @pytest.mark.parametrize(
        ("archive", "why"),
        [
            (b"PK no", "the archive of `state.db` is damaged"),
            (zipped("other.db", b""), "the archive of `state.db` is damaged"),
            (zipped("state.db", b"no database" * 99), "the store is damaged: file is not a database"),
        ],
        ids=["no archive", "another file", "no store"],
    )
    def test_that_are_damaged_are_told_and_done_without(self, past: Past, archive: bytes, why: str) -> None:
        """They only save money."""
        run = past.ran(workflow="topup.yml", jobs=0)
        leave(past.world, run, "samples", archive)

        told = past.fetch()

        assert (told.exit_code, told.out) == (0, f"1 earlier run\nno samples of the top-up {run}: {why}\n")

    def test_of_which_one_was_changed_are_not_taken(self, past: Past, asked: Scratch) -> None:
        """Each has a checksum; of a store with one that is wrong none is taken over."""
        data = (asked.root / ".harness/state.db").read_bytes()
        assert b"minutes past nine" in data
        run = past.ran(workflow="topup.yml", jobs=0)
        leave(
            past.world, run, "samples", zipped("state.db", data.replace(b"minutes past nine", b"minutes past ten!", 1))
        )

        told = past.fetch()

        assert "the store is damaged: the answer" in told.out
        assert past.desk.scratch.harness("cache", "size").out.startswith("0 answers")

    def test_are_those_of_the_last_that_ended_well(self, past: Past, asked: Scratch) -> None:
        """And only what is new is counted."""
        data = zipped("state.db", (asked.root / ".harness/state.db").read_bytes())
        good = past.ran(workflow="topup.yml", jobs=0)
        leave(past.world, good, "samples", data)
        leave(past.world, past.ran(workflow="topup.yml", jobs=0, conclusion="failure"), "samples", b"PK no")

        first, again = past.fetch(), past.fetch()

        assert first.out.endswith(f"20 samples of the top-up {good}\n")
        assert again.out.endswith(f"0 samples of the top-up {good}\n")


class TestGitHub:
    def test_that_does_not_tell_lets_nothing_be_spent(self, past: Past) -> None:
        """Without the list of runs nobody knows what they spent: the job ends, before it asks."""
        told = past.fetch(may="contents")

        assert told.exit_code == 4
        assert "the token needs `actions: read`" in told.err
        assert not (past.desk.scratch.root / ".harness/before.json").exists()
