"""What a run knows of itself: the context `github`, and the variables that a step's process is given."""

from collections.abc import Mapping
from typing import NamedTuple

from harness.core.jsons import Json
from harness.workflows.events import Started


class Site(NamedTuple):
    """Where the repository stands, and which run this is."""

    repository: str = "acme/shop"
    server: str = "https://github.com"
    api: str = "https://api.github.com"
    number: int = 1
    attempt: int = 1
    actor: str = "someone"


def github(started: Started, site: Site, job: str, token: str) -> dict[str, Json]:
    """Return the context `github` of a job."""
    event, run = started.event, started.run
    kind, _, name = run.ref.removeprefix("refs/").partition("/")
    return {
        "actor": site.actor,
        "api_url": site.api,
        "base_ref": event.fact("pull_request", "base", "ref"),
        "event": dict(event.payload),
        "event_name": event.name,
        "head_ref": event.fact("pull_request", "head", "ref"),
        "job": job,
        "ref": run.ref,
        "ref_name": name if kind in {"heads", "tags", "pull"} else run.ref,
        "ref_type": "tag" if kind == "tags" else "branch",
        "repository": site.repository,
        "repository_owner": site.repository.partition("/")[0],
        "run_attempt": str(site.attempt),
        "run_id": str(1000 + site.number),
        "run_number": str(site.number),
        "server_url": site.server,
        "sha": run.sha,
        "token": token,
        "triggering_actor": site.actor,
        "workflow": started.workflow.name,
        "workflow_ref": f"{site.repository}/{started.workflow.path}@{run.ref}",
        "workflow_sha": run.sha,
    }


_NOT_GIVEN = frozenset({"event", "token"})
"""What the context holds and the process does not see: a token is handed over by name, or not at all."""


def variables(context: Mapping[str, Json]) -> dict[str, str]:
    """Return the variables `GITHUB_*` that say the same as the context."""
    given = {name.upper(): str(value) for name, value in context.items() if name not in _NOT_GIVEN}
    return {"CI": "true", "GITHUB_ACTIONS": "true", **{f"GITHUB_{name}": value for name, value in given.items()}}
