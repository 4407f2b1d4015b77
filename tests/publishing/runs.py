"""The runs of workflows as GitHub tells of them: what a machine did here, put where its API finds it."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from harness.flows.workflow_host import JobReport, RunReport, Use
from harness.workflows.contexts import Site
from harness.workflows.events import Started
from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.views import repository_thin, user
from tests.github.world import World

FIRST = 1000
"""A run's id is its number and this."""


def begun(world: World, started: Started, site: Site) -> Doc:
    """Tell that a run, or another attempt of it, has begun."""
    event, number = started.event, FIRST + site.number
    branch, head = event.fact("pull_request", "head", "ref"), event.fact("pull_request", "head", "sha")
    home = event.fact("pull_request", "head", "repo", "full_name") or world.full_name
    pull = event.payload.get("pull_request")
    inside = [made("pull-request-minimal", {"number": pull["number"]})] if isinstance(pull, dict) else []
    facts = {
        "id": number,
        "name": started.workflow.name,
        "path": started.workflow.path,
        "event": event.name,
        "status": "in_progress",
        "conclusion": None,
        "run_number": site.number,
        "run_attempt": site.attempt,
        "head_branch": branch or started.run.ref.removeprefix("refs/heads/").removeprefix("refs/tags/"),
        "head_sha": head or started.run.sha,
        "head_repository": made("minimal-repository", {**repository_thin(world), "full_name": home}),
        "actor": made("simple-user", user(site.actor)),
        "pull_requests": inside if home == world.full_name else [],
        "created_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "jobs": [],
    }
    again = {"status": "in_progress", "conclusion": None, "run_attempt": site.attempt}
    world.runs[number] = {**world.runs[number], **again} if number in world.runs else facts
    return world.runs[number]


def ended(world: World, run: Doc, report: RunReport) -> None:
    """Tell how a run has ended, unless a job of it waits for a reviewer."""
    run["jobs"] += [_job(world, run, job) for job in report.jobs]
    if not any(job.result == "waiting" for job in report.jobs):
        run |= {"status": "completed", "conclusion": "success" if report.succeeded else "failure"}


def _job(world: World, run: Doc, job: JobReport) -> Doc:
    steps = [
        {"name": step.title, "status": "completed", "conclusion": step.conclusion, "number": number}
        for number, step in enumerate(job.steps, start=1)
        if " / " not in step.title
    ]
    waits = job.result == "waiting"
    done = {"status": "waiting" if waits else "completed", "conclusion": None if waits else job.result}
    facts = {"id": world.identity(), "run_id": run["id"], "run_attempt": run["run_attempt"], "name": job.name}
    return {**facts, **done, "started_at": world.now(), "steps": steps}


def keep(world: World, use: Use) -> None:
    """Let the API have an artifact that was just uploaded."""
    name = use.inputs.get("name") or "artifact"
    leave(world, FIRST + use.host.site.number, name, packed(use.artifacts / name))


def leave(world: World, run: int, name: str, archive: bytes) -> int:
    """Let a run have left an artifact, and return its id."""
    number = world.identity()
    facts = {"id": number, "name": name, "size_in_bytes": len(archive), "workflow_run": {"id": run}}
    world.artifacts[number] = {**facts, "expired": False}
    world.archives[number] = archive
    return number


def packed(folder: Path) -> bytes:
    """Return what is in a folder as an archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return written.getvalue()
