"""Earlier runs of workflows on GitHub, and what they left; nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from harness.adapters.github.client import Client, RefusedError
from harness.core.earlier import ASK, EarlierRun
from harness.core.errors import UnavailableError

_MISSING = 404
_GONE = frozenset({_MISSING, 410})
_UNBEGUN = frozenset({None, "skipped"})


class Artifact(NamedTuple):
    """Files that a run left."""

    id: int
    name: str
    bytes: int
    expired: bool


class GitHubRuns:
    """Asks for runs, their jobs and their artifacts."""

    def __init__(self, client: Client) -> None:
        """Take who asks."""
        self._client = client

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def home(self) -> tuple[str, str]:
        """Return the repository's full name and its default branch."""
        try:
            found = self._client.call("repos.get")
        except RefusedError as refused:
            raise _denied(refused) from None
        return found["full_name"], found["default_branch"]

    def runs(self, workflow: str, event: str) -> Iterator[EarlierRun]:
        """Yield the runs of a workflow that an event started, newest first; none where there is no such workflow."""
        given = {"event": event, "key": "workflow_runs"}
        try:
            for found in self._client.pages("actions.list_workflow_runs", workflow, **given):
                yield _run(found)
        except RefusedError as refused:
            if refused.status != _MISSING:
                raise _denied(refused) from None

    def asked(self, run: int) -> Mapping[int, int]:
        """Return how many jobs of each attempt of a run came to the step that asks.

        Where failed jobs alone were run again, the others may be told of a second time, begun when they were.
        """
        jobs = self._list("actions.list_jobs_for_workflow_run", run, key="jobs", filter="all")
        begun = {
            (job["name"], job["started_at"]): job.get("run_attempt", 1)
            for job in sorted(jobs, key=lambda job: job.get("run_attempt", 1), reverse=True)
            if any(step["name"] == ASK and _begun(step) for step in job.get("steps") or ())
        }
        return Counter(begun.values())

    def artifacts(self, run: int) -> list[Artifact]:
        """Return what a run left."""
        listed = self._list("actions.list_workflow_run_artifacts", run, key="artifacts")
        return [Artifact(one["id"], one["name"], one["size_in_bytes"], one["expired"]) for one in listed]

    def download(self, artifact: Artifact) -> bytes | None:
        """Return an artifact as its archive; None where it is there no more."""
        try:
            return bytes(self._client.call("actions.download_artifact", artifact.id, "zip", raw_=True).content)
        except RefusedError as refused:
            if refused.status in _GONE:
                return None
            raise _denied(refused) from None

    def _list(self, operation: str, run: int, *, key: str, **named: object) -> list[Any]:
        try:
            return list(self._client.pages(operation, run, key=key, **named))
        except RefusedError as refused:
            raise _denied(refused) from None


def _run(found: Mapping[str, Any]) -> EarlierRun:
    actor, head = found.get("actor"), found["head_repository"]
    return EarlierRun(
        id=found["id"],
        attempt=found.get("run_attempt") or 1,
        path=found["path"],
        event=found["event"],
        repository=head["full_name"] if head else "",
        branch=found["head_branch"] or "",
        commit=found["head_sha"],
        actor=actor["login"] if actor else "",
        began=found["created_at"],
        conclusion=(found["conclusion"] or "") if found["status"] == "completed" else "",
        requests=tuple(one["number"] for one in found["pull_requests"] or ()),
    )


def _begun(step: Mapping[str, Any]) -> bool:
    """Return whether a step was begun; of one in the middle of which its job ended, the status alone tells."""
    return step["status"] == "in_progress" or step["conclusion"] not in _UNBEGUN


def _denied(refused: RefusedError) -> UnavailableError:
    hint = "the token needs `actions: read`" if refused.status in {403, _MISSING} else ""
    return UnavailableError(f"GitHub refuses to tell of earlier runs: {refused}", hint=hint)
