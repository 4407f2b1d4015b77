"""`harness workflows`."""

import tempfile
from pathlib import Path

import click

from harness.adapters.folder import Folder
from harness.cli.options import world
from harness.cli.usage import Group
from harness.core.errors import ExitCode
from harness.core.words import count
from harness.flows.rehearsal import rehearse
from harness.flows.workflow_host import RunReport
from harness.flows.workflows import check_workflows, read_event
from harness.report.text import visible


@click.group("workflows", cls=Group)
def command() -> None:
    """Hold the workflow files against their rules, and run them here."""


@command.command("test")
@click.option(
    "--event",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Run the workflows that this event starts: a JSON file with its `name` and `payload`.",
    metavar="FILE",
)
@click.pass_obj
def test(folder: Path, /, *, event: Path | None) -> int:
    """Read every workflow file, and with an event run those that it starts.

    They run as they are committed: scripts for real, actions by stand-ins, secrets invented, and nothing inherited but
    PATH. Exit code 2: a rule is broken. Exit code 1: a run failed, or waits for a reviewer.
    """
    here = world(folder)
    checked = check_workflows(Folder(here.root))
    for fault in checked.faults:
        click.echo(visible(str(fault)))
    click.echo(f"{count(len(checked.paths), 'workflow file')}, {count(len(checked.faults), 'fault')}")
    if checked.faults:
        return ExitCode.CONTENT
    if event is None:
        return ExitCode.PASSED
    ended = []
    with tempfile.TemporaryDirectory() as made:
        for report in rehearse(here, read_event(event), Path(made), lambda _: "stand-in-for-a-token"):
            ended.append(report)
            _tell(report)
    if not ended:
        click.echo("the event starts no workflow")
    return ExitCode.PASSED if all(report.succeeded for report in ended) else ExitCode.BLOCKED


def _tell(report: RunReport) -> None:
    click.echo(f"{report.path}  {'succeeded' if report.succeeded else 'did not succeed'}")
    for job in report.jobs:
        click.echo(visible(f"  {job.result:8}  {job.name}  {job.environment}  {job.why}").rstrip())
        for step in (step for step in job.steps if step.conclusion == "failure" and step.log):
            click.echo(visible(f"    failed: {step.title}"))
            for line in step.log.splitlines()[-10:]:
                click.echo(visible(f"      {line}"))
