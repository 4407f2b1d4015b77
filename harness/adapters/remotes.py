"""A remote of git: what its branches name, and letting one name another commit if nobody was faster."""

import base64
from collections.abc import Mapping, Sequence

from harness.adapters.git import Git
from harness.core.errors import UnavailableError, UsageError


def signed_in(git: Git, environ: Mapping[str, str]) -> Git:
    """Return the repository as a job of CI sees it, whose token stands in `GITHUB_TOKEN` and in no file of git's."""
    server, token = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_TOKEN", "")
    if not server or not token:
        return git
    header = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    said = environ.get("GIT_CONFIG_COUNT", "")
    number = int(said) if said.isdecimal() else 0
    more = {
        f"GIT_CONFIG_KEY_{number}": f"http.{server}/.extraheader",
        f"GIT_CONFIG_VALUE_{number}": f"AUTHORIZATION: basic {header}",
        "GIT_CONFIG_COUNT": str(number + 1),
        "GIT_TERMINAL_PROMPT": "0",
    }
    return Git(git.root, more)


def tip(git: Git, remote: str, ref: str) -> str:
    """Return the commit that a full ref of a remote names, fetched with its history; empty where it has none."""
    named = named_by(git, remote, ref)
    if named:
        git.run("fetch", "--quiet", "--no-tags", remote, named)
    return named


def fetch_tags(git: Git, remote: str) -> None:
    """Take over what a remote has, with its tags: releases and verdicts."""
    _no_option(remote)
    git.run("fetch", "--quiet", "--tags", "--force", remote)


def named_by(git: Git, remote: str, ref: str) -> str:
    """Return what a full ref of a remote names; empty where it has none."""
    _no_option(remote)
    for line in git.run("ls-remote", remote, ref).decode().splitlines():
        found, _, name = line.partition("\t")
        if name == ref:
            return found
    return ""


def pushed(git: Git, remote: str, ref: str, commit: str, *, over: str) -> bool:
    """Let a full ref of a remote name a commit, and return whether it does: not if somebody was faster.

    Args:
        git: The repository that has the commit.
        remote: Its name, or its address.
        ref: In full.
        commit: What it is to name.
        over: What it named when it was read; empty for nothing.

    Raises:
        UnavailableError: The remote refuses, though nobody was faster.
    """
    try:
        git.run("push", "--quiet", f"--force-with-lease={ref}:{over}", remote, f"{commit}:{ref}")
    except UnavailableError:
        if named_by(git, remote, ref) == over:
            raise
        return named_by(git, remote, ref) == commit
    return True


def moved_here(git: Git, ref: str, commit: str, *, over: str) -> bool:
    """Let a full ref of this repository name a commit, and return whether it does: not if somebody was faster."""
    try:
        git.run("update-ref", ref, commit, over or "0" * len(commit))
    except UnavailableError:
        if git.commit(ref) == over:
            raise
        return False
    return True


def push_tags(git: Git, remote: str, tags: Sequence[str]) -> None:
    """Push the tags that a remote lacks; of those that it has, it keeps its own."""
    if missing := [f"refs/tags/{tag}" for tag in tags if not named_by(git, remote, f"refs/tags/{tag}")]:
        git.run("push", "--quiet", remote, *missing)


def _no_option(remote: str) -> None:
    """Refuse what git would take for an option: `--upload-pack` names a program that it runs."""
    if remote.startswith("-"):
        raise UsageError(f"`{remote}` is no remote")
