"""`harness judge`."""

import asyncio
from functools import partial
from pathlib import Path

import click

from harness.cli.options import world
from harness.cli.terminal import Terminal
from harness.cli.usage import Group
from harness.compare.skill import SOURCES
from harness.core.errors import UsageError
from harness.flows.judge_add import add_judge
from harness.flows.judge_calibrate import calibrate_judge, calibrated_elsewhere
from harness.flows.judge_label import label_answers, who
from harness.flows.judge_pile import answers_in_store, answers_of
from harness.plan.scope import Scope
from harness.report.judge_calibration import as_json, as_lines

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("judge", cls=Group)
def command() -> None:
    """Hold a judge against what people say of the same answers."""


@command.command("add")
@click.argument("name")
@click.pass_obj
def add(folder: Path, /, *, name: str) -> int:
    """Write the judge NAME into evalsets/judges/, to be edited.

    NAME is hallucination, toxicity, coherence, completeness or helpfulness.
    """
    click.echo(f"  {add_judge(world(folder).root, name)}")
    click.echo(f'next: let its `model` name a pin of params.yaml, and expect it in a case: {{"judge": "{name}"}}')
    click.echo(
        f"it only advises until 100 answers are labelled by people and `harness judge calibrate {name}` says more"
    )
    return 0


@command.command("calibrate")
@click.argument("name")
@click.option(
    "--judged",
    type=_FILE,
    default=None,
    help="Ask nobody: JSONL with `answer`, `asked` and the judge's `grade`.",
    metavar="FILE",
)
@click.option("--before", type=_FILE, default=None, help="The same of last time, to see a change.", metavar="FILE")
@click.option("--again", is_flag=True, help="Ask anew what is known, to see whether the model has changed.")
@click.option("--json", "as_data", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def measure(folder: Path, /, *, name: str, judged: Path | None, before: Path | None, again: bool, as_data: bool) -> int:
    """Measure how far the judge NAME agrees with people's labels, and whether it may decide.

    What people say is in evalsets/judges/NAME.labels.jsonl. The judge is asked of each labelled answer; what it says is
    written to NAME.judged.jsonl beside it, by which gates know how far to believe it. Commit that file. Exits with 1 if
    the judge has changed since that file was written.
    """
    here = world(folder)
    if judged is None:
        if before:
            raise UsageError("`--before` goes with `--judged`", hint="last time is what NAME.judged.jsonl says")
        found = asyncio.run(calibrate_judge(here, name, again=again))
    else:
        found = calibrated_elsewhere(here.root, name, judged, before)
    if as_data:
        click.echo(as_json(found, sources=SOURCES), nl=False)
    else:
        for line in as_lines(found, sources=SOURCES):
            click.echo(line)
    return int(judged is None and found.drift is not None and found.drift.changed)


@command.command("label")
@click.argument("name")
@click.option("--from", "file", type=_FILE, default=None, help="JSONL with `answer` and `asked`.", metavar="FILE")
@click.option("--prompt", default="", help="The answers of this prompt, whoever judges them.", metavar="NAME")
@click.option("--suite", default="", help="The answers of this suite, whoever judges them.", metavar="NAME")
@click.option("--by", default="", help="Who labels.  [default: git's user.email]", metavar="NAME")
@click.pass_obj
def label(folder: Path, /, *, name: str, file: Path | None, prompt: str, suite: str, by: str) -> int:
    """Label answers, one by one, for the judge NAME.

    Each label is a line of evalsets/judges/NAME.labels.jsonl at once. Without FILE the answers are those that the store
    has to the cases that ask this judge, of the working tree and of its base. What you have labelled is not shown
    again, and nothing is asked.
    """
    if file and (prompt or suite):
        raise UsageError("`--from` names all answers", hint="leave `--prompt` and `--suite` out")
    here, scope = world(folder), Scope(suite, prompt)
    answers = partial(answers_of, file) if file else partial(answers_in_store, here, name, scope)
    label_answers(here, name, who(here, by), Terminal(), answers)
    return 0
