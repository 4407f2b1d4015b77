"""How the repository is set up: rules, environments, secrets' names, what Actions may do, and who works here."""

from collections.abc import Mapping

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.merging import rules
from tests.github.routing import Answer, Request, missing, rule, serves
from tests.github.views import number_of, user
from tests.github.world import World

ROLES = {"triage": "read", "maintain": "write"}
MOST_REVIEWERS = 6


def ruleset(world: World, told: Doc) -> Doc:
    """Return a new set of rules."""
    number, at = world.identity(), world.now()
    facts = {
        "id": number,
        "name": told["name"],
        "enforcement": told["enforcement"],
        "target": told.get("target", "branch"),
        "source": world.full_name,
        "source_type": "Repository",
        "created_at": at,
        "updated_at": at,
    }
    parts = {
        "conditions": told.get("conditions", {"ref_name": {"include": [], "exclude": []}}),
        "rules": told.get("rules", []),
        "bypass_actors": told.get("bypass_actors", []),
    }
    world.rulesets[number] = {**made("repository-ruleset", facts), **parts}
    return world.rulesets[number]


def environment(world: World, name: str, told: Doc) -> Doc:
    """Return an environment, made or changed."""
    at, number = world.now(), number_of(f"environment {name}")
    policy = told.get("deployment_branch_policy")
    wait, reviewers = told.get("wait_timer", 0), told.get("reviewers") or []
    guards: list[Doc] = [{"id": number + 1, "node_id": "", "type": "wait_timer", "wait_timer": wait}] if wait else []
    if reviewers:
        by_id = {number_of(login): login for login in world.members}
        people = [{"type": "User", "reviewer": made("simple-user", user(by_id[one["id"]]))} for one in reviewers]
        same = told.get("prevent_self_review", False)
        kind = {"id": number + 2, "node_id": "", "type": "required_reviewers", "prevent_self_review": same}
        guards.append({**kind, "reviewers": people})
    if policy:
        guards.append({"id": number + 3, "node_id": "", "type": "branch_policy"})
    facts = {
        "id": number,
        "name": name,
        "url": f"{world.root}/environments/{name}",
        "html_url": f"{world.web}/deployments/activity_log?environments_filter={name}",
        "created_at": world.environments.get(name, {}).get("created_at", at),
        "updated_at": at,
    }
    world.environments[name] = {
        **made("environment", facts),
        "protection_rules": guards,
        "deployment_branch_policy": policy,
    }
    return world.environments[name]


def _environment(request: Request) -> Doc:
    name = request.text("environment_name")
    if name not in request.world.environments:
        raise missing()
    return request.world.environments[name]


@serves("repos/get-environment")
def _get_environment(request: Request) -> Answer:
    return Answer(document=_environment(request))


@serves("repos/get-all-environments")
def _environments(request: Request) -> Answer:
    return Answer(document=list(request.world.environments.values()), wrapped="environments")


@serves("repos/create-or-update-environment")
def _put_environment(request: Request) -> Answer:
    reviewers = request.body.get("reviewers") or []
    if len(reviewers) > MOST_REVIEWERS:
        raise rule("An environment has at most six reviewers.")
    known = {number_of(login) for login in request.world.members}
    if any(one.get("type") != "User" or one.get("id") not in known for one in reviewers):
        raise rule("A reviewer is not a user of this repository.")
    policy = request.body.get("deployment_branch_policy")
    if policy and policy["protected_branches"] == policy["custom_branch_policies"]:
        raise rule("protected_branches and custom_branch_policies cannot have the same value.")
    return Answer(document=environment(request.world, request.text("environment_name"), request.body))


@serves("repos/list-deployment-branch-policies")
def _branch_policies(request: Request) -> Answer:
    patterns = request.world.branch_policies.get(_environment(request)["name"], [])
    found = [{"id": number_of(one), "node_id": "", "name": one, "type": "branch"} for one in patterns]
    return Answer(document=found, wrapped="branch_policies")


def _secrets(request: Request, place: str) -> Answer:
    at = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    return Answer(document=[{"name": one, **at} for one in request.world.secrets.get(place, [])], wrapped="secrets")


@serves("actions/list-environment-secrets")
def _environment_secrets(request: Request) -> Answer:
    return _secrets(request, _environment(request)["name"])


@serves("actions/list-repo-secrets")
def _repository_secrets(request: Request) -> Answer:
    return _secrets(request, "")


@serves("actions/list-repo-organization-secrets")
def _organisation_secrets(request: Request) -> Answer:
    at = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    found = [{"name": one, **at} for one in request.world.organisation_secrets]
    return Answer(document=found, wrapped="secrets")


@serves("actions/list-repo-variables")
def _variables(request: Request) -> Answer:
    return Answer(document=_named(request.world.variables), wrapped="variables")


@serves("actions/list-environment-variables")
def _environment_variables(request: Request) -> Answer:
    found = request.world.environment_variables.get(_environment(request)["name"], {})
    return Answer(document=_named(found), wrapped="variables")


def _named(variables: Mapping[str, str]) -> list[Doc]:
    return [made("actions-variable", {"name": name, "value": one}) for name, one in variables.items()]


@serves("actions/get-github-actions-permissions-repository")
def _actions(request: Request) -> Answer:
    known = {"enabled": True, "allowed_actions": "all", "sha_pinning_required": False}
    return Answer(document={name: request.world.actions.get(name, value) for name, value in known.items()})


@serves("actions/get-github-actions-default-workflow-permissions-repository")
def _workflow_permissions(request: Request) -> Answer:
    known = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
    return Answer(document={name: request.world.actions.get(name, value) for name, value in known.items()})


@serves("actions/get-allowed-actions-repository")
def _allowed(request: Request) -> Answer:
    known: Doc = {"github_owned_allowed": True, "verified_allowed": False, "patterns_allowed": []}
    return Answer(document={name: request.world.actions.get(name, value) for name, value in known.items()})


@serves("repos/get-repo-rulesets")
def _rulesets(request: Request) -> Answer:
    short = {"rules", "conditions", "bypass_actors"}
    found = request.world.rulesets.values()
    return Answer(document=[{key: one[key] for key in one if key not in short} for one in found])


@serves("repos/get-repo-ruleset")
def _ruleset(request: Request) -> Answer:
    number = request.number("ruleset_id")
    if number not in request.world.rulesets:
        raise missing()
    found = request.world.rulesets[number]
    hidden = set() if request.token.allows("administration", "write") else {"bypass_actors"}
    return Answer(document={key: found[key] for key in found if key not in hidden})


@serves("repos/create-repo-ruleset")
def _create_ruleset(request: Request) -> Answer:
    return Answer(201, ruleset(request.world, request.body))


@serves("repos/get-branch-rules")
def _branch_rules(request: Request) -> Answer:
    return Answer(document=rules(request.world, request.text("branch")))


@serves("repos/get-collaborator-permission-level")
def _permission(request: Request) -> Answer:
    login = request.text("username")
    role = request.world.members.get(login, "admin" if login == request.world.owner else "none")
    person = made("nullable-collaborator", {**user(login), "permissions": None, "role_name": role})
    del person["permissions"]
    return Answer(document={"permission": ROLES.get(role, role), "role_name": role, "user": person})
