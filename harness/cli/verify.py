"""`harness verify`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.core.digest import short
from harness.core.verdict import Lifted
from harness.flows.verify import About, public_key, verify
from harness.report.text import one_line


@click.command("verify")
@click.argument("path", type=click.Path(path_type=Path), metavar="RUN-or-FILE")
@click.option("--key", type=click.Path(path_type=Path), required=True, help="The public key (PEM).", metavar="PUB")
@click.option("--commit", default="", help="The commit that must have been judged, in full.", metavar="SHA")
@click.option("--head", default="", help="A commit whose content must have been judged, in full.", metavar="SHA")
@click.pass_obj
def command(folder: Path, /, *, path: Path, key: Path, commit: str, head: str) -> int:
    """Check that somebody with this key says that the gate passed.

    RUN-or-FILE is the folder of a run, or its attestation.dsse.json. A verdict and pages beside it must be those that
    were signed. Exit codes: 0 it holds, 1 it does not, or the gate did not pass, 2 a file or an option is wrong.
    """
    signer = public_key(key)
    statement = verify(world(folder), path, signer, About(commit, head))
    about = f", commit {short(statement.commit)}" if statement.commit else ""
    click.echo(f"passed, signed by key {short(signer.id)}: content {short(statement.content)}{about}")
    for one in statement.lifted:
        click.echo(one_line(_told(one), 400))
    return 0


def _told(one: Lifted) -> str:
    until = f" until {one.until}" if one.until else ""
    return f"let through: {one.check} by {one.by} ({one.how}{until}): {one.reason}"
