"""Where a change of an environment goes: the branch that is checked out, a remote's, or a pull request."""

from collections.abc import Callable
from typing import Any

import click

from harness.core.digest import short
from harness.core.errors import UsageError
from harness.flows.delivery import Delivered, Fate, Way
from harness.flows.promote import Edit


def delivering[F: Callable[..., Any]](command: F) -> F:
    """Add to a verb where its change goes, in place of the branch that is checked out."""
    for option in (
        click.option("--propose", is_flag=True, help="With --push: open a pull request, which people merge."),
        click.option("--branch", default="main", help="The branch that counts.  [default: main]", metavar="NAME"),
        click.option(
            "--push", "remote", default="", help="Push to a branch of REMOTE, as it is now.", metavar="REMOTE"
        ),
    ):
        command = option(command)
    return command


def way_of(*, remote: str, branch: str, propose: bool) -> Way | None:
    """Return where a change goes; None for the branch that is checked out.

    Raises:
        UsageError: It is to be proposed, and nobody says where.
    """
    if propose and not remote:
        raise UsageError("`--propose` needs `--push`", hint="name the remote, such as `--push origin`")
    return Way(remote, branch, propose) if remote else None


def told(edit: Edit, done: Delivered, way: Way | None) -> str:
    """Return one line on what became of a change."""
    what = f"{edit.name}: {short(edit.before) or 'nothing'} -> {short(edit.after)}"
    match done.fate:
        case Fate.PUSHED:
            return f"{what}, commit {done.commit[:7]}{f' on {way.branch}' if way else ''}"
        case Fate.PROPOSED:
            return f"{what}, proposed by pull request {done.number}"
        case Fate.STANDS:
            return f"{what}, proposed already by pull request {done.number}"
        case Fate.CLOSED:
            return f"{what}, left: pull request {done.number} proposed it, and was closed"
        case Fate.LATE:
            return f"{what}, left: the branch has moved on meanwhile"
