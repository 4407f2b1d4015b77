"""Runs of workflows, and the events by which one asks for them; the runs themselves are a runner's business."""

import json
from fnmatch import fnmatchcase

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.records import Event, RefusedError
from tests.github.routing import Answer, Request, missing, rule, serves
from tests.github.views import repository, user

LONGEST_PAYLOAD = 65_535


def _run(request: Request) -> Doc:
    number = request.number("run_id")
    if number not in request.world.runs:
        raise missing()
    return request.world.runs[number]


@serves("actions/get-workflow-run")
def _get(request: Request) -> Answer:
    told = {name: value for name, value in _run(request).items() if name != "jobs"}
    return Answer(document=made("workflow-run", told))


@serves("actions/list-workflow-runs")
def _runs(request: Request) -> Answer:
    world, name = request.world, request.text("workflow_id").rpartition("/")[2]
    runs = [one for one in world.runs.values() if one.get("path", "").partition("@")[0].endswith(f"/{name}")]
    if not runs and not world.git.tip(f"refs/heads/{world.branch}:.github/workflows/{name}"):
        raise missing()
    asked = {"branch": "head_branch", "event": "event", "head_sha": "head_sha"}
    wanted = {fact: request.query[word] for word, fact in asked.items() if word in request.query}
    found = [one for one in runs if all(one.get(fact) == value for fact, value in wanted.items())]
    told = [{name: value for name, value in one.items() if name != "jobs"} for one in found]
    newest = sorted(told, key=lambda one: str(one["created_at"]), reverse=True)
    return Answer(document=[made("workflow-run", one) for one in newest], wrapped="workflow_runs")


@serves("actions/list-jobs-for-workflow-run")
def _jobs(request: Request) -> Answer:
    found = _run(request).get("jobs", [])
    if request.query.get("filter") != "all":
        last = max((one.get("run_attempt", 1) for one in found), default=1)
        found = [one for one in found if one.get("run_attempt", 1) == last]
    return Answer(document=[made("job", one) for one in found], wrapped="jobs")


@serves("actions/list-workflow-run-artifacts")
def _artifacts(request: Request) -> Answer:
    number, name = _run(request)["id"], request.query.get("name")
    found = [
        made("artifact", one)
        for one in request.world.artifacts.values()
        if one["workflow_run"]["id"] == number and name in {None, one["name"]}
    ]
    return Answer(document=found, wrapped="artifacts")


@serves("actions/download-artifact")
def _download(request: Request) -> Answer:
    number = request.number("artifact_id")
    if number not in request.world.archives or request.text("archive_format") != "zip":
        raise RefusedError(410, "Artifact has expired")
    return Answer(302, location=f"{request.world.url}/-/artifacts/{number}.zip")


@serves("actions/get-pending-deployments-for-run")
def _pending(request: Request) -> Answer:
    found = request.world.pending.get(_run(request)["id"], [])
    return Answer(document=[made("pending-deployment", one) for one in found])


@serves("actions/review-pending-deployments-for-run")
def _review(request: Request) -> Answer:
    run, wanted = _run(request)["id"], set(request.body["environment_ids"])
    waiting = request.world.pending.get(run, [])
    if not wanted or not wanted <= {one["environment"]["id"] for one in waiting}:
        raise rule("Validation Failed")
    request.world.pending[run] = [one for one in waiting if one["environment"]["id"] not in wanted]
    return Answer(document=[])


@serves("repos/create-dispatch-event")
def _dispatch(request: Request) -> Answer:
    payload = request.body.get("client_payload", {})
    if len(json.dumps(payload)) > LONGEST_PAYLOAD:
        raise rule("client_payload is too large.")
    _asked(request, "repository_dispatch", {"action": request.body["event_type"], "client_payload": payload})
    return Answer(204)


@serves("actions/create-workflow-dispatch")
def _workflow(request: Request) -> Answer:
    world, body = request.world, request.body
    name = request.text("workflow_id").rpartition("/")[2]
    sha = world.git.commit_of(body["ref"].removeprefix("refs/heads/"))
    if not sha:
        raise RefusedError(422, f"No ref found for: {body['ref'][:60]}")
    path = f".github/workflows/{name}"
    if not fnmatchcase(name, "*.y*ml") or not world.git.tip(f"{sha}:{path}"):
        raise missing()
    if b"workflow_dispatch" not in world.git.raw("cat-file", "blob", f"{sha}:{path}"):
        raise RefusedError(422, "Workflow does not have 'workflow_dispatch' trigger")
    told = {"inputs": body.get("inputs", {}), "ref": f"refs/heads/{body['ref']}", "workflow": path}
    _asked(request, "workflow_dispatch", told)
    if not body.get("return_run_details", False):
        return Answer(204)
    number = world.identity()
    urls = {"run_url": f"{world.root}/actions/runs/{number}", "html_url": f"{world.web}/actions/runs/{number}"}
    return Answer(200, made("workflow-dispatch-response", {"workflow_run_id": number, **urls}))


def _asked(request: Request, event: str, told: Doc) -> None:
    scene = {"repository": repository(request.world), "sender": user(request.token.actor)}
    request.world.dispatches.append(Event(event, {**told, **scene}))
