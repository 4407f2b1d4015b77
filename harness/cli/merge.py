"""`harness merge`."""

from pathlib import Path

import click

from harness.cli.gate import leave
from harness.cli.options import world
from harness.flows.merge import merge


@click.command("merge")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER...")
@click.option("--json", "as_data", is_flag=True, help="Print the verdict as JSON.")
@click.pass_obj
def command(folder: Path, /, *, folders: tuple[Path, ...], as_data: bool) -> int:
    """Make one verdict of the shards of a gate, from their run folders or folders that hold them.

    A shard that is missing, stands twice or belongs to another gate is refused.
    """
    verdict, files = merge(folders)
    leave(world(folder), verdict, files, as_data=as_data)
    return verdict.exit_code
