"""`harness schema`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.core.words import count
from harness.flows.schemas import render_schemas, write_schemas

KINDS = ("prompt", "case", "params", "payloads", "labels", "judge", "judge-label", "environment", "release", "verdict")


@click.command("schema")
@click.option("--print", "name", type=click.Choice(KINDS), help="Print one instead.")
@click.pass_obj
def command(folder: Path, /, *, name: str | None) -> int:
    """Write the JSON Schemas of every format into .schemas/, for editors."""
    if name:
        click.echo(render_schemas()[f"{name}.schema.json"], nl=False)
        return 0
    changed = write_schemas(world(folder).root / ".schemas")
    click.echo(
        f"{count(len(changed), 'schema')} written to .schemas" if changed else "the schemas in .schemas are up to date"
    )
    return 0
