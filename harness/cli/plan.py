"""`harness plan`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from harness.cli.options import compared, profiled, scope_of, scoped, world
from harness.flows.agenda import Options
from harness.flows.plan import plan, plan_lines
from harness.flows.suites import Profile
from harness.report.text import visible


@click.command("plan")
@click.option("--all", "everything", is_flag=True, help="As for a gate with `--all`.")
@compared
@profiled
@click.option("--json", "as_data", is_flag=True, help="Print the pairs as JSON.")
@scoped
@click.pass_obj
def command(folder: Path, /, *, everything: bool, against: str, candidate: str, as_data: bool, **given: Any) -> int:  # noqa: ANN401 (click's own)
    """Show what a gate would judge, and prove by digests what it would skip. Nothing is asked."""
    profile = Profile(given.pop("profile"))
    options = Options(all=everything, against=against, candidate=candidate, scope=scope_of(**given), profile=profile)
    found = plan(world(folder), options)
    if as_data:
        click.echo(
            json.dumps({"pairs": [asdict(pair) for pair in found.pairs], "estimate": asdict(found.estimate)}, indent=1)
        )
    else:
        for line in plan_lines(found):
            click.echo(visible(line))
    return 0
