"""Importing attacks: what other tools wrote, as payloads for review."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from harness import __version__
from harness.adapters.folder import Folder
from harness.content.attacks_from.adopted import payload_of
from harness.content.attacks_from.attack import ImportedAttack
from harness.content.attacks_from.garak import read_garak
from harness.content.attacks_from.giskard import read_giskard
from harness.content.attacks_from.promptfoo import read_promptfoo
from harness.content.tree import read_tree
from harness.core.attack import LONGEST
from harness.core.errors import ContentError, Origin, UsageError
from harness.flows.found import Kept, keep
from harness.flows.trees import World

type Read = Callable[[bytes, str], tuple[ImportedAttack, ...]]

TOOLS: Mapping[str, Read] = {"promptfoo": read_promptfoo, "garak": read_garak, "giskard": read_giskard}


class Imported(NamedTuple):
    """What became of the attacks of a file."""

    read: int
    twice: int
    """Dropped, since another one in the file, or a payload of the suite, has the same text."""
    too_long: int
    kept: Kept


def import_attacks(world: World, path: Path, *, tool: str, objective: str) -> Imported:
    """Write the attacks of another tool's file as payloads for review; its verdicts are left to it.

    Args:
        world: Where they are written.
        path: The file.
        tool: One of `TOOLS`.
        objective: What the attacks shall want.

    Raises:
        ContentError: The file, or one of the repository, is wrong.
        UsageError: There is no such file.
    """
    known = {(one.objective, one.text) for one in read_tree(Folder(world.root), version=__version__).payloads}
    attacks = TOOLS[tool](_read(path), str(path))
    made = [payload_of(attack, objective) for attack in attacks]
    sound = [payload for payload in made if payload]
    if not sound:
        what = f"each attack in it is longer than {LONGEST:,} characters"
        raise ContentError(what, where=Origin(str(path)), hint="a payload can hold no more")
    fresh = {one.id: one for one in sound if (one.objective, one.text) not in known}
    kept = keep(world, f"imported-{tool}", list(fresh.values()))
    return Imported(len(attacks), len(sound) - len(fresh), len(made) - len(sound), kept)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint="give a file that the tool wrote") from None
