"""`harness check`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.core.errors import ExitCode
from harness.flows.check import check
from harness.report.text import as_error


@click.command("check")
@click.pass_obj
def command(folder: Path, /) -> int:
    """Check every prompt, case, pin and policy of the working tree. Nothing is asked."""
    found = check(world(folder))
    if found.errors:
        click.echo("\n\n".join(map(as_error, found.errors)), err=True)
        return int(ExitCode.CONTENT)
    for note in found.notes:
        click.echo(f"note  {note}")
    click.echo(f"{found.prompts} prompts, {found.cases} cases and {found.gates} gates are well formed")
    return 0
