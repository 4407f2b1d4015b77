"""`harness attest`."""

import os
from pathlib import Path

import click

from harness.adapters.signing import make_keys
from harness.cli.options import world
from harness.core.attestation import ENVELOPE_FILE, STATEMENT_FILE
from harness.core.digest import short
from harness.core.errors import UsageError
from harness.flows.attest import attest, hand_over, signing_key
from harness.flows.runs import last_folder


@click.command("attest")
@click.argument("run", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[RUN]")
@click.option("--key", type=click.Path(path_type=Path), help="Sign with the private key in FILE (PEM).", metavar="FILE")
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write there what a later job needs: predicate.json, subject and what was signed.",
    metavar="FOLDER",
)
@click.option("--new-key", type=click.Path(path_type=Path), help="Make a pair of keys instead.", metavar="FILE")
@click.pass_obj
def command(folder: Path, /, *, run: Path | None, key: Path | None, to: Path | None, new_key: Path | None) -> int:
    """State what a gate found, as an in-toto test result, and sign it.

    RUN is the folder of a run; without it, the last one. It writes attestation.json, and with a key
    attestation.dsse.json. Without --key, the key is the PEM text in HARNESS_SIGNING_KEY. --new-key writes the private
    key to FILE and the public one to FILE.pub.
    """
    if new_key:
        if run or key or to:
            raise UsageError("`--new-key` makes keys and attests nothing", hint="call it alone, then `--key FILE`")
        made = make_keys(new_key)
        click.echo(f"key {short(made.id)}: keep {new_key} secret, and give {new_key}.pub to those who verify")
        return 0
    here = world(folder)
    signer = signing_key(here.environ, key)
    place = run or Path(os.path.relpath(last_folder(here)))
    done = attest(here, place, signer)
    if to:
        hand_over(done, place, to)
    click.echo(f"{done.statement.result}: {place / STATEMENT_FILE}")
    click.echo(f"content sha256:{done.statement.content}")
    if done.key:
        click.echo(f"signed by key {short(done.key)}: {place / ENVELOPE_FILE}")
    else:
        click.echo("not signed: sign it with `--key FILE`, or keyless on GitHub with actions/attest")
    return 0
