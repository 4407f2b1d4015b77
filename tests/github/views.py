"""How things look in the API: facts of the world as documents of GitHub's schemas."""

from hashlib import sha256
from urllib.parse import quote

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.merging import unmet
from tests.github.records import App, Issue, Pull
from tests.github.repository import GitError
from tests.github.world import WEB, World


def number_of(name: str) -> int:
    """Return an id that is always the same for a name."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) or 1


def user(login: str) -> Doc:
    """Return facts of a person or bot."""
    kind = "Bot" if login.endswith("[bot]") else "User"
    return {"login": login, "id": number_of(login), "type": kind, "html_url": f"{WEB}/{login}"}


def app(one: App | None) -> Doc | None:
    """Return facts of an application."""
    if one is None:
        return None
    return {"id": one.id, "slug": one.slug, "name": one.slug, "permissions": dict(one.permissions), "events": []}


def repository(world: World, full_name: str = "") -> Doc:
    """Return facts of a repository, this one or a fork."""
    name = full_name or world.full_name
    return {
        "id": number_of(name),
        "name": name.rpartition("/")[2],
        "full_name": name,
        "owner": user(name.partition("/")[0]),
        "private": world.private,
        "fork": name != world.full_name,
        "default_branch": world.branch,
        "url": f"{world.url}/repos/{name}",
        "html_url": f"{WEB}/{name}",
        "clone_url": str(world.git.path if name == world.full_name else world.fork(name).path),
        "visibility": "private" if world.private else "public",
    }


def repository_thin(world: World) -> Doc:
    """Return facts of the repository that its shortest form has a place for."""
    told = repository(world)
    return {key: told[key] for key in ("id", "name", "full_name", "owner", "private", "fork", "url", "html_url")}


def association(world: World, login: str) -> str:
    """Return what a person is to the repository."""
    if login == world.owner:
        return "OWNER"
    return "COLLABORATOR" if world.members.get(login) in {"write", "maintain", "admin"} else "NONE"


def label(world: World, name: str) -> Doc:
    """Return facts of a label, made where it was not."""
    key = name.casefold()
    if key not in world.labels:
        url = f"{world.root}/labels/{quote(name, safe='')}"
        facts: Doc = {"id": world.identity(), "name": name, "color": "ededed", "description": None, "url": url}
        world.labels[key] = {**facts, "default": False, "node_id": ""}
    return world.labels[key]


def issue(world: World, one: Issue) -> Doc:
    """Return an issue, or the conversation of a pull request as an issue."""
    facts: Doc = {
        "number": one.number,
        "id": number_of(f"issue {one.number}"),
        "title": one.title,
        "body": one.body,
        "state": one.state,
        "user": user(one.author),
        "labels": [label(world, name) for name in one.labels],
        "comments": len(one.comments),
        "created_at": one.created,
        "updated_at": one.updated,
        "closed_at": one.closed,
        "url": f"{world.root}/issues/{one.number}",
        "html_url": f"{world.web}/issues/{one.number}",
        "author_association": association(world, one.author),
    }
    if one.pull:
        url = f"{world.root}/pulls/{one.number}"
        facts["pull_request"] = {"url": url, "html_url": None, "diff_url": None, "patch_url": None}
    return made("issue", facts)


def pull(world: World, one: Issue, its: Pull) -> Doc:
    """Return a pull request with all its facts."""
    return made("pull-request", {**pull_facts(world, one, its), **weight(world, one, its)})


def pull_simple(world: World, one: Issue, its: Pull) -> Doc:
    """Return a pull request as lists have it."""
    facts = pull_facts(world, one, its)
    facts["labels"] = [{**found, "description": found["description"] or ""} for found in facts["labels"]]
    return made("pull-request-simple", facts)


def pull_facts(world: World, one: Issue, its: Pull) -> Doc:
    """Return the facts that every view of a pull request states."""
    return {
        "number": one.number,
        "id": number_of(f"pull {one.number}"),
        "title": one.title,
        "body": one.body,
        "state": one.state,
        "draft": False,
        "user": user(one.author),
        "labels": [label(world, name) for name in one.labels],
        "author_association": association(world, one.author),
        "created_at": one.created,
        "updated_at": one.updated,
        "closed_at": one.closed,
        "merged_at": its.merged_at,
        "merge_commit_sha": its.merge_sha,
        "url": f"{world.root}/pulls/{one.number}",
        "html_url": f"{world.web}/pull/{one.number}",
        "issue_url": f"{world.root}/issues/{one.number}",
        "head": side(world, its.head_repository, its.head_ref, its.head),
        "base": side(world, world.full_name, its.base_ref, its.base),
    }


def side(world: World, name: str, ref: str, sha: str) -> Doc:
    """Return the head or the base of a pull request."""
    owner = name.partition("/")[0]
    found = {"label": f"{owner}:{ref}", "ref": ref, "sha": sha, "user": user(owner)}
    return {**found, "repo": repository(world, name)}


def weight(world: World, one: Issue, its: Pull) -> Doc:
    """Return the facts that git has to count: what changes, and whether that goes together with the base."""
    fork_point = world.git.merge_base(its.base, its.head) or its.base
    try:
        changes, commits = world.git.changes(fork_point, its.head), world.git.between(its.base, its.head)
    except GitError:
        changes, commits = [], []
    clean = bool(world.git.merged(its.tip, its.head))
    return {
        "merged": its.merged_at is not None,
        "merged_by": user(its.merged_by) if its.merged_by else None,
        "mergeable": clean if one.state == "open" else None,
        "mergeable_state": _state(world, one, its, clean=clean),
        "comments": len(one.comments),
        "commits": len(commits),
        "changed_files": len(changes),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
    }


def _state(world: World, one: Issue, its: Pull, *, clean: bool) -> str:
    if not clean:
        return "dirty"
    return "blocked" if unmet(world, its.base_ref, its.head, one) else "clean"
