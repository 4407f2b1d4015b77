"""The history of one file in git, along the line of first parents: what a branch was, one merge after the other."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from harness.adapters.git import Git
from harness.core.errors import UsageError


class Version(NamedTuple):
    """A file as a commit left it."""

    commit: str
    at: datetime
    """When it was committed, as whoever did says."""
    by: str
    subject: str
    data: bytes | None
    """None where the commit took it away."""


def versions(git: Git, path: str, ref: str) -> Sequence[Version]:
    """Return the versions of a file from the newest to the oldest, as a ref has come to be.

    Raises:
        UsageError: The clone lacks the older part of its history.
    """
    _check_whole(git)
    words = ("--first-parent", "--encoding=UTF-8", "--format=%H%x00%ct%x00%an%x00%s", ref, "--", path)
    lines = git.run("rev-list", *words).decode(errors="replace").split("\n")
    return [_version(git, path, line) for line in lines[1::2]]


def generation(git: Git, path: str, ref: str) -> int:
    """Return how many commits have changed a file, as a ref has come to be.

    Raises:
        UsageError: The clone lacks the older part of its history.
    """
    _check_whole(git)
    return int(git.run("rev-list", "--first-parent", "--count", ref, "--", path))


def _check_whole(git: Git) -> None:
    if git.shallow():
        raise UsageError("the clone is shallow, and its history not whole", hint="run `git fetch --unshallow`")


def _version(git: Git, path: str, line: str) -> Version:
    commit, seconds, by, subject = line.split("\x00", 3)
    address = git.run("rev-parse", "--verify", "--quiet", f"{commit}:{path}", maybe=True).decode().strip()
    data = git.blobs([address])[0] if address else None
    return Version(commit, datetime.fromtimestamp(int(seconds), UTC), by, subject, data)
