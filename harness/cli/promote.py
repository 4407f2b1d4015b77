"""`harness promote`."""

from pathlib import Path
from typing import Any

import click

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.cli.options import trusting, world
from harness.cli.ways import delivering, told, way_of
from harness.core.digest import short
from harness.flows.promote import promote
from harness.flows.proofs import trusted_key
from harness.flows.proposals import send_promotion


@click.command("promote")
@click.argument("environment")
@click.argument("release", default="")
@delivering
@trusting
@click.pass_obj
def command(folder: Path, /, *, environment: str, release: str, key: Path | None, **where: Any) -> int:  # noqa: ANN401 (click's own)
    """Let an environment run a release: one line of its file, as a commit.

    RELEASE is twelve digits or more; without it, what the environment's `from` runs, or else what HEAD serves. The
    commit goes on the branch that is checked out, or by --push onto a remote's as it is by then. Exit codes: 0 it is
    done, or was before, 1 it is refused, 2 a file or an argument is wrong.
    """
    here, way = world(folder), way_of(**where)
    signer = trusted_key(Folder(here.root), key)
    if way:
        edit, sent = send_promotion(here, signer, environment, release, way)
        click.echo(told(edit, sent, way) if sent else f"{environment} runs {short(edit.after)} already")
        return 0
    done = promote(here, signer, environment, release, SystemClock())
    if done.commit:
        click.echo(f"{environment}: {short(done.before) or 'nothing'} -> {short(done.after)}, commit {done.commit[:7]}")
    else:
        click.echo(f"{environment} runs {short(done.after)} already")
    return 0
