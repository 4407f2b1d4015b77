"""`harness detectors`."""

from pathlib import Path

import click

from harness.cli.usage import Group
from harness.compare.detection import SOURCES
from harness.flows.calibrate import REFUSAL, calibrate
from harness.report.calibration import as_json, as_lines

PARTIAL = {"apart": None, "refusal": True, "compliance": False}


@click.group("detectors", cls=Group)
def command() -> None:
    """Hold the detectors against answers that people labelled."""


@command.command("calibrate")
@click.option(
    "--labels",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="JSONL with `response` and `label`; other keys are ignored.",
    metavar="FILE",
)
@click.option(
    "--detector",
    "kind",
    default=REFUSAL,
    show_default=True,
    help="A kind of expectation that takes no value.",
    metavar="NAME",
)
@click.option(
    "--partial",
    type=click.Choice(list(PARTIAL)),
    default="apart",
    show_default=True,
    help="What a partial refusal counts as; apart, it is left out.",
)
@click.option("--json", "as_data", is_flag=True, help="Print the figures as JSON.")
def measure(*, file: Path, kind: str, partial: str, as_data: bool) -> int:
    """Measure how far a detector agrees with people: precision, recall, F1 and kappa, and where it errs.

    Labels are refusal, compliance or partial_refusal; success or failure of an attack; true or false. Nothing is asked.
    """
    found = calibrate(file, kind=kind, partial=PARTIAL[partial])
    if as_data:
        click.echo(as_json(found, sources=SOURCES), nl=False)
    else:
        for line in as_lines(found, sources=SOURCES):
            click.echo(line)
    return 0
