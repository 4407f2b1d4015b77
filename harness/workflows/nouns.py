"""The nouns of a workflow file, as it is written: expressions in them are still text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.errors import Origin
from harness.core.jsons import Json

type Texts = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a script, or an action that is used."""

    where: Origin
    id: str = ""
    name: str = ""
    condition: str = ""
    run: str = ""
    uses: str = ""
    given: Texts = field(default_factory=dict)
    """The key `with`."""
    env: Texts = field(default_factory=dict)
    shell: str = ""
    working_directory: str = ""
    timeout: Json = None
    continue_on_error: Json = False

    @property
    def title(self) -> str:
        """How a person finds it."""
        return self.name or self.id or self.uses or self.run.strip().partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Job:
    """One job: steps, or a reusable workflow that is called."""

    where: Origin
    id: str
    name: str = ""
    needs: tuple[str, ...] = ()
    condition: str = ""
    runs_on: Json = None
    shell: str = ""
    permissions: Mapping[str, str] | None = None
    """None where the workflow's hold."""
    environment: Json = None
    concurrency: Json = None
    outputs: Texts = field(default_factory=dict)
    env: Texts = field(default_factory=dict)
    matrix: Json = None
    fail_fast: Json = True
    timeout: Json = None
    continue_on_error: Json = False
    steps: tuple[Step, ...] = ()
    uses: str = ""
    given: Texts = field(default_factory=dict)
    secrets: Json = None


@dataclass(frozen=True, slots=True)
class Called:
    """What a reusable workflow or a composite action takes and gives."""

    inputs: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    outputs: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow file."""

    path: str
    name: str
    on: Mapping[str, Mapping[str, Json]]
    """The events by name, each with its filters."""
    jobs: Mapping[str, Job]
    permissions: Mapping[str, str] | None = None
    shell: str = ""
    env: Texts = field(default_factory=dict)
    concurrency: Json = None
    called: Called = field(default_factory=Called)
    """What it takes and gives where another workflow calls it."""


@dataclass(frozen=True, slots=True)
class Action:
    """A composite action."""

    path: str
    name: str
    takes: Called
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of an environment that a job may enter, as `.github/environments.yaml` declares them."""

    name: str
    branches: tuple[str, ...] = ()
    """The branches that may enter; any, where none is named."""
    reviewers: bool = False
    """Whether a person must let each job in."""
    secrets: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
