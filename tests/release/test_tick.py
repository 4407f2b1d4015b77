"""A tick: how a rollout stands is looked up, and what follows for git and for the record is done once."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from harness.core.rollout import Phase, Rollout
from tests.release.depot import Depot
from tests.release.standing import Standing, standing
from tests.scenarios.scratch import Result

WHY = "errors: five times as likely, odds 148 : 1"


@dataclass
class Desk:
    """A production that is on its way from the first release to the second, and whoever serves it."""

    depot: Depot
    served: Standing
    whole: tuple[str, str]
    """All digits of the two."""

    def tick(self, *words: str) -> Result:
        """Tick as a job does."""
        command = ("canary", "production", "--push", "origin", *words)
        return self.depot.line.harness(*command, environ=self.environ)

    @property
    def environ(self) -> dict[str, str]:
        """What the job is given."""
        return {**self.depot.environ, "GATEWAY_URL": self.served.url, "HARNESS_GATEWAY_KEY": "a-key"}

    def stands(self, **facts: object) -> None:
        """Let the rollout stand otherwise."""
        self.served.rollout = replace(self.served.rollout, **facts)  # type: ignore[arg-type]  # a test's own words

    def abort(self) -> None:
        """Let whoever serves abort the rollout, by its evidence."""
        self.stands(phase=Phase.ABORTED, weight=0, why=WHY)

    @property
    def commits(self) -> list[str]:
        """The subjects of main's newest commits."""
        return self.depot.github.world.git.git("log", "-3", "--format=%s", "main").splitlines()

    @property
    def record(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The deployments, oldest first, by release with what is told of each."""
        world = self.depot.github.world
        return [
            (
                one["payload"]["release"][:12],
                [(told["state"], told["description"]) for told in world.deployment_statuses.get(number, [])],
            )
            for number, one in sorted(world.deployments.items())
        ]


@pytest.fixture
def desk(depot: Depot) -> Iterator[Desk]:
    """Return one whose candidate answers a tenth of the sessions."""
    line = depot.line
    line.edit(".github/environments/production.yaml", "kind: git", "kind: gateway, url_from: GATEWAY_URL")
    line.add("production", "strategy:\n  steps:\n    - {weight: 10}\n    - {weight: 100}\n")
    line.promote("production")
    line.git("push", "-q", "origin", "main")
    whole = [line.git("cat-file", "tag", f"release/{one}").rpartition("sha256:")[2] for one in line.releases[:2]]
    generation = int(line.git("rev-list", "--count", "HEAD", "--", ".github/environments/production.yaml"))
    rollout = Rollout("production", generation, whole[0], whole[1], Phase.ROLLING, weight=10)
    with standing(rollout) as served:
        yield Desk(depot, served, (whole[0], whole[1]))


class TestATick:
    def test_of_a_rollout_under_way_says_how_it_stands(self, desk: Desk) -> None:
        """And changes nothing: whoever serves goes on by itself."""
        before = desk.commits

        told = desk.tick()

        assert (told.exit_code, told.err) == (0, "")
        assert told.out == (f"production: {desk.depot.line.second} in progress: step 1 of 2, 10 % of the sessions\n")
        assert desk.commits == before
        assert desk.served.asked == [("/v1/look", "a-key", {})]

    def test_of_an_aborted_one_takes_it_back_in_git(self, desk: Desk) -> None:
        """The evidence is the reason, and the release comes back only when somebody deletes its line."""
        desk.abort()

        told = desk.tick()

        line = desk.depot.line
        assert (told.exit_code, told.err) == (1, "")
        assert told.out.splitlines()[0] == f"production: {line.second} failure: {WHY}"
        assert desk.commits[0] == f"Roll production back to release {line.first}"
        assert f"release: sha256:{line.first}" in desk.depot.served("production")
        assert f'reason: "{WHY}"' in desk.depot.served("production")
        line.git("pull", "-q", "origin", "main")
        again = line.harness("promote", "production", line.second)
        assert (again.exit_code, "is quarantined in production" in again.err) == (1, True)

    def test_done_twice_writes_once(self, desk: Desk) -> None:
        """The second sees in git what the first did, and that whoever serves has not taken it over yet."""
        desk.abort()
        desk.tick()
        before = desk.commits

        told = desk.tick()

        assert desk.commits == before
        assert (told.exit_code, told.out) == (
            0,
            f"production: {desk.depot.line.first} in progress: whoever serves has not taken over what git says\n",
        )

    def test_that_comes_late_does_nothing(self, desk: Desk) -> None:
        """Whoever serves has seen more of git than this checkout's remote: its word is about something else."""
        desk.abort()
        desk.stands(generation=desk.served.rollout.generation + 1)
        before = desk.commits

        told = desk.tick()

        assert (told.exit_code, desk.commits) == (0, before)
        assert "acts on a later state of git than this one" in told.out

    def test_of_what_git_does_not_name_does_nothing(self, desk: Desk) -> None:
        """Aborted was some other release, of which git says nothing."""
        desk.abort()
        desk.stands(candidate="0" * 64)
        before = desk.commits

        desk.tick()

        assert desk.commits == before

    def test_can_propose_the_rollback_once(self, desk: Desk) -> None:
        """Where main is protected, people merge it; traffic is back since long."""
        desk.abort()

        first, second = desk.tick("--propose"), desk.tick("--propose")

        assert "proposed by pull request 1" in first.out
        assert "proposed already by pull request 1" in second.out
        assert desk.depot.requests[0][1] == f"Roll production back to release {desk.depot.line.first}"

    def test_may_end_the_rollout_itself(self, desk: Desk) -> None:
        """Somebody saw what no figure shows."""
        told = desk.tick("--abort", "it insults people")

        assert told.exit_code == 1
        assert desk.commits[0] == f"Roll production back to release {desk.depot.line.first}"
        assert 'reason: "it insults people"' in desk.depot.served("production")

    def test_without_an_answer_tells_so(self, desk: Desk) -> None:
        """Nobody knows how it stands, which is no reason to do anything."""
        desk.served.broken = True
        odd = desk.tick()
        desk.served.url = "http://127.0.0.1:9"
        gone = desk.tick()
        desk.served.url = "http://customers.example:8080"
        open_road = desk.tick()
        desk.served.url = ""
        nowhere = desk.tick()

        assert (odd.exit_code, "error: the gateway does not answer as one: " in odd.err) == (4, True)
        assert (gone.exit_code, gone.err.splitlines()[0]) == (
            4,
            "error: the gateway cannot be asked: no connection, or one that broke",
        )
        assert (open_road.exit_code, "the URL of the gateway of production is not https" in open_road.err) == (2, True)
        assert (nowhere.exit_code, "`GATEWAY_URL` is empty" in nowhere.err) == (2, True)

    def test_of_an_environment_that_is_read_by_others_has_nothing_to_do(self, desk: Desk) -> None:
        """Its target is git."""
        told = desk.depot.line.harness("canary", "staging", "--push", "origin", environ=desk.environ)

        assert (told.exit_code, "reads its file by itself" in told.out) == (0, True)


class TestTwoAtOnce:
    def test_write_one_rollback(self, desk: Desk) -> None:
        """Both saw the same; the branch takes the one that comes first."""
        desk.abort()
        command = [sys.executable, "-m", "harness", "canary", "production", "--push", "origin"]
        environ = {**desk.depot.line.environ(), **desk.environ}
        both = [
            subprocess.Popen(command, cwd=desk.depot.line.root, env=environ, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]

        said = [process.communicate(timeout=60)[0] for process in both]

        title = f"Roll production back to release {desk.depot.line.first}"
        assert desk.commits.count(title) == 1, said


class TestAKilledTick:
    def test_is_done_by_the_next_one(self, desk: Desk) -> None:
        """Killed between the commit and the push, it leaves a commit that nobody names, and no half of a change."""
        desk.abort()
        line, before = desk.depot.line, desk.commits
        hook = line.root / ".git/hooks/pre-push"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text('#!/bin/sh\nrm "$0"\nkill -KILL "$(ps -o ppid= -p $PPID)"\nexit 1\n')
        hook.chmod(0o755)
        command = [sys.executable, "-m", "harness", "canary", "production", "--push", "origin"]

        killed = subprocess.run(command, cwd=line.root, env={**line.environ(), **desk.environ}, check=False)
        half = (desk.commits, line.git("status", "--porcelain"))
        told = desk.tick()

        assert (killed.returncode, half) == (-9, (before, ""))
        assert told.exit_code == 1
        assert desk.commits[0] == f"Roll production back to release {line.first}"


class TestTheRecord:
    def test_is_written_as_things_stand_and_never_twice(self, desk: Desk) -> None:
        """Under way, then aborted; the next tick tells of what runs since."""
        line = desk.depot.line
        desk.tick("--record")
        desk.tick("--record")
        desk.abort()
        desk.tick("--record")
        desk.stands(generation=desk.served.rollout.generation + 1, phase=Phase.STABLE, candidate="", why="")
        desk.tick("--record")
        desk.tick("--record")

        assert desk.record == [
            (line.second, [("in_progress", "step 1 of 2, 10 % of the sessions"), ("failure", WHY)]),
            (line.first, [("success", "it answers everything")]),
        ]

    def test_is_mended_after_a_tick_that_was_killed(self, desk: Desk) -> None:
        """It wrote git and told nobody: the reason stands in the quarantine."""
        line = desk.depot.line
        desk.tick("--record")
        desk.abort()
        desk.tick()

        desk.tick("--record")

        assert desk.record[0][1][-1] == ("failure", WHY)
        assert desk.record[1][0] == line.first


class TestWatching:
    def test_ends_with_the_rollout(self, desk: Desk) -> None:
        """Here it is aborted before the first look."""
        desk.abort()

        assert desk.tick("--watch", "--every", "0.1").exit_code == 1

    def test_ends_with_its_time(self, desk: Desk) -> None:
        """Undecided is neither good nor bad."""
        told = desk.tick("--watch", "--every", "0.1", "--for", "0.3")

        assert (told.exit_code, len(told.out.splitlines())) == (3, 1)
