"""`harness publish`."""

from pathlib import Path
from typing import Any

import click

from harness.cli.options import world
from harness.flows.posting import Outcome, Place, post, post_state
from harness.flows.publish import Published
from harness.flows.runs import last_folder


@click.command("publish")
@click.argument("run", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[RUN]")
@click.option("--pr", "number", type=click.IntRange(min=1), required=True, help="The pull request.", metavar="N")
@click.option("--head", default="", help="The commit that it proposes.  [default: the one judged]", metavar="SHA")
@click.option("--running", "begun", is_flag=True, help="Say that the gate is running.")
@click.option("--unavailable", "why", default="", help="Say that no verdict came, and why.", metavar="WHY")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Write files there.", metavar="FOLDER")
@click.pass_obj
def command(folder: Path, /, *, run: Path | None, begun: bool, why: str, **where: Any) -> int:  # noqa: ANN401 (click's own)
    """Say what became of a gate on its pull request: a comment, a check, labels and findings.

    RUN is the folder of a run; without it, the last one. GITHUB_REPOSITORY and GITHUB_TOKEN say where and as whom. An
    inconclusive check passes by a waiver in base's .github/waivers.yaml, or by a manager's approval of the head. The
    exit code is that of the verdict that was said; 0 with --running and --unavailable.
    """
    here, place = world(folder), Place(where["number"], where["head"], where["to"])
    if begun or why:
        told(post_state(here, place, why))
        return 0
    done = post(here, place, run or last_folder(here))
    tell(done)
    return done.verdict.exit_code


def tell(done: Outcome) -> None:
    """Print what was said of a run."""
    if done.rewritten:
        click.echo(f"{done.verdict.summary}; reports in {done.rewritten}")
    told(done.published)


def told(done: Published) -> None:
    """Print what became of publishing."""
    click.echo(f"comment {done.comment}; check {done.check or 'left: a newer run has spoken since'}")
    if done.findings:
        click.echo(f"findings {done.findings}")
