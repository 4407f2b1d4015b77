"""`harness cache`."""

import sys
from pathlib import Path

import click

from harness.cli.options import world
from harness.cli.usage import Group
from harness.core.errors import UsageError
from harness.core.words import count
from harness.flows.earlier import fetch, leave
from harness.flows.old_runs import prune_runs
from harness.flows.store import asked, prune, size
from harness.flows.trees import World
from harness.report.calls import call_lines

DAYS = 36_500
"""A century; no answer is older."""


@click.group("cache", cls=Group)
def command() -> None:
    """Show the size of the store, prune it, or share it among jobs."""


@command.command("size")
@click.pass_obj
def show(folder: Path, /) -> int:
    """Show how many answers the store holds, and how large it is."""
    here = world(folder)
    if not _has_store(here):
        click.echo("0 answers of 0 calls: nothing was asked here yet")
        return 0
    found = size(here)
    click.echo(f"{count(found.answers, 'answer')} of {count(found.calls, 'call')} in {found.bytes / 1000:,.0f} kB")
    return 0


@command.command("calls")
@click.pass_obj
def by_role(folder: Path, /) -> int:
    """Show the calls of the ledger by role and purpose: how many, their tokens, and what they cost."""
    here = world(folder)
    for line in call_lines(asked(here) if _has_store(here) else []):
        click.echo(line)
    return 0


@command.command("prune")
@click.option(
    "--older-than",
    type=click.IntRange(min=0, max=DAYS),
    required=True,
    help="Forget what is older than N days.",
    metavar="N",
)
@click.option("--yes", is_flag=True, help="Do not ask before every answer is forgotten (N is 0).")
@click.pass_obj
def forget(folder: Path, /, *, older_than: int, yes: bool) -> int:
    """Forget old answers, and remove old folders of .harness/runs. The ledger of what was paid is kept."""
    here = world(folder)
    if not older_than and not yes and not _meant():
        click.echo("nothing is forgotten")
        return 0
    gone = prune(here, days=older_than) if _has_store(here) else 0
    click.echo(f"{count(gone, 'answer')} forgotten, {count(prune_runs(here, days=older_than), 'run folder')} removed")
    return 0


@command.command("fetch")
@click.pass_obj
def take(folder: Path, /) -> int:
    """Fetch what earlier runs spent, and answers of base, from GitHub.

    The limits of `budget:` then hold across runs. Only runs of the default branch's own workflows are believed.
    GITHUB_REPOSITORY and GITHUB_TOKEN say where and as whom; the token needs `actions: read`.
    """
    for line in fetch(world(folder)):
        click.echo(line)
    return 0


@command.command("spent")
@click.pass_obj
def give(folder: Path, /) -> int:
    """Write what this job spent into .harness/spent.json, for later ones."""
    click.echo(leave(world(folder)))
    return 0


def _has_store(here: World) -> bool:
    """Return whether anything was kept here; opening a store would make one."""
    return (here.state / "state.db").exists()


def _meant() -> bool:
    """Ask whether every answer shall go.

    Raises:
        UsageError: Nobody is there to be asked.
    """
    what = "`--older-than 0` forgets every answer, those that were paid for too"
    if not sys.stdin.isatty():
        raise UsageError(what, hint="say so with `--yes`, or give a number of days")
    return click.confirm(f"{what}; go on?", err=True)
