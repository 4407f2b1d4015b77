"""`harness compare`."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import click

from harness.cli.options import world
from harness.cli.progress import Progress
from harness.core.compared import PromptComparison
from harness.flows.compare_models import compare_models
from harness.flows.series import SHALLOW
from harness.report.models import model_lines


@click.command("compare")
@click.option("--models", required=True, help="The pins to compare with each prompt's own, as a,b,c.", metavar="PINS")
@click.option("--prompt", default="", help="Only this prompt.", metavar="NAME")
@click.option(
    "--runs",
    type=click.IntRange(min=1, max=100),
    default=SHALLOW,
    show_default=True,
    help="How often a case is asked whose answers vary.",
    metavar="N",
)
@click.option("--json", "as_data", is_flag=True, help="Print the comparison as JSON.")
@click.pass_obj
def command(folder: Path, /, *, models: str, prompt: str, runs: int, as_data: bool) -> int:
    """Compare pins by quality, cost and latency on the same cases.

    Asks each pin the regression cases of the working tree, of which answers that are in the store cost nothing, and
    names the cheapest pin that is not worse than the present one. It judges nothing, and exits 0.
    """
    aliases = [name.strip() for name in models.split(",") if name.strip()]
    with Progress() as progress:
        found = asyncio.run(compare_models(world(folder), aliases, prompt, runs=runs, progress=progress.show))
    if as_data:
        click.echo(json.dumps([_data(one) for one in found], indent=1))
        return 0
    for number, one in enumerate(found):
        for line in ([""] if number else []) + list(model_lines(one)):
            click.echo(line)
    return 0


def _data(found: PromptComparison) -> dict[str, object]:
    """Return a comparison as plain data."""
    pins = [{**one._asdict(), "usage": asdict(one.usage)} for one in found.pins]
    return {**found._asdict(), "pins": pins}
