"""Promoting: an environment is pointed at a release, as a commit of one line; and pointed back."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from harness.adapters.commits import commit_file, committer
from harness.adapters.git import Git
from harness.adapters.signing import PublicKey
from harness.adapters.tags import message_of, tags
from harness.content.environment_edits import rewritten
from harness.content.environments import path_of
from harness.content.suggest import brief, did_you_mean
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.attestation import UnprovenError
from harness.core.digest import short
from harness.core.environment import Environment, Quarantined, RefusedError
from harness.core.errors import ContentError, UsageError
from harness.core.release import PREFIX, release_tag
from harness.flows.environments import environments, named, stands
from harness.flows.proofs import proven
from harness.flows.release import commit_of
from harness.flows.serving import served
from harness.flows.trees import World
from harness.ports import Clock
from harness.release.promotion import check_promotion
from harness.release.standing import earlier
from harness.report.text import one_line

_DIGITS = re.compile("[0-9a-f]{12,64}")
_SAID = re.compile(f"^{PREFIX}([0-9a-f]{{64}})$", re.MULTILINE)


class Edit(NamedTuple):
    """A change of an environment's file that is not made yet."""

    name: str
    """Of the environment."""
    before: str
    """All 64 digits of what it runs; empty for nothing."""
    after: str
    data: bytes = b""
    """The file as it is to be; empty where nothing changes."""
    message: str = ""
    """The commit's."""
    kind: str = "promote"
    """Or `rollback`."""
    passed_over: Sequence[str] = ()


class Moved(NamedTuple):
    """An environment that runs another release than before."""

    before: str
    after: str
    commit: str
    """Empty where it ran it already."""
    passed_over: Sequence[str] = ()
    """Why older releases were not taken, though they had stood there."""


def promote(world: World, key: PublicKey, name: str, wanted: str, clock: Clock) -> Moved:
    """Let an environment run a release, by a commit on the branch that is checked out; see `promotion`."""
    return _kept(world, promotion(Place(world), key, name, wanted, clock))


def rollback(world: World, key: PublicKey, name: str, reason: str, clock: Clock) -> Moved:
    """Let an environment run what it ran before, by a commit on the branch that is checked out; see `recall`."""
    return _kept(world, recall(Place(world), key, name, reason, clock))


def _kept(world: World, edit: Edit) -> Moved:
    made = commit_file(Git(world.root), path_of(edit.name), edit.data, edit.message) if edit.data else ""
    return Moved(edit.before, edit.after, made, edit.passed_over)


class Place(NamedTuple):
    """The commit at which it is decided."""

    world: World
    ref: str = "HEAD"


def promotion(at: Place, key: PublicKey, name: str, wanted: str, clock: Clock) -> Edit:
    """Return the change that lets an environment run a release.

    Args:
        at: The commit.
        key: Whose signature counts.
        name: Of the environment.
        wanted: Twelve digits or more of a release; empty for what its `from` runs, or else for what the commit serves.
        clock: Tells whether it has stood long enough, and whether nothing may be promoted now.

    Raises:
        UnprovenError: No verdict that holds let it pass.
        RefusedError: The environments' files forbid it, or forbid it now.
        UsageError: There is no such environment or release.
    """
    git, found = Git(at.world.root), environments(*at)
    target = named(found, name)
    source = found.get(target.source)
    release = find_release(git, wanted) if wanted else _next(at, source)
    if release == target.release:
        return Edit(name, release, release)
    proven(git, key, release)
    ran = stands(at.world, source.name, at.ref) if source else ()
    check_promotion(target, release, source, ran, clock.now())
    title = f"Promote release {short(release)} to {name}"
    return _edit(at, target, release, f"{title}\n\nIt ran {_called(target.release)} before.")


def recall(at: Place, key: PublicKey, name: str, reason: str, clock: Clock) -> Edit:
    """Return the change that lets an environment run what it ran before, and puts what it runs in quarantine.

    Raises:
        RefusedError: It runs nothing, or nothing that it ran before may come back.
        UsageError: There is no such environment.
    """
    git = Git(at.world.root)
    target = named(environments(*at), name)
    if not target.release:
        raise RefusedError(f"{name} runs no release", where=target.origin)
    passed_over: list[str] = []
    for release in earlier(stands(at.world, name, at.ref), target):
        try:
            proven(git, key, release)
        except (UnprovenError, ContentError) as fault:
            passed_over.append(f"release {short(release)}: {fault.what}")
            continue
        bad = Quarantined(target.release, one_line(reason), f"{clock.now():%Y-%m-%dT%H:%M:%SZ}", committer(git))
        message = f"Roll {name} back to release {short(release)}\n\n{short(bad.release)} is quarantined: {bad.reason}"
        return _edit(at, target, release, message, bad)._replace(kind="rollback", passed_over=passed_over)
    why = f" ({'; '.join(passed_over)})" if passed_over else ""
    raise RefusedError(f"nothing that {name} ran before may come back{why}", hint="promote another release")


def find_release(git: Git, wanted: str) -> str:
    """Return all 64 digits of a release.

    Raises:
        UsageError: There is none.
    """
    digits = wanted.removeprefix(PREFIX).removeprefix("release/")
    if not _DIGITS.fullmatch(digits):
        raise UsageError(f"`{brief(wanted)}` names no release", hint="give the twelve digits of its tag `release/...`")
    tag = release_tag(digits)
    said = _SAID.search(message_of(git, tag)) if tag in tags(git, tag) else None
    if not said or not said[1].startswith(digits):
        known = [one.removeprefix("release/") for one in tags(git, "release") if one != tag]
        hint = "run `git fetch --tags`, or make it by `harness release`"
        raise UsageError(f"there is no release {short(digits)} here{did_you_mean(digits, known)}", hint=hint)
    return said[1]


def _next(at: Place, source: Environment | None) -> str:
    """Return what comes next where nobody says: what the environment before runs, or what the commit serves."""
    if source is None:
        return served(at.world, commit_of(*at)).digest
    if not source.release:
        raise RefusedError(f"{source.name} runs no release yet", where=source.origin)
    return source.release


def _edit(at: Place, target: Environment, release: str, message: str, *recalled: Quarantined) -> Edit:
    path = path_of(target.name)
    data = Git(at.world.root).tree(commit_of(*at), at.ref).read(path, limit=FILE_LIMIT)
    return Edit(target.name, target.release, release, rewritten(data, path, release, *recalled), message)


def _called(release: str) -> str:
    return short(release) if release else "none"
