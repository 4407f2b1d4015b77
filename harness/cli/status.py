"""`harness status`."""

from pathlib import Path

import click

from harness.adapters.clock import SystemClock
from harness.cli.history import told
from harness.cli.options import trusting, world
from harness.core.digest import short
from harness.flows.environments import status
from harness.flows.promotions import Proposed, check_proposed
from harness.report.text import one_line


@click.command("status")
@click.option("--against", default="", help="Check what is let run otherwise than by REF.", metavar="REF")
@click.option("--candidate", default="HEAD", help="With --against: check REF and not HEAD.", metavar="REF")
@trusting
@click.pass_obj
def command(folder: Path, /, *, against: str, candidate: str, key: Path | None) -> int:
    """Show what each environment runs and since when, by the commit that is checked out.

    With --against, only what HEAD, or the candidate, changes against the merge base of REF, and whether it may be
    merged: by the files, the history and the key of that base. Exit codes: 0 it may, 1 it is refused, 2 a file or an
    option is wrong.
    """
    here, clock = world(folder), SystemClock()
    if against:
        for name, moved in check_proposed(here, key, Proposed(against, candidate), clock).items():
            click.echo(
                f"{name}: {short(moved.before) or 'nothing'} -> {short(moved.after) or 'nothing'}, may be merged"
            )
        return 0
    standing = status(here, clock)
    width = max(len(one.environment.name) for one in standing)
    for one in standing:
        click.echo(f"{one.environment.name:{width}}  {told(one.since)}")
        if one.frozen:
            until = f"{one.frozen.until:%Y-%m-%d %H:%M} UTC"
            click.echo(f"{'':{width}}  frozen until {until}: {one_line(one.frozen.reason)}")
        for entry in one.environment.quarantine:
            click.echo(f"{'':{width}}  quarantined: {short(entry.release)}, {one_line(entry.reason)}")
    return 0
