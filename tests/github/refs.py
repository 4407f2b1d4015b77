"""Refs by the API: made, moved and taken away, only as far as their rules and the token allow."""

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.merging import rules
from tests.github.records import RefusedError
from tests.github.repository import GitError
from tests.github.routing import Answer, Request, missing, rule, serves
from tests.github.world import World

WORKFLOWS = ".github/workflows"


def _ref(world: World, name: str, sha: str) -> Doc:
    kind = world.git.kind(sha)
    facts = {
        "ref": name,
        "url": f"{world.root}/git/{name}",
        "object": {"sha": sha, "type": kind, "url": f"{world.root}/git/{kind}s/{sha}"},
    }
    return made("git-ref", facts)


def _named(request: Request) -> tuple[str, str]:
    _follow(request.world)
    name = f"refs/{request.text('ref')}"
    return name, request.world.git.refs().get(name, "")


def _follow(world: World) -> None:
    for issue in world.issues.values():
        world.refresh(issue)


@serves("git/get-ref")
def _get(request: Request) -> Answer:
    name, sha = _named(request)
    if not sha:
        raise missing()
    return Answer(document=_ref(request.world, name, sha))


@serves("git/list-matching-refs")
def _list(request: Request) -> Answer:
    _follow(request.world)
    found = request.world.git.refs(f"refs/{request.text('ref')}")
    return Answer(document=[_ref(request.world, name, sha) for name, sha in found.items()])


@serves("git/create-ref")
def _create(request: Request) -> Answer:
    name, sha, git = request.body["ref"], request.body["sha"], request.world.git
    if not name.startswith(("refs/heads/", "refs/tags/", "refs/harness/")) or name.count("/") < 2:
        raise rule(f"{name[:60]} is not a valid ref name.")
    try:
        git.git("check-ref-format", name)
    except GitError as error:
        raise rule(f"{name[:60]} is not a valid ref name.") from error
    if not git.kind(sha):
        raise RefusedError(422, "Object does not exist")
    if name.startswith("refs/heads/") and git.kind(sha) != "commit":
        raise RefusedError(422, "Reference cannot be updated")
    if git.tip(name):
        raise RefusedError(422, "Reference already exists")
    _check_workflows(request, sha)
    git.set_ref(name, sha)
    return Answer(201, _ref(request.world, name, sha), location=f"{request.world.root}/git/{name}")


@serves("git/update-ref")
def _update(request: Request) -> Answer:
    name, before = _named(request)
    sha, git = request.body["sha"], request.world.git
    if not before:
        raise RefusedError(422, "Reference does not exist")
    if git.kind(sha) != git.kind(before):
        raise RefusedError(422, "Object does not exist")
    if not request.body.get("force", False) and not git.contains(sha, before):
        raise RefusedError(422, "Update is not a fast forward")
    _check_rules(request, name, sha, before)
    _check_workflows(request, sha)
    git.set_ref(name, sha)
    return Answer(document=_ref(request.world, name, sha))


@serves("git/delete-ref")
def _delete(request: Request) -> Answer:
    name, sha = _named(request)
    if not sha:
        raise RefusedError(422, "Reference does not exist")
    if name == f"refs/heads/{request.world.branch}" or name.startswith("refs/pull/"):
        raise RefusedError(422, "Cannot delete this reference")
    _check_rules(request, name, "", sha)
    request.world.git.drop_ref(name)
    return Answer(204)


def _check_rules(request: Request, name: str, sha: str, before: str) -> None:
    """Let only pull requests into a branch whose rules ask for them."""
    if name.startswith("refs/pull/"):
        raise RefusedError(422, "Reference cannot be updated")
    kinds = {one["type"] for one in rules(request.world, name.removeprefix("refs/heads/"))}
    lost = bool(sha) and not request.world.git.contains(sha, before)
    if (sha and "pull_request" in kinds) or (lost and "non_fast_forward" in kinds) or (not sha and "deletion" in kinds):
        raise RefusedError(422, "Repository rule violations found")


def _check_workflows(request: Request, sha: str) -> None:
    """Refuse workflow files that no ref has yet, unless the token is for those."""
    git = request.world.git
    here = git.tip(f"{sha}:{WORKFLOWS}")
    if here and not request.token.allows("workflows", "write"):
        known = {git.tip(f"{one}:{WORKFLOWS}") for one in git.refs("refs/heads/")}
        if here not in known:
            raise RefusedError(403, "Resource not accessible by integration")
