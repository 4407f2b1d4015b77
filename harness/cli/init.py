"""`harness init`."""

import shlex
import shutil
import sys
from pathlib import Path

import click

from harness.flows.init import init


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=Path(), metavar="[DIR]")
def command(*, directory: Path) -> int:
    """Make a repository that works, in DIR or here: a prompt, cases, pins, a policy, editor settings."""
    for name in init(directory):
        click.echo(f"  {name}")
    step = "" if directory == Path() else f"cd {shlex.quote(str(directory))} && "
    again = "then git add -A && git commit, then change the prompt and gate again"
    click.echo(f"next: {step}{_called()} gate, {again}")
    return 0


def _called() -> str:
    """Return this command as it can be called from any folder."""
    called = Path(sys.argv[0]).absolute()
    if called.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m harness"
    found = shutil.which("harness")
    return "harness" if not called.exists() or (found and called.samefile(found)) else shlex.quote(str(called))
