"""Python applications: the code of each tree, in a place named by its digest, so that each tree is asked by its own."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.adapters.applications.place import place
from harness.content.suggest import did_you_mean
from harness.content.tree import Content
from harness.core.digest import digest
from harness.core.errors import ContentError
from harness.core.pin import Pin
from harness.flows.providers import provider_of
from harness.ports import Workspace

LIMIT = 64 * 2**20
"""Bytes of an application's files, all together."""


def settled(content: Content, workspace: Workspace, state: Path, *, runs: bool = True) -> Content:
    """Return a tree's content with the digest of each Python application as its pin's revision, and its code in place.

    Args:
        content: What the tree says.
        workspace: Its files.
        state: The folder below which code is placed.
        runs: Whether this tree's code may run; otherwise it is not placed.

    Raises:
        ContentError: A pin is wrong, or its application is not there.
    """
    pins = {alias: _settle(pin, workspace, state, runs=runs) for alias, pin in content.pins.items()}
    return replace(content, pins=pins)


def settled_as(pin: Pin, workspace: Workspace, state: Path) -> Pin:
    """Return a pin of a release with its code in place, which a tree must have just so; a pin of another kind as it is.

    Raises:
        ContentError: The tree has other code, or none.
    """
    if pin.provider != "python":
        return pin
    found = _settle(replace(pin, revision=""), workspace, state, runs=True)
    if found.revision != pin.revision:
        what = f"pin `{pin.alias}`: {folder_of(pin)}/ in {workspace.label} is other code than was judged"
        raise ContentError(what, where=pin.origin, hint="find out who moved the tag of the release")
    return found


def _settle(pin: Pin, workspace: Workspace, state: Path, *, runs: bool) -> Pin:
    files = read_application(pin, workspace)
    if not files:
        return pin
    address = digest("application", {path: hashlib.sha256(data).hexdigest() for path, data in files.items()})
    folder = state / "applications" / address
    if runs:
        place(files, folder)
    return replace(pin, revision=address, folder=str(folder))


def read_application(pin: Pin, workspace: Workspace) -> Mapping[str, bytes]:
    """Return the files of a pin's application by path; none for a pin of another kind.

    Raises:
        ContentError: The pin is wrong, there is no such file, or they are too many.
    """
    if pin.provider != "python":
        return {}
    provider_of(pin)
    main = pin.model.partition(":")[0]
    files: dict[str, bytes] = {}
    size = 0
    for path in workspace.paths(folder_of(pin)):
        if not any(part.startswith(".") or part == "__pycache__" for part in path.split("/")):
            files[path] = workspace.read(path, limit=LIMIT)
            size += len(files[path])
            if size > LIMIT:
                what = f"pin `{pin.alias}`: the files below {folder_of(pin)}/ are longer than {LIMIT:,} bytes together"
                raise ContentError(what, where=pin.origin, hint="keep what is no code elsewhere")
    if main not in files:
        what = f"pin `{pin.alias}`: there is no file {main} in {workspace.label}{did_you_mean(main, files)}"
        raise ContentError(what, where=pin.origin)
    return files


def folder_of(pin: Pin) -> str:
    """Return the folder of the repository that is a pin's application: all of it, and nothing beside it."""
    return pin.model.partition("/")[0]


def changed_code(one: Content, its: Workspace, other: Content, others: Workspace) -> tuple[str, ...]:
    """Return the paths in which the applications of two trees differ, sorted."""
    pins = [*one.pins.values(), *other.pins.values()]
    folders = {folder_of(pin) for pin in pins if pin.folder}
    paths = {path for tree in (its, others) for folder in folders for path in tree.paths(folder)}
    return tuple(path for path in sorted(paths) if its.fingerprint(path) != others.fingerprint(path))
