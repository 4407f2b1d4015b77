"""`harness run`."""

import asyncio
from pathlib import Path
from typing import Any

import click

from harness.cli.options import scope_of, scoped, world
from harness.cli.progress import Progress
from harness.core.words import count
from harness.flows.run import run


@click.command("run")
@scoped
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:  # noqa: ANN401 (click's own)
    """Evaluate the working tree once, and write results and metrics.

    Writes .harness/results, .harness/metrics and .harness/plots, which DVC compares between commits. It judges
    nothing, and exits 0 however the cases end. With `--case`, `--tag` or `--first` it writes nothing.
    """
    scope = scope_of(**given)
    with Progress() as progress:
        results, tally = asyncio.run(run(world(folder), scope, progress=progress.show))
    for result in results:
        click.echo(f"{result.pair}  {result.passed}/{result.cases} pass")
    if scope.splits_pairs:
        click.echo("no results and metrics are written, since cases were left out")
    click.echo(f"{count(tally.calls, 'call')}, {count(tally.cached, 'answer')} from the cache")
    return 0
