"""`harness cache`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.flows.store import prune, size

DAYS = 36_500
"""A century; no answer is older."""


@click.group("cache")
def command() -> None:
    """Show the size of the store, or prune it."""


@command.command("size")
@click.pass_obj
def show(folder: Path, /) -> int:
    """Show how many answers the store holds, and how large it is."""
    found = size(world(folder))
    click.echo(f"{found.answers} answers of {found.calls} calls in {found.bytes / 1000:,.0f} kB")
    return 0


@command.command("prune")
@click.option(
    "--older-than",
    type=click.IntRange(min=0, max=DAYS),
    required=True,
    help="Forget answers older than N days.",
    metavar="N",
)
@click.pass_obj
def forget(folder: Path, /, *, older_than: int) -> int:
    """Forget old answers. The ledger of what was paid is kept."""
    gone = prune(world(folder), days=older_than)
    click.echo(f"{gone} answers forgotten")
    return 0
