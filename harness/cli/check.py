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
    for error in found.errors:
        click.echo(as_error(error), err=True)
    if found.errors:
        return int(ExitCode.CONTENT)
    click.echo(f"{found.prompts} prompts, {found.cases} cases and {found.gates} gates are well formed")
    return 0
