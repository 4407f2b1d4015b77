"""`harness promote`."""

from pathlib import Path

import click

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.cli.options import trusting, world
from harness.core.digest import short
from harness.flows.promote import promote
from harness.flows.proofs import trusted_key


@click.command("promote")
@click.argument("environment")
@click.argument("release", default="")
@trusting
@click.pass_obj
def command(folder: Path, /, *, environment: str, release: str, key: Path | None) -> int:
    """Let an environment run a release: one line of its file, as a commit.

    RELEASE is twelve digits or more; without it, what the environment's `from` runs, or else what HEAD serves. The
    commit goes on the branch that is checked out: push it, or propose it. Exit codes: 0 it is done, or was before,
    1 it is refused, 2 a file or an argument is wrong.
    """
    here = world(folder)
    done = promote(here, trusted_key(Folder(here.root), key), environment, release, SystemClock())
    if done.commit:
        click.echo(f"{environment}: {short(done.before) or 'nothing'} -> {short(done.after)}, commit {done.commit[:7]}")
    else:
        click.echo(f"{environment} runs {short(done.after)} already")
    return 0
