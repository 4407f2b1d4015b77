"""The environments of a repository, as its commits have them: what each runs, and what it ran."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harness.adapters.git import Git
from harness.adapters.history import Version, versions
from harness.content.environments import FOLDER, path_of, read_environment, read_environments
from harness.content.suggest import did_you_mean
from harness.core.environment import Environment
from harness.core.errors import ContentError, UsageError
from harness.flows.release import commit_of
from harness.flows.trees import World
from harness.ports import Clock
from harness.release.freezing import Frozen, frozen
from harness.release.standing import Stand


class Entry(NamedTuple):
    """One commit in an environment's history."""

    version: Version
    release: str
    """What it ran then; empty for none, and where its file could not be read."""


class Standing(NamedTuple):
    """How an environment stands."""

    environment: Environment
    since: Entry
    """The commit from which on it runs what it runs."""
    frozen: Frozen | None


def environments(world: World, ref: str = "HEAD") -> Mapping[str, Environment]:
    """Return the environments of a commit, by name.

    Raises:
        UsageError: There is no such commit, or it has none.
        ContentError: A file is wrong.
    """
    commit = commit_of(world, ref)
    found = read_environments(Git(world.root).tree(commit, commit[:7]))
    if not found:
        raise UsageError(f"{ref} has no environment", hint=f"docs/releases.md says how; files go into {FOLDER}")
    return found


def named(found: Mapping[str, Environment], name: str) -> Environment:
    """Return an environment.

    Raises:
        UsageError: There is none of that name.
    """
    if name not in found:
        what = f"there is no environment `{name}`{did_you_mean(name, found)}"
        raise UsageError(what, hint=f"environments: {', '.join(found)}")
    return found[name]


def history(world: World, name: str, ref: str = "HEAD") -> Sequence[Entry]:
    """Return what an environment ran until a ref, newest first.

    Raises:
        UsageError: The clone lacks the older part of its history.
    """
    path = path_of(name)
    return [Entry(version, _release(version, path)) for version in versions(Git(world.root), path, ref)]


def stands(world: World, name: str, ref: str = "HEAD") -> Sequence[Stand]:
    """Return what an environment ran from when on until a ref, oldest first."""
    return [Stand(entry.release, entry.version.at) for entry in reversed(history(world, name, ref))]


def status(world: World, clock: Clock) -> Sequence[Standing]:
    """Return how each environment stands, sorted by name."""
    found = environments(world)
    return [
        Standing(one, since(history(world, name)), frozen(one.freezes, clock.now()))
        for name, one in sorted(found.items())
    ]


def since(entries: Sequence[Entry]) -> Entry:
    """Return the oldest of the newest entries that run the same."""
    first = entries[0]
    for entry in entries:
        if entry.release != entries[0].release:
            break
        first = entry
    return first


def _release(version: Version, path: str) -> str:
    if version.data is None:
        return ""
    try:
        return read_environment(version.data, path).release
    except ContentError:
        return ""
