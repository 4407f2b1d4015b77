"""From a merge to production by our own workflows: a release, a proposal, a tick, a rollback; all of it for real."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.rollout import Phase, Rollout
from harness.flows.workflow_host import RunReport
from harness.workflows.events import Event
from tests.github import payloads
from tests.github.views import repository_thin
from tests.publishing.changes import PROMPT, reword, weaken
from tests.publishing.works import Works, fill, works
from tests.release.standing import Standing, standing
from tests.scenarios.scratch import Scratch

pytestmark = pytest.mark.slow

STAGING = "target: {kind: git}\n"
PRODUCTION = """\
from: staging
target: {kind: gateway, url_from: GATEWAY_URL}
strategy:
  steps:
    - {weight: 10}
    - {weight: 100}
"""


def on_main(line: Works, message: str, **environments: str) -> None:
    """Commit environments on main past everything, as an administrator may."""
    git = line.scratch.git
    git("fetch", "-q", "origin")
    git("checkout", "-q", "-B", "main", "origin/main")
    for name, text in environments.items():
        line.scratch.write(f".github/environments/{name}.yaml", text)
    line.scratch.write(".github/gate.pem.pub", (line.root / "key.pub").read_text())
    line.scratch.commit(message)
    git("push", "-q", "origin", "main")
    line.github.push("main", "mia")
    git("checkout", "-q", "-B", "change")


@pytest.fixture
def line(pristine: Scratch, tmp_path: Path) -> Iterator[Works]:
    """Return a repository with two environments that run nothing yet, whose gate signs."""
    with works(fill(pristine.copy(tmp_path / "desk")), tmp_path) as found:
        found.signs = True
        on_main(found, "environments", staging=STAGING, production=PRODUCTION)
        yield found


def landed(line: Works, *, judged: bool = True) -> Event:
    """Merge what was changed, and return the push; where it is not judged, past the gate."""
    event = line.open()
    if judged:
        assert line.gate(event).succeeded
    line.github.approve(line.number, "mia")
    rules = dict(line.github.world.rulesets)
    if not judged:
        line.github.world.rulesets.clear()
    (_, pushed) = line.github.merge(line.number, "mia", "squash")
    line.github.world.rulesets.update(rules)
    return Event("push", pushed.payload, (PROMPT,), default=line.main)


def tags(line: Works) -> list[str]:
    """Return the releases that GitHub has."""
    return line.github.world.git.git("tag", "--list", "release/*").split()


def proposals(line: Works) -> dict[str, str]:
    """Return the titles of the open pull requests by the branches of the bot."""
    return {its.head_ref: one.title for one, its in line.github.world.pulls() if one.state == "open"}


def dispatched(line: Works, **inputs: str) -> Event:
    """Return that somebody starts a workflow by hand."""
    home = {**repository_thin(line.github.world), "default_branch": "main"}
    return Event(
        "workflow_dispatch",
        {"ref": "refs/heads/main", "repository": home, "inputs": {**inputs}},
        default=line.main,
    )


def scheduled(line: Works, name: str) -> RunReport:
    """Run a workflow that its time has come for."""
    return line.runs(line.weekly, name)


class TestAMerge:
    def test_becomes_a_release_by_the_verdict_of_its_pull_request(self, line: Works) -> None:
        """Squashed, it is a commit that nobody judged, of the content that was: nothing is asked again."""
        reword(line)
        pushed = landed(line)

        report = line.runs(pushed, "promote")

        assert report.succeeded, [job.log + job.why for job in report.jobs]
        assert {step.title: step.conclusion for step in report.job("judge").steps}["ask"] == "skipped"
        (tag,) = tags(line)
        assert line.github.world.git.tip(f"refs/tags/{tag}^{{commit}}") == line.main
        assert proposals(line) == {
            "harness/promote-staging": f"Promote release {tag.removeprefix('release/')} to staging"
        }
        assert "staging runs no release yet" in report.job("propose (production)").log

    def test_that_nobody_judged_is_gated_again(self, line: Works) -> None:
        """It came past the gate, and only what a gate let pass becomes a release."""
        reword(line)
        pushed = landed(line, judged=False)

        report = line.runs(pushed, "promote")

        assert report.succeeded, [job.log + job.why for job in report.jobs]
        assert len(tags(line)) == 1

    def test_that_is_blocked_is_no_release(self, line: Works) -> None:
        """Nor is anything proposed of it."""
        weaken(line)
        pushed = landed(line, judged=False)

        report = line.runs(pushed, "promote")

        assert (report.succeeded, tags(line), proposals(line)) == (False, [], {})
        again = scheduled(line, "promote")
        assert (again.succeeded, again.job("release").result) == (True, "skipped")


def promoted(line: Works) -> str:
    """Let both environments run what main serves, each by the bot's pull request, and return the release."""
    for name in ("staging", "production"):
        assert scheduled(line, "promote").succeeded
        line.number, issue = next(
            (one.number, one) for one, its in line.github.world.pulls() if its.head_ref == f"harness/promote-{name}"
        )
        event = payloads.pull_request(line.github.world, issue, "opened", issue.author)
        judged = line.gate(line.trusted(event))
        assert judged.succeeded, [(job.name, job.why, job.log) for job in judged.jobs]
        line.github.approve(line.number, "mia")
        line.github.merge(line.number, "mia", "squash")
    return tags(line)[0].removeprefix("release/")


class TestAProposal:
    def test_goes_through_the_gate_and_is_merged_by_a_manager(self, line: Works) -> None:
        """One environment after the other; the bot never merges."""
        reword(line)
        line.runs(landed(line), "promote")

        release = promoted(line)

        served = [
            line.github.world.git.git("show", f"main:.github/environments/{name}.yaml")
            for name in ("staging", "production")
        ]
        assert [f"release: sha256:{release}" in text for text in served] == [True, True]

    def test_by_hand_that_skips_an_environment_is_not_let_in(self, line: Works) -> None:
        """The trusted gate holds it to the rules that its base has, and the required check stays shut."""
        reword(line)
        line.runs(landed(line), "promote")
        (tag,) = tags(line)
        on_main(line, "again")
        line.number = 0
        line.scratch.git("fetch", "-q", "--tags", "origin")
        digest = line.scratch.git("cat-file", "tag", tag).rpartition("sha256:")[2]
        line.scratch.write(".github/environments/production.yaml", f"release: sha256:{digest}\n{PRODUCTION}")

        line.gate(line.open("by hand"))

        assert line.told == ("unavailable", "action_required")
        assert "has never stood in staging" in line.ours


@pytest.fixture
def serving(line: Works) -> Iterator[tuple[Works, Standing]]:
    """Return one whose production is on its way from a first release to a second."""
    reword(line)
    line.runs(landed(line), "promote")
    first = promoted(line)
    line.number = 0
    on_main(line, "go on")
    line.scratch.edit(PROMPT, "only, and in", "only and in")
    line.runs(landed(line), "promote")
    for name in ("staging", "production"):
        line.scratch.git("fetch", "-q", "--tags", "origin")
        line.scratch.git("checkout", "-q", "-B", "main", "origin/main")
        newest = next(tag for tag in tags(line) if tag != f"release/{first}")
        told = line.scratch.harness("promote", name, newest, "--push", "origin")
        assert told.exit_code == 0, told.told
        line.github.push("main", "mia")
    git = line.scratch.git
    whole = [git("cat-file", "tag", tag).rpartition("sha256:")[2] for tag in (f"release/{first}", newest)]
    git("fetch", "-q", "origin")
    path = ".github/environments/production.yaml"
    generation = int(git("rev-list", "--first-parent", "--count", "origin/main", "--", path))
    with standing(Rollout("production", generation, whole[0], whole[1], Phase.ROLLING, weight=10)) as served:
        line.gateway = served.url
        yield line, served


class TestATick:
    def test_takes_back_what_was_aborted_and_puts_it_on_record(self, serving: tuple[Works, Standing]) -> None:
        """By a pull request, for main is protected; by the second tick nothing more comes."""
        line, served = serving
        under_way = scheduled(line, "canary")
        served.rollout = replace(served.rollout, phase=Phase.ABORTED, weight=0, why="errors: odds 148 : 1")

        aborted, again = scheduled(line, "canary"), scheduled(line, "canary")

        assert under_way.succeeded, [job.log + job.why for job in under_way.jobs]
        assert (aborted.succeeded, again.succeeded) == (False, False)
        title = proposals(line)["harness/rollback-production"]
        assert title == f"Roll production back to release {served.rollout.stable[:12]}"
        assert "proposed already" in again.job("tick (production)").log
        (told,) = line.github.world.deployment_statuses.values()
        assert [one["state"] for one in told] == ["in_progress", "failure"]


class TestSomebodysRollback:
    def test_ends_the_rollout_first(self, serving: tuple[Works, Standing]) -> None:
        """Traffic is back before git is told; and nothing that they write is obeyed by a shell."""
        line, served = serving

        line.runs(dispatched(line, environment="production", reason="$(touch pwned) `x` --help"), "rollback")

        assert served.rollout.phase is Phase.ABORTED
        (body,) = [one.body for one, its in line.github.world.pulls() if its.head_ref == "harness/rollback-production"]
        assert "$(touch pwned) `x` --help" in str(body)
        assert list(line.root.rglob("pwned")) == []

    def test_of_no_environment_is_refused(self, line: Works) -> None:
        """A name is not a place for more options."""
        report = line.runs(dispatched(line, environment="production --key mine", reason="x"), "rollback")

        assert not report.succeeded
        assert "not the name of an environment" in report.job("rollback").log
