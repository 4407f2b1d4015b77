"""The files that decide on a pull request, as one tree has them."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from harness.content.authority import PATH, read_authority
from harness.content.codeowners import PLACES, unowned
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.authority import Authority
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.doctor.files import GATE, Workflows
from harness.doctor.places import Declared
from harness.flows.workflow_files import FOLDER, actions, environments, source
from harness.ports import Workspace
from harness.workflows.events import Event, starts
from harness.workflows.faults import GUARDED, faults
from harness.workflows.nouns import Environment, Workflow
from harness.workflows.reading import read_workflow

DECIDING = ("prompts", "evalsets", ".github")
"""The folders whose files need an owner."""
POLICY = "params.yaml"
_WHOEVER = ("opened", "synchronize", "reopened")
"""What a pull request does that the gate must not miss."""


class Decided(NamedTuple):
    """What the files of one tree say."""

    workflows: Workflows
    declared: tuple[Declared, ...]
    unowned: tuple[str, ...] | None
    """Deciding files without an owner; None where there is no CODEOWNERS."""
    authority: Authority
    wrong: str = ""
    """Why `.github/waivers.yaml` cannot be read."""


def decided(tree: Workspace, branch: str) -> Decided:
    """Read what decides on pull requests to a branch.

    Raises:
        ContentError: The declared environments or a composite action cannot be understood.
    """
    rooms = environments(tree)
    places = tuple(
        Declared(one.name, one.branches, one.reviewers, frozenset(one.secrets), frozenset(one.variables))
        for one in rooms.values()
    )
    authority, wrong = _authority(tree)
    return Decided(_workflows(tree, branch, rooms), places, _unowned(tree), authority, wrong)


def _read(tree: Workspace, path: str) -> bytes | None:
    try:
        return tree.read(path, limit=FILE_LIMIT)
    except FileNotFoundError:
        return None


def _authority(tree: Workspace) -> tuple[Authority, str]:
    data = _read(tree, PATH)
    if data is None:
        return Authority(), ""
    try:
        return read_authority(data), ""
    except ContentError as error:
        return Authority(), f"{error.where or PATH}: {error.what}"


def _unowned(tree: Workspace) -> tuple[str, ...] | None:
    data = next((found for place in PLACES if (found := _read(tree, place)) is not None), None)
    if data is None:
        return None
    paths = [path for folder in DECIDING for path in tree.paths(folder)]
    return tuple(unowned(data, [*paths, POLICY] if tree.fingerprint(POLICY) else paths))


def _workflows(tree: Workspace, branch: str, rooms: Mapping[str, Environment]) -> Workflows:
    read, unreadable = _readable(tree)
    parts = actions(tree)
    trusted = {one.path for one in read if GUARDED & set(one.on)} | {part.path for part in parts.values()}
    told = list(faults(read, parts, rooms))
    gate = [one for one in read if one.path == GATE]
    return Workflows(
        judges=any(_judges(one, branch) for one in gate),
        hears_queue=any(_hears(one, read, branch) for one in gate),
        changed=tuple(one.path for one in read if _read(tree, one.path) != _written(one.path)),
        unreadable=tuple(unreadable),
        trusted_faults=tuple(str(fault) for fault in told if fault.where.path in trusted),
        other_faults=tuple(str(fault) for fault in told if fault.where.path not in trusted),
    )


def _readable(tree: Workspace) -> tuple[list[Workflow], list[str]]:
    read, unreadable = [], []
    for path in tree.paths(FOLDER):
        if path.endswith((".yml", ".yaml")):
            try:
                read.append(read_workflow(source(tree, path)))
            except ContentError as error:
                unreadable.append(f"{error.where or path}: {error.what}")
    return read, unreadable


def _judges(gate: Workflow, branch: str) -> bool:
    """Return whether no pull request to a branch escapes: whatever happens to it, and whatever it changes."""
    events = (_event("pull_request_target", action, pull_request={"base": {"ref": branch}}) for action in _WHOEVER)
    whole = not {"paths", "paths-ignore"} & set(gate.on.get("pull_request_target", {}))
    return whole and all(starts(gate, event) for event in events)


def _hears(gate: Workflow, read: Sequence[Workflow], branch: str) -> bool:
    """Return whether a merge group starts a workflow whose end starts the gate."""
    asked = _event("merge_group", "checks_requested", merge_group={"base_ref": f"refs/heads/{branch}"})
    head = f"gh-readonly-queue/{branch}/pr-1-0"
    for first in read:
        ended = _event("workflow_run", "completed", workflow_run={"name": first.name, "head_branch": head})
        if starts(first, asked) and starts(gate, ended):
            return True
    return False


def _event(name: str, action: str, **payload: Json) -> Event:
    return Event(name, {"action": action, **payload})


def _written(path: str) -> bytes:
    """Return a file under `.github/` as `harness init` writes it, or nothing."""
    place = files("harness") / "starter" / path.removeprefix(".")
    return place.read_bytes() if place.is_file() else b""
