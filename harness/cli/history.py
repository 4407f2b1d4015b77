"""`harness history`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.core.digest import SHORT, short
from harness.flows.environments import Entry, environments, history, named
from harness.report.text import one_line


@click.command("history")
@click.argument("environment")
@click.pass_obj
def command(folder: Path, /, *, environment: str) -> int:
    """Show what an environment ran, newest first, and by which commits it came to that."""
    here = world(folder)
    named(environments(here), environment)
    for entry in history(here, environment):
        click.echo(told(entry))
    return 0


def told(entry: Entry) -> str:
    """Return one line on what an environment ran from a commit on."""
    version, release = entry.version, short(entry.release) or "nothing"
    words = f"{one_line(version.by, 40)}: {one_line(version.subject, 80)}"
    return f"{release:{SHORT}}  {version.at:%Y-%m-%d %H:%M} UTC  {version.commit[:7]}  {words}"
