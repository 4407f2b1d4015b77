"""`harness record`."""

import asyncio
from pathlib import Path
from typing import Any

import click

from harness.cli.options import compared, profiled, scope_of, scoped, world
from harness.core.words import count
from harness.flows.agenda import Options
from harness.flows.record import record
from harness.flows.suites import Profile


@click.command("record")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--all", "everything", is_flag=True, help="As for a gate with `--all`.")
@compared
@profiled
@scoped
@click.pass_obj
def command(
    folder: Path,
    /,
    *,
    file: Path,
    everything: bool,
    against: str,
    candidate: str,
    **given: Any,  # noqa: ANN401 (click's own)
) -> int:
    """Write the answers that a gate judged by into FILE, for `harness gate --replay FILE`. Nothing is asked."""
    profile = Profile(given.pop("profile"))
    options = Options(all=everything, against=against, candidate=candidate, scope=scope_of(**given), profile=profile)
    recorded = asyncio.run(record(world(folder), options, file))
    click.echo(f"{count(recorded, 'answer')} recorded in {file}")
    return 0
