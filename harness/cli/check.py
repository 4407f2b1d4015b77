"""`harness check`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.core.errors import ExitCode
from harness.core.words import count
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
    read = f"{count(found.prompts, 'prompt')}, {count(found.cases, 'case')} and {count(found.gates, 'gate')}"
    click.echo(f"{read} are well formed")
    return 0
