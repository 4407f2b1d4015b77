"""`harness selftest`."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.adapters.clock import SystemClock
from harness.cli.options import scope_of, scoped, world
from harness.cli.progress import SECONDS_BETWEEN_LINES
from harness.compare.sequential import ALPHA
from harness.core.errors import ExitCode
from harness.core.words import count
from harness.flows.proof import PATH, lines, write_proof
from harness.flows.rounds import DEPTH
from harness.flows.selftest import Trials, selftest
from harness.report.summary import cost


@click.command("selftest")
@click.option(
    "--gates", type=click.IntRange(1), default=200, show_default=True, help="Gates of no change.", metavar="N"
)
@click.option(
    "--drops", type=click.IntRange(0), default=100, show_default=True, help="Gates of a planted drop.", metavar="N"
)
@click.option(
    "--drop", type=click.FloatRange(0.1, 100), default=10.0, show_default=True, help="Points it has.", metavar="POINTS"
)
@click.option(
    "--depth",
    type=click.IntRange(3, DEPTH),
    default=DEPTH,
    show_default=True,
    help="Runs of a case on base.",
    metavar="N",
)
@scoped
@click.pass_obj
def command(folder: Path, /, *, gates: int, drops: int, drop: float, depth: int, **given: Any) -> int:  # noqa: ANN401 (click's own)
    """Measure how often this repository's gates block what changes nothing, and find a drop that is planted.

    Each gate judges the working tree against itself, by answers of its own. Until the result is committed and merged,
    gates that weigh answers which vary are advisory. Every answer that costs is kept, and paid for once.
    """
    here, scope = world(folder), scope_of(**given)
    trials = Trials(gates, drops, drop / 100, depth)
    proof, run, interrupted = asyncio.run(selftest(here, scope, trials, progress=_tell()))
    for line in lines(proof):
        click.echo(line)
    click.echo(f"{count(run.calls, 'call')}, {cost(run)}")
    if interrupted:
        done = f"{proof.gates + proof.planted} of {count(gates + drops, 'gate')}"
        click.echo(f"interrupted: {done} came to their end, and nothing is recorded; answers that cost are kept")
        return ExitCode.INCONCLUSIVE
    if scope.partial:
        click.echo("not recorded: a selftest with filters proves nothing of the whole")
    else:
        path = here.root / PATH
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_proof(proof), encoding="utf-8")
        click.echo(f"recorded in {PATH}: it counts once it is merged")
    return 0 if proof.upper <= ALPHA else ExitCode.INCONCLUSIVE


def _tell() -> Callable[[int, int], None]:
    """Return what says on standard error how many gates are done, now and then."""
    clock = SystemClock()
    told = clock.elapsed()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if done == total or clock.elapsed() - told >= SECONDS_BETWEEN_LINES:
            told = clock.elapsed()
            click.echo(f"{done} of {total} gates", err=True)

    return progress
