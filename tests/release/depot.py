"""A repository whose environments live on GitHub, and what a job there is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.github.people import GitHub
from tests.github.server import github
from tests.release.shop import Line
from tests.scenarios.scratch import Result

PERMISSIONS = {"contents": "write", "pull_requests": "write", "deployments": "write"}


@dataclass
class Depot:
    """A repository whose environments live on GitHub."""

    line: Line
    github: GitHub

    def harness(self, *words: str) -> Result:
        """Run a command with a job's token, and have it done."""
        told = self.line.harness(*words, environ=self.environ)
        assert (told.exit_code, told.err) == (0, ""), told.told
        return told

    @property
    def environ(self) -> dict[str, str]:
        """What a job is given."""
        return {
            "GITHUB_REPOSITORY": self.github.world.full_name,
            "GITHUB_TOKEN": self.github.token(PERMISSIONS, app="llm-gate"),
            "GITHUB_API_URL": self.github.world.url,
        }

    def served(self, environment: str, ref: str = "main") -> str:
        """Return an environment's file as a branch of GitHub has it."""
        return self.github.world.git.git("show", f"{ref}:.github/environments/{environment}.yaml")

    @property
    def requests(self) -> list[tuple[str, str, str]]:
        """Head, title and text of the pull requests, oldest first."""
        return [(its.head_ref, one.title, one.body or "") for one, its in self.github.world.pulls()]


@contextmanager
def open_depot(line: Line, folder: Path) -> Iterator[Depot]:
    """Put a repository on a GitHub of its own, to which its contract must hold to the end."""
    with github(folder / "github") as fake:
        line.git("remote", "add", "origin", str(fake.remote))
        line.git("push", "-q", "--tags", "origin", "main")
        fake.push("main", "mia")
        yield Depot(line, fake)
        assert fake.violations == []
