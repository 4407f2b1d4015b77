"""`harness judge`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.cli.usage import Group
from harness.compare.skill import SOURCES
from harness.flows.judge_calibrate import calibrate_judge
from harness.report.judge_calibration import as_json, as_lines

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("judge", cls=Group)
def command() -> None:
    """Hold a judge against what people say of the same answers."""


@command.command("calibrate")
@click.argument("name")
@click.option(
    "--judged", type=_FILE, required=True, help="JSONL with `answer`, `asked` and the judge's `grade`.", metavar="FILE"
)
@click.option("--before", type=_FILE, default=None, help="The same of last time, to see a change.", metavar="FILE")
@click.option("--json", "as_data", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def measure(folder: Path, /, *, name: str, judged: Path, before: Path | None, as_data: bool) -> int:
    """Measure how far the judge NAME agrees with people's labels, and whether it may decide.

    What people say is in evalsets/judges/NAME.labels.jsonl. Nothing is asked.
    """
    found = calibrate_judge(world(folder).root, name, judged, before)
    if as_data:
        click.echo(as_json(found, sources=SOURCES), nl=False)
    else:
        for line in as_lines(found, sources=SOURCES):
            click.echo(line)
    return 0
