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
@click.option("--json", "as_data", is_flag=True, help="Print the pairs and shards as JSON.")
@click.option(
    "--shards",
    type=click.IntRange(min=1, max=256),
    default=1,
    help="Name the shards of a gate that is dealt to at most N machines.",
    metavar="N",
)
@scoped
@click.pass_obj
def command(folder: Path, /, *, everything: bool, as_data: bool, shards: int, **given: Any) -> int:  # noqa: ANN401 (click's own)
    """Show what a gate would judge, and prove by digests what it would skip. Nothing is asked."""
    against, candidate, profile = (given.pop(name) for name in ("against", "candidate", "profile"))
    scope = scope_of(**given)
    options = Options(everything, against, candidate, scope=scope, profile=Profile(profile))
    found = plan(world(folder), options, shards=shards)
    if as_data:
        pairs = [asdict(pair) for pair in found.pairs]
        data = {"pairs": pairs, "estimate": asdict(found.estimate), "shards": found.shards}
        click.echo(json.dumps(data, indent=1))
    else:
        for line in plan_lines(found):
            click.echo(visible(line))
    return 0
