"""`harness gate`."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from harness.cli.options import compared, profiled, scope_of, scoped, world
from harness.cli.progress import Progress
from harness.cli.publish import tell
from harness.core.verdict import Outcome, Verdict
from harness.flows.agenda import Options
from harness.flows.gate import gate
from harness.flows.posting import Place, post
from harness.flows.runs import failed_cases, write_run
from harness.flows.suites import Profile
from harness.flows.trees import World
from harness.plan.shards import read_shard
from harness.report.document import as_json
from harness.report.terminal import as_lines

COLOURS = {Outcome.BLOCKED: "red", Outcome.UNAVAILABLE: "red", Outcome.INCONCLUSIVE: "yellow", Outcome.PASSED: "green"}


@click.command("gate")
@click.option("--all", "everything", is_flag=True, help="Judge the absolute bounds on every case, changed or not.")
@compared
@click.option(
    "--policy",
    type=click.Choice(["base", "candidate"]),
    default="base",
    help="Whose gates judge; `candidate` is a preview.",
)
@click.option("--bootstrap", is_flag=True, help="Let the candidate's policy judge where base has none.")
@click.option("--failed", is_flag=True, help="Only the cases that failed or were lost in the last run.")
@click.option(
    "--replay",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Judge by the answers recorded in FILE; nobody is asked.",
    metavar="FILE",
)
@profiled
@click.option("--shard", default="1/1", help="Judge only the I-th of N parts, for `harness merge`.", metavar="I/N")
@click.option("--publish", "number", type=click.IntRange(min=1), help="Say it on that pull request.", metavar="N")
@click.option("--json", "as_data", is_flag=True, help="Print the verdict as JSON.")
@scoped
@click.pass_obj
def command(folder: Path, /, *, everything: bool, policy: str, failed: bool, as_data: bool, **given: Any) -> int:  # noqa: ANN401 (click's own)
    """Judge a change of prompts, cases or pins against its base.

    Without a filter the verdict covers every pair that differs; unchanged pairs cost nothing. Reports go to
    .harness/runs/.
    """
    here = world(folder)
    against, candidate, bootstrap, replay, profile, shard, number = (
        given.pop(name) for name in ("against", "candidate", "bootstrap", "replay", "profile", "shard", "number")
    )
    scope = scope_of(**given)
    if failed:
        scope = replace(scope, only=failed_cases(here))
    options = Options(
        all=everything,
        against=against,
        candidate=candidate,
        policy=policy,
        bootstrap=bootstrap,
        replay=replay,
        scope=scope,
        profile=Profile(profile),
        shard=read_shard(shard),
    )
    with Progress() as progress:
        verdict, files = asyncio.run(gate(here, options, progress=progress.show))
    written = leave(here, verdict, files, as_data=as_data)
    if number is None:
        return verdict.exit_code
    done = post(here, Place(number), written)
    tell(done)
    return done.verdict.exit_code


def leave(here: World, verdict: Verdict, files: Mapping[str, str], *, as_data: bool) -> Path:
    """Write a run's folder, print its verdict, and return the folder."""
    written = here.root / write_run(here, verdict, files)
    if as_data:
        click.echo(as_json(verdict), nl=False)
    else:
        for line in as_lines(verdict, paint):
            click.echo(line)
        click.echo(f"reports in {os.path.relpath(written)}")
    return written


def paint(outcome: Outcome, text: str) -> str:
    """Colour an outcome word on a terminal that wants colour."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return click.style(text, fg=COLOURS[outcome], bold=True)
