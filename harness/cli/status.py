"""`harness status`."""

from pathlib import Path

import click

from harness.adapters.clock import SystemClock
from harness.cli.history import told
from harness.cli.options import world
from harness.flows.environments import status
from harness.report.text import one_line


@click.command("status")
@click.pass_obj
def command(folder: Path, /) -> int:
    """Show what each environment runs and since when, by the commit that is checked out."""
    standing = status(world(folder), SystemClock())
    width = max(len(one.environment.name) for one in standing)
    for one in standing:
        click.echo(f"{one.environment.name:{width}}  {told(one.since)}")
        if one.frozen:
            click.echo(
                f"{'':{width}}  frozen until {one.frozen.until:%Y-%m-%d %H:%M} UTC: {one_line(one.frozen.reason)}"
            )
        for entry in one.environment.quarantine:
            click.echo(f"{'':{width}}  quarantined: {entry.release[:12]}, {one_line(entry.reason)}")
    return 0
