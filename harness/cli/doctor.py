"""`harness doctor`."""

import json
from pathlib import Path

import click

from harness.cli.options import world
from harness.core.errors import ExitCode
from harness.flows.doctor import UNSEEN, Diagnosed, diagnose
from harness.report.diagnoses import diagnoses_data, diagnosis_lines, tally
from harness.report.text import visible


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print what was found for programs.")
@click.pass_obj
def command(folder: Path, /, *, as_json: bool) -> int:
    """Check a repository's settings on GitHub, and its files, for what the gate needs.

    Each thing is ok, weaker (and what somebody could do because of it), broken, or not known. GITHUB_REPOSITORY and
    GITHUB_TOKEN say where and as whom; without a repository only files are looked at. It writes nothing. Exit code 1:
    a change could be merged without the check, or the check could never pass. Exit code 3: something is not known.
    """
    found = diagnose(world(folder))
    unseen = () if found.repository else UNSEEN
    if as_json:
        told = {"repository": found.repository, "files": found.files, "unseen": list(unseen)}
        click.echo(json.dumps({**told, "diagnoses": diagnoses_data(found.diagnoses)}, indent=2))
    else:
        _tell(found, unseen)
    if found.broken:
        return ExitCode.BLOCKED
    return ExitCode.INCONCLUSIVE if found.unsure else ExitCode.PASSED


def _tell(found: Diagnosed, unseen: tuple[str, ...]) -> None:
    for line in diagnosis_lines(found.diagnoses):
        click.echo(line)
    for what in unseen:
        click.echo(f"not looked at: {what}")
    if unseen:
        click.echo("set GITHUB_REPOSITORY and GITHUB_TOKEN to look there too")
    click.echo(visible(f"{found.repository or found.files}: {tally(found.diagnoses)}"))
