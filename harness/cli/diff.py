"""`harness diff`."""

import asyncio
from pathlib import Path

import click

from harness.cli.options import compared, world
from harness.flows.agenda import Options
from harness.flows.diff import diff, diff_lines
from harness.plan.scope import Scope
from harness.report.text import visible


@click.command("diff")
@click.argument("case")
@click.option("--prompt", default="", help="Only this prompt, where several have such a case.", metavar="NAME")
@compared
@click.pass_obj
def command(folder: Path, /, *, case: str, prompt: str, against: str, candidate: str) -> int:
    """Show base and candidate side by side for one case: answers, expectations, and a text diff."""
    options = Options(against=against, candidate=candidate, scope=Scope(prompt=prompt))
    for found in asyncio.run(diff(world(folder), case, options)):
        for line in diff_lines(found):
            click.echo(visible(line))
    return 0
