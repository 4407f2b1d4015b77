"""`harness init`."""

from pathlib import Path

import click

from harness.flows.init import init


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=Path(), metavar="[DIR]")
@click.pass_obj
def command(folder: Path, /, *, directory: Path) -> int:
    """Make a repository that works, in DIR or here: a prompt, cases, pins, a policy, editor settings."""
    place = folder / directory
    for name in init(place):
        click.echo(f"  {name}")
    step = "" if place == Path() else f"cd {directory} && "
    click.echo(f"next: {step}harness gate, then git add -A && git commit, then change the prompt and gate again")
    return 0
