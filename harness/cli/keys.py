"""`harness keys`."""

from pathlib import Path

import click

from harness.cli.usage import Group
from harness.core.access import Role
from harness.flows.keys import new_key

DEFAULT = Path(".harness/keys.yaml")


@click.group("keys", cls=Group)
def command() -> None:
    """Make keys for those who ask a gateway."""


@command.command("new")
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True, help="What the key is for.")
@click.option(
    "--keys",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The file it is added to.  [default: {DEFAULT}]",
    metavar="FILE",
)
@click.pass_obj
def new(folder: Path, /, *, name: str, role: str, file: Path | None) -> int:
    """Make a key, print it once, and add its hash to the file of `harness serve --keys`.

    An app asks prompts and gives feedback, a viewer sees metrics and the rollout, and a manager may also stop one.
    """
    place = file or folder / DEFAULT
    place.parent.mkdir(parents=True, exist_ok=True)
    click.echo(new_key(place, name, Role(role)))
    click.echo(f"the key of {name}: nobody can read it again; {place} keeps its hash", err=True)
    return 0
