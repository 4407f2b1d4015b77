"""The machine that workflow files are run on: what is lent to it, and what it reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from harness.adapters.git import Git
from harness.core.errors import HarnessError
from harness.core.jsons import Json
from harness.workflows.contexts import Site
from harness.workflows.events import Started
from harness.workflows.nouns import Environment


class StepFailedError(HarnessError):
    """An action that is used fails its step."""


class Grant(NamedTuple):
    """A token that is asked for."""

    permissions: Mapping[str, str]
    repository: str
    app: str = ""
    """The id of the application for which it is; empty for the token of a job."""


type TokenMaker = Callable[[Grant], str]


@dataclass(frozen=True, slots=True)
class Use:
    """An action that a step uses, as its stand-in sees it."""

    host: "Host"
    started: Started
    inputs: Mapping[str, str]
    permissions: Mapping[str, str]
    workspace: Path
    artifacts: Path
    """The run's own, a folder by name."""
    temporary: Path

    def need(self, name: str, level: str) -> None:
        """Fail the step where the job's token is not permitted something."""
        if self.permissions.get(name) not in {level, "write"}:
            raise StepFailedError(f"the job is not permitted `{name}: {level}`")


type StandIn = Callable[[Use], Mapping[str, str]]
"""What an action does here, and the outputs that it sets."""


@dataclass(frozen=True, slots=True)
class Host:
    """Everything around a run that GitHub would provide."""

    git: Git
    """The repository, with the refs that GitHub has: `refs/heads/...`, `refs/pull/N/head`."""
    scratch: Path
    token: TokenMaker
    actions: Mapping[str, StandIn]
    site: Site = field(default_factory=Site)
    path: str = "/usr/local/bin:/usr/bin:/bin"
    """The PATH of steps."""
    environments: Mapping[str, Environment] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By environment; those of the repository under the empty name."""
    variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    approved: frozenset[str] = frozenset()
    """The environments into which a reviewer lets this run."""
    patience: float = 600
    """The most seconds for one script, whatever its job says."""


class StepReport(NamedTuple):
    """What became of a step."""

    title: str
    conclusion: str
    log: str


class JobReport(NamedTuple):
    """What became of a job."""

    name: str
    result: str
    why: str = ""
    """Why it was skipped or refused."""
    environment: str = ""
    permissions: Mapping[str, str] = {}
    steps: tuple[StepReport, ...] = ()
    outputs: Mapping[str, str] = {}
    summary: str = ""

    @property
    def log(self) -> str:
        """Return what all its steps said."""
        return "".join(f"## {step.title}: {step.conclusion}\n{step.log}" for step in self.steps)


class RunReport(NamedTuple):
    """What became of a workflow that an event started."""

    path: str
    group: str
    """The concurrency group it belongs to, or an empty text."""
    jobs: tuple[JobReport, ...]
    outputs: Mapping[str, Json] = {}

    @property
    def succeeded(self) -> bool:
        """Return whether no job failed."""
        return all(job.result in {"success", "skipped"} for job in self.jobs)

    def job(self, name: str) -> JobReport:
        """Return the report of a job by its name."""
        return next(job for job in self.jobs if job.name == name)
