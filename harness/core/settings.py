"""Settings: what a forge says of the repository that a gate guards, and what it would not say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

METHODS = frozenset({"merge", "squash", "rebase"})
"""The ways in which a pull request may land."""


class Unknown(NamedTuple):
    """What could not be read."""

    needs: str
    """What would show it, such as a permission of the token."""


type Known[T] = T | Unknown


class RequiredCheck(NamedTuple):
    """A check that a branch asks for."""

    name: str
    app: int = 0
    """The id of the one App whose check counts; 0 where anybody's does."""


class Bypass(NamedTuple):
    """Somebody for whom a set of rules does not hold."""

    who: str
    everybody: bool = False
    """Whether it is all who can push a branch."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One set of rules that holds for the default branch."""

    name: str
    checks: tuple[RequiredCheck, ...] = ()
    strict: bool = False
    """Whether what is merged must be up to date with its base."""
    approvals: int = 0
    dismisses_stale: bool = False
    """Whether a push takes approvals away."""
    code_owners: bool = False
    last_push: bool = False
    """Whether somebody else than who pushed last must approve."""
    forbids_force: bool = False
    """Whether nobody may rewrite the branch."""
    queue: bool = False
    """Whether pull requests land by a merge queue."""
    methods: frozenset[str] = METHODS
    bypass: Known[tuple[Bypass, ...]] = ()


class TagGuard(NamedTuple):
    """One set of rules about tags that is in force."""

    include: tuple[str, ...]
    """The patterns of the tags that it is about."""
    exclude: tuple[str, ...]
    rules: frozenset[str]
    """What it forbids, in the forge's words: `deletion`, `update`."""
    bypass: Known[tuple[Bypass, ...]]


class Rules(NamedTuple):
    """All sets of rules that hold for the default branch."""

    branch: str
    guards: tuple[Guard, ...] = ()
    unread: tuple[Unknown, ...] = ()
    """What kept further sets from being seen."""


@dataclass(frozen=True, slots=True)
class Place:
    """An environment as the forge has it."""

    branches: tuple[str, ...] | None = ()
    """The patterns of branches that may enter; None where any may."""
    reviewers: bool = False
    """Whether a person lets each job in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The names of secrets, and the variables, that the jobs of a place are given."""

    secrets: Known[frozenset[str]] = frozenset()
    variables: Known[Mapping[str, str]] = field(default_factory=dict)


class TokenDefaults(NamedTuple):
    """What the token of a job may do that names no permissions."""

    writes: bool
    approves: bool
    """Whether any job's token may approve pull requests."""


class Home(NamedTuple):
    """The repository itself."""

    slug: str
    branch: str
    methods: Known[frozenset[str]]
