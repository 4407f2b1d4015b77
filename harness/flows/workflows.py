"""Workflow files on this machine: which ones an event starts, and what becomes of them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from harness.core.errors import ContentError, Origin, UsageError
from harness.core.jsons import Json
from harness.flows.workflow_files import actions, environments, workflows
from harness.flows.workflow_host import Host, RunReport
from harness.flows.workflow_run import run_workflow
from harness.ports import Workspace
from harness.workflows.events import Event, Started, inputs_of, run_of, starts, trust_of
from harness.workflows.faults import Fault, faults
from harness.workflows.reading import EVENTS


class Checked(NamedTuple):
    """What reading the workflow files came to."""

    paths: tuple[str, ...]
    faults: tuple[Fault, ...]


def check_workflows(tree: Workspace) -> Checked:
    """Read every workflow file of a tree, and hold it against the rules that keep secrets where they belong.

    Raises:
        ContentError: A file cannot be understood.
    """
    found = workflows(tree)
    told = faults(found, actions(tree), environments(tree))
    return Checked(tuple(workflow.path for workflow in found), tuple(told))


def read_event(path: Path) -> Event:
    """Return an event that a JSON file tells: its `name`, its `payload`, and the `paths` that it changes.

    Raises:
        UsageError: The file is not there.
        ContentError: It tells no event.
    """
    told = _json(path)
    if not isinstance(told, dict) or told.get("name") not in EVENTS or not isinstance(told.get("payload"), dict):
        hint = 'write {"name": "pull_request", "payload": {...}}'
        raise ContentError("this tells no event", where=Origin(str(path)), hint=hint)
    payload, paths = told["payload"], told.get("paths")
    return Event(
        str(told["name"]),
        payload if isinstance(payload, dict) else {},
        tuple(map(str, paths)) if isinstance(paths, list) else (),
        merged=str(told.get("merged") or ""),
        default=str(told.get("default") or ""),
    )


def _json(path: Path) -> Json:
    try:
        found: Json = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ContentError("not JSON", where=Origin(str(path))) from None
    return found


def started_by(host: Host, event: Event) -> list[Started]:
    """Return the workflows that an event starts, each from the commit that GitHub would take it from."""
    run = run_of(event)
    found = workflows(host.git.tree(run.sha, run.ref))
    return [
        Started(workflow, run, trust_of(event), event, inputs_of(workflow, event))
        for workflow in found
        if starts(workflow, event)
    ]


def run_event(host: Host, event: Event) -> Iterable[RunReport]:
    """Yield what becomes of each workflow that an event starts."""
    for started in started_by(host, event):
        yield run_workflow(host, started)
