"""Which workflows an event starts, from which commit their files are taken, and how far they are trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.core.errors import UsageError
from harness.core.jsons import Json
from harness.workflows.nouns import Workflow
from harness.workflows.patterns import all_matched, any_chosen, chosen

_TYPES: Mapping[str, tuple[str, ...]] = {
    "pull_request": ("opened", "synchronize", "reopened"),
    "pull_request_target": ("opened", "synchronize", "reopened"),
    "merge_group": ("checks_requested",),
}
"""The types of an event that start a workflow which names none; any type, for other events."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a repository, as GitHub tells it."""

    name: str
    payload: Mapping[str, Json]
    paths: Sequence[str] = ()
    """The files that the pull request or push changes."""
    merged: str = ""
    """The commit that a pull request's own workflows run on: the merge of it with its base, if there is one."""
    default: str = ""
    """The commit at the tip of the default branch, where nothing else in the payload says which."""

    @property
    def action(self) -> str:
        """Return its type, such as `opened`."""
        return _text(self.payload.get("action"))

    def fact(self, *way: str) -> str:
        """Return a text of the payload, or an empty one where there is none."""
        found: Json = dict(self.payload)
        for key in way:
            found = found.get(key) if isinstance(found, dict) else None
        return _text(found)

    @property
    def default_branch(self) -> str:
        """Return the repository's default branch."""
        return self.fact("repository", "default_branch") or "main"

    @property
    def from_fork(self) -> bool:
        """Return whether the change stands in another repository."""
        head = self.fact("pull_request", "head", "repo", "full_name")
        return self.name.startswith("pull_request") and head != self.fact("repository", "full_name")


def _text(value: Json) -> str:
    return "" if value is None or isinstance(value, list | dict) else str(value)


class Run(NamedTuple):
    """Where a run stands: its commit and ref, as `github.sha` and `github.ref` say."""

    sha: str
    ref: str


class Trust(NamedTuple):
    """What a run may have."""

    secrets: bool
    write: bool
    """Whether its token may be permitted to write."""


@dataclass(frozen=True, slots=True)
class Started:
    """A workflow that an event starts."""

    workflow: Workflow
    run: Run
    trust: Trust
    event: Event
    inputs: Mapping[str, Json] = field(default_factory=dict)


def run_of(event: Event) -> Run:
    """Return the commit that an event's workflows run on, which is also the commit whose files are read.

    Raises:
        UsageError: The payload lacks it.
    """
    number = event.fact("pull_request", "number")
    group = event.fact("merge_group", "head_sha")
    found = {
        "pull_request": Run(event.merged or event.fact("pull_request", "head", "sha"), f"refs/pull/{number}/merge"),
        "merge_group": Run(group, event.fact("merge_group", "head_ref")),
        "push": Run(event.fact("after"), event.fact("ref")),
    }.get(event.name, Run(event.default, f"refs/heads/{event.default_branch}"))
    if event.name == "workflow_dispatch":
        found = Run(event.default, event.fact("ref") or found.ref)
    if not found.sha:
        raise UsageError(f"the event `{event.name}` does not say which commit it is about")
    return found


def trust_of(event: Event) -> Trust:
    """Return how far an event's workflows are trusted: a fork's own ones may read, and have no secrets."""
    outside = event.name == "pull_request" and event.from_fork
    return Trust(secrets=not outside, write=not outside)


def inputs_of(workflow: Workflow, event: Event) -> dict[str, Json]:
    """Return what somebody who starts a workflow by hand gives it, with its own word for what is left out."""
    declared = (workflow.on.get(event.name) or {}).get("inputs") if event.name == "workflow_dispatch" else None
    given = event.payload.get("inputs")
    said = given if isinstance(given, dict) else {}
    entries = declared.items() if isinstance(declared, dict) else ()
    return {name: said.get(name, entry.get("default") if isinstance(entry, dict) else None) for name, entry in entries}


def starts(workflow: Workflow, event: Event) -> bool:
    """Return whether an event starts a workflow; `workflow_call` is no event."""
    filters = workflow.on.get(event.name)
    if filters is None or event.name == "workflow_call":
        return False
    types = _texts(filters.get("types")) or _TYPES.get(event.name, ())
    if types and event.action not in types:
        return False
    if event.name == "workflow_run" and event.fact("workflow_run", "name") not in _texts(filters.get("workflows")):
        return False
    return _branch_fits(event, filters) and _paths_fit(event, filters)


def _branch_fits(event: Event, filters: Mapping[str, Json]) -> bool:
    ref = event.fact("ref")
    if event.name == "push" and ref.startswith("refs/tags/"):
        only, but = _texts(filters.get("tags")), _texts(filters.get("tags-ignore"))
        if not only and not but and ("branches" in filters or "branches-ignore" in filters):
            return False
        return _fits(ref.removeprefix("refs/tags/"), only, but)
    branch = {
        "push": ref.removeprefix("refs/heads/"),
        "merge_group": event.fact("merge_group", "base_ref").removeprefix("refs/heads/"),
        "workflow_run": event.fact("workflow_run", "head_branch"),
    }.get(event.name, event.fact("pull_request", "base", "ref"))
    if event.name == "push" and ("tags" in filters or "tags-ignore" in filters) and "branches" not in filters:
        return False
    return _fits(branch, _texts(filters.get("branches")), _texts(filters.get("branches-ignore")))


def _fits(name: str, only: Sequence[str], but: Sequence[str]) -> bool:
    return chosen(name, only) if only else not chosen(name, but)


def _paths_fit(event: Event, filters: Mapping[str, Json]) -> bool:
    only, but = _texts(filters.get("paths")), _texts(filters.get("paths-ignore"))
    if only:
        return any_chosen(event.paths, only)
    return not but or not event.paths or not all_matched(event.paths, but)


def _texts(value: Json) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(str(item) for item in items)
