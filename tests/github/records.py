"""What the fake knows of people, tokens and conversations."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.github.contract import Doc

WORKFLOWS = "github-actions"
"""The application as which every workflow token speaks."""
LEVELS = ("none", "read", "write", "admin")


class RefusedError(Exception):
    """GitHub's answer to a request that keeps the contract and still cannot be granted."""

    def __init__(self, status: int, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        self.document: Doc = {"message": message, "documentation_url": "https://docs.github.com/rest", **more}


class BrokenRuleError(RefusedError):
    """A request that breaks a rule which the description does not state; a violation like those it does."""


@dataclass(frozen=True, slots=True)
class App:
    """An application of GitHub's."""

    id: int
    slug: str
    installation: int
    permissions: Mapping[str, str]

    @property
    def login(self) -> str:
        """As whom it writes."""
        return f"{self.slug}[bot]"


@dataclass(frozen=True, slots=True)
class Token:
    """What a client shows, and exactly what it may do with that."""

    secret: str = field(repr=False)
    actor: str
    permissions: Mapping[str, str]
    app: App | None = None

    def allows(self, permission: str, level: str) -> bool:
        """Return whether it has a permission at a level or above."""
        held = "read" if permission == "metadata" else self.permissions.get(permission, "none")
        return LEVELS.index(held) >= LEVELS.index(level)


@dataclass(slots=True)
class Pull:
    """What a pull request has that an issue has not."""

    head_ref: str
    head_repository: str
    base_ref: str
    head: str
    base: str
    """Where its base was when its head last moved: what the API says, and no more than that."""
    tip: str = ""
    """Where its base is."""
    merged_by: str = ""
    merged_at: str | None = None
    merge_sha: str | None = None
    reviews: list[Doc] = field(default_factory=list)
    seen: str = ""
    """The head that the last event told of."""
    group: tuple[str, str, str] | None = None
    """In the merge queue: its ref, the commit it stands on, and its own."""


@dataclass(slots=True)
class Issue:
    """An issue, or the conversation of a pull request."""

    number: int
    title: str
    body: str | None
    author: str
    created: str
    updated: str
    state: str = "open"
    closed: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: dict[int, Doc] = field(default_factory=dict)
    pull: Pull | None = None


class Call(NamedTuple):
    """One request, as GitHub logs it."""

    method: str
    path: str
    query: Mapping[str, str]
    body: object
    operation: str
    actor: str
    status: int

    @property
    def writes(self) -> bool:
        """Whether it asks for a change."""
        return self.method not in {"GET", "HEAD"}

    def is_(self, method: str, pattern: str) -> bool:
        """Return whether it has this method and a path with such a part."""
        return self.method == method and re.search(pattern, self.path) is not None


class Event(NamedTuple):
    """Something happened."""

    name: str
    """As `on:` has it, such as `pull_request` or `merge_group`."""
    payload: Doc
