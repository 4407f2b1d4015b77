"""Keeping attacks for review, in a file of their own that nothing reads but a person."""

from collections.abc import Sequence
from typing import NamedTuple

from harness.adapters.folder import Folder
from harness.content.found import FOLDER, extended
from harness.content.payloads import read_payloads
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.attack import Payload
from harness.flows.trees import World


class Kept(NamedTuple):
    """What became of attacks that were to be kept."""

    path: str
    written: int
    there: int
    """How many stood there already."""


def check_found(world: World, name: str) -> None:
    """Read the file of a name, so that nothing is asked whose answers could not be kept.

    Raises:
        ContentError: The file is wrong.
    """
    _read(world, _path(name))


def keep(world: World, name: str, payloads: Sequence[Payload]) -> Kept:
    """Write attacks into the file of a name, each once; no file is touched when all are there.

    Raises:
        ContentError: The file that is there is wrong.
    """
    path = _path(name)
    data, known = _read(world, path)
    fresh = list({one.id: one for one in payloads if one.id not in known}.values())
    if fresh:
        made = extended(data, path, fresh)
        place = world.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        part.write_bytes(made)
        part.replace(place)
    return Kept(path, len(fresh), len(payloads) - len(fresh))


def _path(name: str) -> str:
    return f"{FOLDER}{name}.yaml"


def _read(world: World, path: str) -> tuple[bytes, set[str]]:
    """Return a file, and the ids in it; both empty where there is none."""
    folder = Folder(world.root)
    folder.paths(FOLDER)  # refuses what a symbolic link leads to
    try:
        data = folder.read(path, limit=FILE_LIMIT)
    except FileNotFoundError:
        return b"", set()
    return data, {one.id for one in read_payloads(data, path)}
