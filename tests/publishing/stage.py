"""A repository on GitHub with a pull request, and the gate that speaks on it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.github.people import GitHub
from tests.github.server import github
from tests.scenarios.scratch import Result, Scratch

BOT = "harness-gate"
PERMISSIONS = {"checks": "write", "pull_requests": "write", "security_events": "write"}
BRANCH = "change"
CODES = {"passed": 0, "blocked": 1, "inconclusive": 3, "unavailable": 4}
"""What `harness publish` exits with, by what it said."""


@dataclass
class Stage:
    """A desk with twenty cases on GitHub; `ana` may propose, `mia` manages."""

    github: GitHub
    scratch: Scratch
    run: int = 0
    """How many runs of the workflow there were."""
    number: int = 0
    """Of the pull request."""
    said: list[Result] = field(default_factory=list)

    @property
    def head(self) -> str:
        """The commit that is proposed."""
        return self.github.world.git.tip(f"refs/heads/{BRANCH}")

    def propose(self, message: str = "change") -> None:
        """Push what was changed, and open the pull request if it is not open."""
        self.scratch.commit(message)
        self.scratch.git("push", "-q", "-f", "origin", f"HEAD:{BRANCH}")
        if self.number:
            self.github.push(BRANCH, "ana")
        else:
            self.github.open_pull_request(BRANCH, "main", "ana")
            self.number = max(self.github.world.issues)

    def judge(self, *words: str, head: str = "") -> str:
        """Judge what is proposed against main, from git's objects, and return the run's folder."""
        told = self.scratch.harness("gate", "--candidate", head or self.head, "--against", "origin/main", *words)
        last = told.out.splitlines()[-1] if told.out else told.err
        assert last.startswith("reports in "), told.told
        return last.removeprefix("reports in ")

    def environ(self, run: int, attempt: int = 1) -> dict[str, str]:
        """Return what the workflow gives to the job that publishes."""
        return {
            "GITHUB_REPOSITORY": self.github.world.full_name,
            "GITHUB_TOKEN": self.github.token(PERMISSIONS, app=BOT),
            "GITHUB_API_URL": self.github.world.url,
            "GITHUB_RUN_NUMBER": str(run),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "HARNESS_LOGIN": f"{BOT}[bot]",
        }

    def publish(self, *words: str, run: int = 0, attempt: int = 1, head: str = "") -> Result:
        """Publish; without a run's number, as the next one."""
        self.run = run or self.run + 1
        head = head or self.head
        command = ("publish", *words, "--pr", str(self.number), "--head", head)
        return self.scratch.harness(*command, environ=self.environ(self.run, attempt))

    def pass_through(self) -> None:
        """Do what the workflow does on a push: say that it runs, judge, and say what came of it."""
        self.said = [self.publish("--running")]
        self.said.append(self.publish(self.judge(), run=self.run))
        expected = [0, CODES[str(self.mark["state"])]]
        assert [one.exit_code for one in self.said] == expected, [one.told for one in self.said]

    @property
    def comments(self) -> list[tuple[str, str]]:
        """The comments on the pull request, with their authors."""
        found = self.github.world.issues[self.number].comments.values()
        return [(one["user"]["login"], one["body"]) for one in found]

    @property
    def ours(self) -> str:
        """Our one comment."""
        (body,) = [body for author, body in self.comments if author == f"{BOT}[bot]"]
        return body

    @property
    def mark(self) -> dict[str, object]:
        """What our comment's first line says."""
        found: dict[str, object] = json.loads(
            self.ours.splitlines()[0].removeprefix("<!-- harness:v1 ").removesuffix(" -->")
        )
        return found

    def check(self, head: str = "") -> dict[str, Any]:
        """Return our check on a commit, the newest."""
        found = [run for run in self.github.world.checks.values() if run["head_sha"] == (head or self.head)]
        newest: dict[str, Any] = max(found, key=lambda run: run["id"])
        return newest

    @property
    def labels(self) -> set[str]:
        """The labels of the pull request."""
        return {str(name) for name in self.github.world.issues[self.number].labels}


@contextmanager
def stage(pristine: Scratch, folder: Path) -> Iterator[Stage]:
    """Put a repository on a GitHub of its own; its contract must hold to the end."""
    with github(folder / "github") as fake:
        scratch = pristine.copy(folder / "desk")
        scratch.write(".github/waivers.yaml", "managers: [mia]\n")
        scratch.commit("who manages")
        scratch.git("remote", "add", "origin", str(fake.remote))
        scratch.git("push", "-q", "origin", "main")
        fake.push("main", "mia")
        scratch.git("fetch", "-q", "origin")
        scratch.git("checkout", "-q", "-b", BRANCH)
        for login in ("ana", "mia"):
            fake.member(login)
        yield Stage(fake, scratch)
        assert fake.violations == []
