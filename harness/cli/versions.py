"""`harness versions`."""

from pathlib import Path

import click

from harness.flows.versions import versions
from harness.report.versions import version_lines


@click.command("versions")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def command(old: Path, new: Path) -> int:
    """Show what a new version of harness or of a scorer judges otherwise.

    OLD and NEW are folders of runs: the same commit, judged by `harness gate --all` under each version. It judges
    nothing, and exits 0.
    """
    for line in version_lines(*versions(old, new)):
        click.echo(line)
    return 0
