"""`harness evidence`."""

from pathlib import Path

import click

from harness.adapters.archives import packed
from harness.adapters.folder import Folder
from harness.cli.options import trusting, world
from harness.core.digest import short
from harness.core.errors import UsageError
from harness.core.words import count
from harness.flows.pack_check import check_pack
from harness.flows.packs import Asked, pack
from harness.flows.proofs import trusted_key
from harness.flows.trees import World
from harness.report.text import one_line

_FILE = click.Path(path_type=Path)


@click.command("evidence")
@click.argument("what", default="", metavar="[ENVIRONMENT-or-RELEASE]")
@click.option("-o", "--to", type=_FILE, help="Write it there: FILE.zip, or a new folder.", metavar="PLACE")
@click.option("--run", "runs", type=_FILE, multiple=True, help="Take pages of a run that were signed.", metavar="RUN")
@click.option("--with", "attached", type=_FILE, multiple=True, help="Attach another file.", metavar="FILE")
@click.option("--verify", "place", type=_FILE, help="Check a pack instead.", metavar="PACK")
@trusting
@click.pass_obj
def command(
    folder: Path, /, *, what: str, to: Path | None, place: Path | None, key: Path | None, **more: tuple[Path, ...]
) -> int:
    """Collect what proves what environments ran and that releases passed, for an auditor.

    Without an argument it is about all environments of HEAD. The bytes of a pack depend on the commit, its tags and
    the files that are named. Exit codes: 0 it is written, or all of it holds, 1 something does not hold, 2 a file or an
    argument is wrong.
    """
    here = world(folder)
    if place:
        return _verify(here, place, key)
    if to is None:
        raise UsageError("nobody says where to write it", hint="give `-o FILE.zip`, or check one by `--verify PACK`")
    files = pack(here, Asked(what, **more))
    _write(to, files)
    click.echo(f"{count(len(files), 'file')} written to {to}")
    return 0


def _verify(here: World, place: Path, key: Path | None) -> int:
    signer = trusted_key(Folder(here.root), key)
    held = check_pack(place, signer)
    about = f"about {one_line(held.manifest.about)}, at commit {short(held.manifest.commit)}"
    click.echo(f"{about}, by key {short(signer.id)}")
    for release, statement in sorted(held.proven.items()):
        click.echo(f"release {short(release)} passed")
        for one in statement.lifted:
            click.echo(f"  {one_line(str(one), 400)}")
    for fault in held.faults:
        click.echo(f"does not hold: {one_line(fault, 400)}")
    if not held.faults:
        click.echo(f"all of it holds: {count(len(held.manifest.files), 'file')}")
    return 1 if held.faults else 0


def _write(to: Path, files: dict[str, bytes]) -> None:
    if to.suffix == ".zip":
        to.write_bytes(packed(files))
        return
    if to.exists() and any(to.iterdir()):
        raise UsageError(f"{to} is not empty", hint="name a new folder")
    for path, data in files.items():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_bytes(data)
