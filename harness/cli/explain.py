"""`harness explain`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.flows.explain import explain
from harness.report.text import visible


@click.command("explain")
@click.argument("trial")
@click.pass_obj
def command(folder: Path, /, *, trial: str) -> int:
    """Say why TRIAL (prompt/case#repeat) is or is not in the cache, and what changed since it was asked."""
    for line in explain(world(folder), trial):
        click.echo(visible(line))
    return 0
