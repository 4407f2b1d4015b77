"""`harness rollback`."""

from pathlib import Path
from typing import Any

import click

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.cli.options import trusting, world
from harness.cli.ways import delivering, told, way_of
from harness.core.digest import short
from harness.flows.promote import Edit, Moved, rollback
from harness.flows.proofs import trusted_key
from harness.flows.proposals import send_recall
from harness.report.text import one_line


@click.command("rollback")
@click.argument("environment")
@click.option(
    "--reason", default="rolled back", help="Why, for the quarantine.  [default: rolled back]", metavar="TEXT"
)
@delivering
@trusting
@click.pass_obj
def command(folder: Path, /, *, environment: str, reason: str, key: Path | None, **where: Any) -> int:  # noqa: ANN401 (click's own)
    """Let an environment run what it ran before, and put what it runs in quarantine: one commit.

    Freezes do not hold it up. What was quarantined, or has no verdict that holds, is passed over. Exit codes: 0 it is
    done, 1 there is nothing to go back to, 2 a file or an argument is wrong.
    """
    here, way = world(folder), way_of(**where)
    signer = trusted_key(Folder(here.root), key)
    done: Edit | Moved
    if way:
        done, sent = send_recall(here, signer, environment, reason, way)
        line = told(done, sent, way)
    else:
        done = rollback(here, signer, environment, reason, SystemClock())
        line = f"{environment}: {short(done.before)} -> {short(done.after)}, commit {done.commit[:7]}"
    for one in done.passed_over:
        click.echo(f"passed over {one_line(one)}")
    click.echo(line)
    click.echo(f"{short(done.before)} is quarantined: {one_line(reason)}")
    return 0
