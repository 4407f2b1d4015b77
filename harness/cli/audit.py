"""`harness audit`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.cli.usage import Group
from harness.core.errors import ExitCode
from harness.core.words import count
from harness.flows.audit import verify

MOST = 20
"""Faults that are printed of a log."""


@click.group("audit", cls=Group)
def command() -> None:
    """Check the audit log that `harness serve` writes."""


@command.command("verify")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--head", default="", help="A line must have this digest, which was noted elsewhere.", metavar="DIGEST")
@click.pass_obj
def check(folder: Path, /, *, files: tuple[Path, ...], head: str) -> int:
    """Say whether a line of the audit log was removed, changed, moved, or cut off its end.

    Without FILE, all logs in .harness/audit. It exits 1 where one is not whole, and names the line. A log that was
    written anew as a whole, its head too, is found by --head alone.
    """
    passed = True
    for log in verify(world(folder), files, head):
        click.echo(log.told)
        for fault in log.found.faults[:MOST]:
            click.echo(f"  {fault.where}: {fault.what}")
        if len(log.found.faults) > MOST:
            click.echo(f"  and {count(len(log.found.faults) - MOST, 'fault')} more")
        if log.found.torn:
            click.echo(f"  {log.found.torn}: never written to its end, as after a kill; the next start takes it away")
        passed &= not log.found.faults
    return ExitCode.PASSED if passed else ExitCode.BLOCKED
