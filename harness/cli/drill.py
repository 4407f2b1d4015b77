"""`harness drill`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.options import world
from harness.core.errors import ExitCode
from harness.core.policy import SUITES
from harness.drill.faults import FAULTS, Fault
from harness.drill.harmless import HARMLESS
from harness.drill.told import Planted, as_json, head, line, summary, wrong
from harness.flows.drill import drill
from harness.flows.suites import Profile
from harness.flows.trees import World

EDITS = {fault.name: fault for fault in (*FAULTS, *HARMLESS)}
_WIDTH = max(map(len, EDITS))


@click.command("drill")
@click.option(
    "--edit",
    "names",
    multiple=True,
    type=click.Choice(list(EDITS)),
    help="Only this fault or harmless edit; may be repeated.",
    metavar="NAME",
)
@click.option("--json", "as_data", is_flag=True, help="Print the table as JSON.")
@click.pass_obj
def command(folder: Path, /, *, names: tuple[str, ...], as_data: bool) -> int:
    """Plant known faults and harmless edits, each in a scratch copy, and see whether the gate tells them apart.

    A fault that is missed, or a harmless edit that is stopped, exits 1. Answers are kept: a second drill asks nobody.
    """
    edits = [EDITS[name] for name in names] or list(EDITS.values())
    if not as_data:
        click.echo(head(SUITES, _WIDTH))
    planted = asyncio.run(_drill(world(folder), edits, tell=not as_data))
    if as_data:
        click.echo(as_json(planted), nl=False)
    else:
        for told in summary(planted):
            click.echo(told)
    return ExitCode.BLOCKED if wrong(planted) else ExitCode.PASSED


async def _drill(here: World, edits: Sequence[Fault], *, tell: bool) -> list[Planted]:
    found: list[Planted] = []
    async for one in drill(here, edits, profile=Profile.PR, progress=lambda _plan, _done, _total: None):
        found.append(one)
        if tell:
            click.echo(line(one, SUITES, _WIDTH))
    return found
