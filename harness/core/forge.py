"""What is said on a pull request, and what is heard there: the nouns of publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Conclusion(StrEnum):
    """How a check run ends.

    Never `neutral` or `skipped`, by which a required check counts as met.
    """

    SUCCESS = "success"
    FAILURE = "failure"
    ACTION_REQUIRED = "action_required"


class Level(StrEnum):
    """How loud an annotation is."""

    FAILURE = "failure"
    WARNING = "warning"
    NOTICE = "notice"


class Annotation(NamedTuple):
    """A remark at a line of a file of the candidate."""

    path: str
    line: int
    level: Level
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckRun:
    """The check of one head: shown as running until it has a conclusion."""

    name: str
    head: str
    external_id: str
    """Which run made it: `<run>.<attempt>`."""
    title: str
    summary: str
    text: str = ""
    conclusion: Conclusion | None = None
    annotations: tuple[Annotation, ...] = ()
    details_url: str = ""


class Posted(NamedTuple):
    """A check run that stands on a head."""

    id: int
    app: str
    """The slug of the application that made it."""
    external_id: str
    running: bool


class Comment(NamedTuple):
    """A comment on a pull request."""

    id: int
    author: str
    body: str


class PullRequest(NamedTuple):
    """A pull request at this moment."""

    number: int
    head: str
    """The commit that is proposed."""
    base: str
    """The branch it goes to."""
    labels: frozenset[str] = frozenset()


class Approval(NamedTuple):
    """A review that approves one commit."""

    login: str
    commit: str


class Posting(NamedTuple):
    """Which pull request a verdict is shown on, which run made it, and where more of it is found."""

    number: int
    head: str
    """The commit that is proposed: 40 or 64 hexadecimal digits."""
    run: int
    attempt: int = 1
    urls: Mapping[str, str] = MappingProxyType({})
    """Addresses of ours, by what they lead to: `check`, `report`, `attestation` and `run`, as far as there are any."""
    caveats: tuple[str, ...] = ()
    """What weakens the verdict, in words of ours: that any workflow could have posted it, for instance."""
