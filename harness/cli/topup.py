"""`harness topup`."""

import asyncio
from pathlib import Path
from typing import Any

import click

from harness.cli.options import scope_of, scoped, world
from harness.cli.progress import Progress
from harness.core.words import count
from harness.flows.rounds import DEPTH
from harness.flows.topup import topup


@click.command("topup")
@click.option(
    "--runs",
    type=click.IntRange(1, DEPTH),
    default=DEPTH,
    show_default=True,
    help="Answers that each case shall have.",
    metavar="N",
)
@scoped
@click.pass_obj
def command(folder: Path, /, *, runs: int, **given: Any) -> int:  # noqa: ANN401 (click's own)
    """Ask each case whose answers vary until it has ten answers, so that gates against this tree need fewer.

    Run it after a merge, away from pull requests: a gate finds these answers where base is this tree. Answers that are
    seven days old count no more and are asked for anew.
    """
    with Progress() as progress:
        pairs, tally = asyncio.run(topup(world(folder), scope_of(**given), runs, progress=progress.show))
    for pair in pairs:
        click.echo(f"{pair}  {count(runs, 'answer')} to each case")
    if not pairs:
        click.echo("no pair has answers that vary: one answer to each case is all")
    click.echo(f"{count(tally.calls, 'call')}, {count(tally.cached, 'answer')} from the cache")
    return 0
