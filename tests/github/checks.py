"""Check runs and commit statuses."""

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.records import RefusedError
from tests.github.repository import NOBODY
from tests.github.routing import Answer, Request, check_length, check_link, missing, rule, serves
from tests.github.views import app, number_of, repository_thin, user

LONGEST_STATUS = 140
"""Characters of a status's description."""
LONGEST_NOTE_TITLE = 255
LONGEST_NOTE = 64 * 1024
"""Bytes, says GitHub; here characters."""
PLAIN = ("name", "external_id", "details_url", "started_at", "completed_at", "conclusion", "status")


@serves("checks/create")
def _create(request: Request) -> Answer:
    world, body = request.world, request.body
    if request.token.app is None:
        raise RefusedError(403, "You must authenticate via a GitHub App.")
    sha = world.git.commit_of(body["head_sha"]) if len(body["head_sha"]) == len(NOBODY) else ""
    if not sha:
        raise rule(f"No commit found for SHA: {body['head_sha']}")
    number, its = world.identity(), request.token.app
    facts = {
        "id": number,
        "head_sha": sha,
        "name": body["name"],
        "status": "queued",
        "url": f"{world.root}/check-runs/{number}",
        "html_url": f"{world.web}/runs/{number}",
        "details_url": f"{world.web}/runs/{number}",
        "external_id": "",
        "started_at": world.now(),
        "app": app(its),
        "check_suite": {"id": number_of(f"{its.slug} {sha}")},
        "output": _output(request, number),
    }
    run = made("check-run", facts)
    _change(request, run)
    world.checks[number] = run
    return Answer(201, run, location=run["url"])


@serves("checks/update")
def _update(request: Request) -> Answer:
    run = _found(request)
    if request.token.app is None or run["app"]["id"] != request.token.app.id:
        raise RefusedError(403, "Resource not accessible by integration")
    _change(request, run)
    return Answer(document=run)


def _found(request: Request) -> Doc:
    number = request.number("check_run_id")
    if number not in request.world.checks:
        raise missing()
    return request.world.checks[number]


def _output(request: Request, number: int) -> Doc:
    told = {"title": None, "summary": None, "text": None}
    return {**told, "annotations_count": 0, "annotations_url": f"{request.world.root}/check-runs/{number}/annotations"}


def _change(request: Request, run: Doc) -> None:
    """Write what a request says into a check run; refused as a whole or done as a whole."""
    body, world = request.body, request.world
    after = {**run, **{name: body[name] for name in PLAIN if name in body}}
    if "conclusion" in body:
        after["status"] = "completed"
        after["completed_at"] = body.get("completed_at") or world.now()
    elif body.get("status") == "completed":
        raise rule("A check run that is completed needs a conclusion.")
    elif body.get("status"):
        after["conclusion"] = after["completed_at"] = None
    if body.get("conclusion") == "stale":
        raise rule("Only GitHub can mark a check run as stale.")
    check_link("Details url", body.get("details_url"))
    output = body.get("output", {})
    if output and "title" not in output and not run["output"]["title"]:
        raise rule("An output needs a title.")
    _check_lines(output.get("annotations", []))
    kept = world.annotations.setdefault(run["id"], [])
    kept += [made("check-annotation", _annotation(request, run, one)) for one in output.get("annotations", [])]
    told = {name: output[name] for name in ("title", "summary", "text") if name in output}
    after["output"] = {**run["output"], **told, "annotations_count": len(kept)}
    run.update(after)


def _check_lines(annotations: list[Doc]) -> None:
    for one in annotations:
        columns = "start_column" in one or "end_column" in one
        if one["start_line"] > one["end_line"] or one["start_line"] < 1:
            raise rule("An annotation ends before it begins.")
        check_length("Annotation title", one.get("title"), LONGEST_NOTE_TITLE)
        for name in ("message", "raw_details"):
            check_length(f"Annotation {name}", one.get(name), LONGEST_NOTE)
        if columns and one["start_line"] != one["end_line"]:
            raise rule("Columns are for annotations of one line only.")


def _annotation(request: Request, run: Doc, told: Doc) -> Doc:
    href = f"{request.world.web}/blob/{run['head_sha']}/{told['path']}"
    empty = {"start_column": None, "end_column": None, "title": None, "raw_details": None}
    return {**empty, **told, "blob_href": href}


@serves("checks/get")
def _get(request: Request) -> Answer:
    return Answer(document=_found(request))


@serves("checks/list-annotations")
def _annotations(request: Request) -> Answer:
    return Answer(document=request.world.annotations.get(_found(request)["id"], []))


@serves("checks/list-for-ref")
def _list(request: Request) -> Answer:
    sha, query = request.world.commit(request.text("ref")), request.query
    found = [
        one
        for _, one in sorted(request.world.checks.items(), reverse=True)
        if one["head_sha"] == sha
        and query.get("check_name", one["name"]) == one["name"]
        and query.get("status", one["status"]) == one["status"]
        and query.get("app_id", one["app"]["id"]) == one["app"]["id"]
    ]
    if query.get("filter", "latest") == "latest":
        newest: dict[tuple[str, int], Doc] = {}
        for one in found:
            newest.setdefault((one["name"], one["app"]["id"]), one)
        found = list(newest.values())
    return Answer(document=found, wrapped="check_runs")


@serves("repos/create-commit-status")
def _create_status(request: Request) -> Answer:
    world, body = request.world, request.body
    sha = world.commit(request.text("sha"))
    check_length("Description", body.get("description"), LONGEST_STATUS)
    check_link("Target url", body.get("target_url"))
    at, number = world.now(), world.identity()
    facts = {
        "id": number,
        "state": body["state"],
        "context": body.get("context", "default"),
        "description": body.get("description"),
        "target_url": body.get("target_url"),
        "created_at": at,
        "updated_at": at,
        "url": f"{world.root}/statuses/{sha}",
    }
    world.statuses.append({**facts, "sha": sha, "creator": request.token.actor})
    return Answer(201, made("status", {**facts, "creator": user(request.token.actor)}))


@serves("repos/list-commit-statuses-for-ref")
def _list_statuses(request: Request) -> Answer:
    sha = request.world.commit(request.text("ref"))
    found = [one for one in reversed(request.world.statuses) if one["sha"] == sha]
    kept = [{key: value for key, value in one.items() if key != "sha"} for one in found]
    return Answer(document=[made("status", {**one, "creator": user(one["creator"])}) for one in kept])


@serves("repos/get-combined-status-for-ref")
def _combined(request: Request) -> Answer:
    world, sha = request.world, request.world.commit(request.text("ref"), status=404)
    last = {one["context"]: one for one in world.statuses if one["sha"] == sha}
    states = {one["state"] for one in last.values()}
    state = "failure" if states & {"failure", "error"} else "success" if states == {"success"} else "pending"
    told = [{key: value for key, value in one.items() if key not in {"sha", "creator"}} for one in last.values()]
    facts = {
        "state": state,
        "sha": sha,
        "total_count": len(told),
        "statuses": [made("simple-commit-status", one) for one in told],
        "repository": repository_thin(world),
    }
    return Answer(document=made("combined-commit-status", facts))
