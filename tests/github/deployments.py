"""Deployments: what is where, and how it got there."""

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.records import RefusedError
from tests.github.routing import Answer, Request, check_length, check_link, missing, serves
from tests.github.views import app, user

LONGEST_STATUS = 140
ENDED = frozenset({"success"})
"""States by which the older deployments of an environment become inactive."""


@serves("repos/create-deployment")
def _create(request: Request) -> Answer:
    world, body = request.world, request.body
    sha = world.git.commit_of(body["ref"])
    if not sha:
        raise RefusedError(422, f"No ref found for: {body['ref'][:60]}")
    if body.get("auto_merge", True) and not world.git.contains(sha, world.git.tip(f"refs/heads/{world.branch}")):
        raise RefusedError(409, f"Conflict merging {world.branch} into {body['ref'][:60]}")
    _check_contexts(request, sha)
    number, at = world.identity(), world.now()
    facts = {
        "id": number,
        "sha": sha,
        "ref": body["ref"],
        "task": body.get("task", "deploy"),
        "payload": body.get("payload", ""),
        "environment": body.get("environment", "production"),
        "description": body.get("description"),
        "creator": user(request.token.actor),
        "created_at": at,
        "updated_at": at,
        "url": f"{world.root}/deployments/{number}",
        "statuses_url": f"{world.root}/deployments/{number}/statuses",
        "production_environment": body.get("production_environment", body.get("environment") == "production"),
        "transient_environment": body.get("transient_environment", False),
        "performed_via_github_app": app(request.token.app),
    }
    world.deployments[number] = made("deployment", facts)
    return Answer(201, world.deployments[number], location=world.deployments[number]["url"])


def _check_contexts(request: Request, sha: str) -> None:
    told = {one["context"]: one["state"] for one in request.world.statuses if one["sha"] == sha}
    wanted = request.body.get("required_contexts", list(told))
    late = [name for name in wanted if told.get(name) != "success"]
    if late:
        raise RefusedError(409, f"Conflict: Commit status checks failed for {sha}: {', '.join(late)}")


def _found(request: Request) -> Doc:
    number = request.number("deployment_id")
    if number not in request.world.deployments:
        raise missing()
    return request.world.deployments[number]


@serves("repos/get-deployment")
def _get(request: Request) -> Answer:
    return Answer(document=_found(request))


@serves("repos/list-deployments")
def _list(request: Request) -> Answer:
    query = {name: request.query[name] for name in ("sha", "ref", "task", "environment") if name in request.query}
    found = [
        one
        for _, one in sorted(request.world.deployments.items(), reverse=True)
        if all(one[name] == value for name, value in query.items())
    ]
    return Answer(document=found)


@serves("repos/create-deployment-status")
def _create_status(request: Request) -> Answer:
    world, body, of = request.world, request.body, _found(request)
    check_length("Description", body.get("description"), LONGEST_STATUS)
    for name in ("log_url", "target_url", "environment_url"):
        check_link(name, body.get(name))
    made_now = _status(request, of, body)
    if body["state"] in ENDED and body.get("auto_inactive", True):
        for number, other in world.deployments.items():
            told = world.deployment_statuses.get(number, [])
            older = number < of["id"] and other["environment"] == of["environment"]
            if older and not other["transient_environment"] and told and told[-1]["state"] == "success":
                _status(request, other, {"state": "inactive"})
    return Answer(201, made_now, location=made_now["url"])


def _status(request: Request, of: Doc, body: Doc) -> Doc:
    world = request.world
    number, at = world.identity(), world.now()
    facts = {
        "id": number,
        "state": body["state"],
        "description": body.get("description", ""),
        "environment": body.get("environment", of["environment"]),
        "target_url": body.get("target_url", body.get("log_url", "")),
        "log_url": body.get("log_url", ""),
        "environment_url": body.get("environment_url", ""),
        "creator": user(request.token.actor),
        "created_at": at,
        "updated_at": at,
        "url": f"{of['url']}/statuses/{number}",
        "deployment_url": of["url"],
    }
    told = world.deployment_statuses.setdefault(of["id"], [])
    told.append(made("deployment-status", facts))
    of["updated_at"] = at
    return told[-1]


@serves("repos/list-deployment-statuses")
def _statuses(request: Request) -> Answer:
    return Answer(document=request.world.deployment_statuses.get(_found(request)["id"], [])[::-1])
