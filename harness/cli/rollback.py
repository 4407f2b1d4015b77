"""`harness rollback`."""

from pathlib import Path

import click

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.cli.options import trusting, world
from harness.core.digest import short
from harness.flows.promote import rollback
from harness.flows.proofs import trusted_key
from harness.report.text import one_line


@click.command("rollback")
@click.argument("environment")
@click.option(
    "--reason", default="rolled back", help="Why, for the quarantine.  [default: rolled back]", metavar="TEXT"
)
@trusting
@click.pass_obj
def command(folder: Path, /, *, environment: str, reason: str, key: Path | None) -> int:
    """Let an environment run what it ran before, and put what it runs in quarantine: one commit.

    Freezes do not hold it up. What was quarantined, or has no verdict that holds, is passed over. Exit codes: 0 it is
    done, 1 there is nothing to go back to, 2 a file or an argument is wrong.
    """
    here = world(folder)
    done = rollback(here, trusted_key(Folder(here.root), key), environment, reason, SystemClock())
    for one in done.passed_over:
        click.echo(f"passed over {one_line(one)}")
    click.echo(f"{environment}: {short(done.before)} -> {short(done.after)}, commit {done.commit[:7]}")
    click.echo(f"{short(done.before)} is quarantined: {one_line(reason)}")
    return 0
