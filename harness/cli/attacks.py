"""`harness attacks`."""

import asyncio
from pathlib import Path

import click

from harness.cli.options import world
from harness.cli.progress import Progress
from harness.cli.usage import Group
from harness.core.attack import EVIDENT, MOST_TURNS, OBJECTIVES, STRATEGIES, Evident, Strategy
from harness.core.errors import ExitCode
from harness.core.money import show_usd
from harness.core.tally import Tally
from harness.core.words import count
from harness.flows.attack_import import TOOLS, import_attacks
from harness.flows.attack_search import Wanted, search_attacks
from harness.flows.attack_talk import Talks, talk
from harness.flows.found import Kept
from harness.flows.leading import TURNS, Led

BUDGET = 200
TIMES = 2
TIMES_MOST = 20
MOST = 100_000


@click.group("attacks", cls=Group)
def command() -> None:
    """Search for attacks that succeed, by ourselves or by a model, or import those of other tools, for review."""


@command.command("search")
@click.option("--prompt", required=True, help="The prompt that is attacked.", metavar="NAME")
@click.option(
    "--budget",
    type=click.IntRange(1, MOST),
    default=BUDGET,
    show_default=True,
    help="Candidates to try, at most.",
    metavar="N",
)
@click.option("--seed", default="1", show_default=True, help="Another one tries others.", metavar="TEXT")
@click.option(
    "--objective",
    "objectives",
    multiple=True,
    type=click.Choice(OBJECTIVES),
    help="Only this; may be repeated.  [default: each that the prompt can be asked for]",
    metavar="NAME",
)
@click.pass_obj
def look(folder: Path, /, *, prompt: str, budget: int, seed: str, objectives: tuple[str, ...]) -> int:
    """Look for attacks that succeed on a prompt.

    It changes the attacks that are there, one thing at a time, and asks the working tree. What succeeds is written
    to evalsets/injection/found/NAME.yaml, for review; move an entry to a file of payloads/ to adopt it. Exits 1
    when something succeeds. The same seed tries the same candidates, and asks nobody a second time.
    """
    wanted = Wanted(prompt, budget, seed, tuple(dict.fromkeys(objectives)))
    with Progress() as progress:
        found, tally = asyncio.run(search_attacks(world(folder), wanted, progress=progress.tell))
    click.echo(f"injection / {prompt}: {count(found.tried, 'candidate')} tried, {found.succeeded} succeeded")
    for rule, number in sorted(found.rules.items()):
        click.echo(f"  {rule:12} {number}")
    if found.succeeded:
        known = f"; the gate asks {found.known} anyway" if found.known else ""
        click.echo(f"{_told(found.kept)}{known}")
    click.echo(_cost(tally))
    return ExitCode.BLOCKED if found.succeeded else ExitCode.PASSED


@command.command("talk")
@click.option("--prompt", required=True, help="The prompt that is attacked.", metavar="NAME")
@click.option(
    "--by",
    "strategies",
    multiple=True,
    type=click.Choice(STRATEGIES),
    help="Only so; may be repeated.  [default: each]",
    metavar="NAME",
)
@click.option(
    "--objective",
    "objectives",
    multiple=True,
    type=click.Choice(EVIDENT),
    help="Only this; may be repeated.  [default: each that the prompt can be asked for]",
    metavar="NAME",
)
@click.option(
    "--turns",
    type=click.IntRange(1, MOST_TURNS + 1),
    default=TURNS,
    show_default=True,
    help="What the attacker says in a conversation, at most.",
    metavar="N",
)
@click.option(
    "--times",
    type=click.IntRange(1, TIMES_MOST),
    default=TIMES,
    show_default=True,
    help="Conversations of each kind.",
    metavar="N",
)
@click.pass_obj
def lead(
    folder: Path,
    /,
    *,
    prompt: str,
    strategies: tuple[Strategy, ...],
    objectives: tuple[Evident, ...],
    turns: int,
    times: int,
) -> int:
    """Let a model talk a prompt into what it must not do.

    The pin that params.yaml names as `attacker` leads conversations with the working tree, as giskard's Crescendo and
    GOAT do. Our detectors judge every answer. What succeeds is written to evalsets/injection/found/NAME.yaml, for
    review. Exits 1 when something succeeds, 3 when a conversation breaks off. The same again asks nobody.
    """
    wanted = Talks(prompt, Led(strategies or STRATEGIES, turns, times), tuple(dict.fromkeys(objectives)))
    with Progress() as progress:
        came, tally = asyncio.run(talk(world(folder), wanted, progress=progress.tell))
    click.echo(f"injection / {prompt}: {count(came.planned, 'conversation')}, {came.succeeded} succeeded")
    for rule, number in sorted(came.rules.items()):
        click.echo(f"  {rule:12} {number}")
    for why in came.broken:
        click.echo(f"  broke off: {why}")
    if came.succeeded:
        click.echo(_told(came.kept))
    click.echo(_cost(tally))
    if came.succeeded:
        return ExitCode.BLOCKED
    return ExitCode.INCONCLUSIVE if came.broken else ExitCode.PASSED


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "tool", type=click.Choice(list(TOOLS)), required=True, help="The tool that wrote FILE.")
@click.option(
    "--objective",
    type=click.Choice(OBJECTIVES),
    default=OBJECTIVES[0],
    show_default=True,
    help="What the attacks shall want.",
    metavar="NAME",
)
@click.pass_obj
def take(folder: Path, /, *, file: Path, tool: str, objective: str) -> int:
    """Write another tool's attacks as payloads.

    They go to evalsets/injection/found/imported-TOOL.yaml, for review; move an entry to a file of payloads/ to adopt
    it. The tool's verdicts are left to it.
    """
    found = import_attacks(world(folder), file, tool=tool, objective=objective)
    dropped = found.twice + found.too_long
    why = f" ({found.twice} with the text of another, {found.too_long} too long)" if dropped else ""
    click.echo(f"{count(found.read, 'attack')} read, {found.read - dropped} kept, {dropped} dropped{why}")
    click.echo(_told(found.kept))
    return ExitCode.PASSED


def _cost(tally: Tally) -> str:
    """Return what was asked and paid."""
    unpriced = f", {tally.unpriced} of them without a price" if tally.unpriced else ""
    calls = f"{count(tally.calls, 'call')} for {show_usd(tally.cost)}{unpriced}"
    return f"{calls}, {count(tally.cached, 'answer')} from the cache"


def _told(kept: Kept) -> str:
    """Return what was written where."""
    there = f", {kept.there} there already" if kept.there else ""
    if not kept.written:
        return f"nothing is written to {kept.path}{there}"
    return f"{count(kept.written, 'payload')} written to {kept.path}, for review{there}"
