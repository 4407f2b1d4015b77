"""The repository itself: files at a ref, commits, branches and comparisons."""

import base64

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.merging import rules
from tests.github.pulls import commit, file
from tests.github.records import RefusedError
from tests.github.repository import Entry
from tests.github.routing import Answer, Request, missing, serves
from tests.github.views import repository
from tests.github.world import World

MOST_FILES = 300
"""Files that a comparison lists."""
LARGEST = 1024 * 1024
"""Bytes above which a file's content is left out, without a word but `none`."""
KINDS = {"blob": "file", "tree": "dir", "commit": "submodule"}


MERGING = {"allow_merge_commit": True, "allow_squash_merge": True, "allow_rebase_merge": True}
"""How pull requests may be merged; told to those who may merge."""


@serves("repos/get")
def _get(request: Request) -> Answer:
    world, settings = request.world, request.token.allows("contents", "write")
    facts = made("full-repository", repository(world))
    return Answer(document={**facts, **MERGING, **world.settings} if settings else facts)


@serves("repos/get-content")
def _content(request: Request) -> Answer:
    world, path = request.world, request.text("path").strip("/")
    sha = world.git.commit_of(str(request.query.get("ref", world.branch)))
    if not sha or ".." in path.split("/"):
        raise missing()
    folder = path.rpartition("/")[0]
    if not world.git.tip(f"{sha}:{folder}"):
        raise missing()
    found = [one for one in world.git.tree(f"{sha}:{folder}") if one.path == path.rpartition("/")[2]]
    if not found:
        raise missing()
    if found[0].kind != "tree":
        return Answer(document=_file(world, path, found[0], sha))
    inside = world.git.tree(found[0].sha)
    return Answer(document=[_entry(world, f"{path}/{one.path}", one, sha) for one in inside])


def _facts(world: World, path: str, one: Entry, sha: str) -> Doc:
    url = f"{world.root}/contents/{path}?ref={sha}"
    git_url, html_url = f"{world.root}/git/{one.kind}s/{one.sha}", f"{world.web}/blob/{sha}/{path}"
    return {
        "type": KINDS[one.kind],
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": one.sha,
        "size": one.size,
        "url": url,
        "git_url": git_url,
        "html_url": html_url,
        "download_url": None,
        "_links": {"self": url, "git": git_url, "html": html_url},
    }


def _file(world: World, path: str, one: Entry, sha: str) -> Doc:
    facts = _facts(world, path, one, sha)
    if one.kind == "commit":
        return made("content-submodule", {**facts, "submodule_git_url": "https://github.com/"})
    data = world.git.blob(one.sha)
    if one.mode == "120000":
        return made("content-symlink", {**facts, "type": "symlink", "target": data.decode(errors="replace")})
    if len(data) > LARGEST:
        return made("content-file", {**facts, "encoding": "none", "content": ""})
    return made("content-file", {**facts, "encoding": "base64", "content": base64.encodebytes(data).decode()})


def _entry(world: World, path: str, one: Entry, sha: str) -> Doc:
    facts = _facts(world, path, one, sha)
    return {**facts, "type": "file"} if one.kind == "commit" else facts


@serves("repos/get-commit")
def _commit(request: Request) -> Answer:
    world, sha = request.world, request.world.commit(request.text("ref"))
    found = commit(world, sha)
    parents = world.git.made(sha).parents
    changes = world.git.changes(parents[0], sha)[:MOST_FILES] if parents else []
    found["files"] = [file(world, one, base=parents[0], head=sha) for one in changes]
    return Answer(document=found)


@serves("repos/get-branch")
def _branch(request: Request) -> Answer:
    world, name = request.world, request.text("branch")
    sha = world.git.tip(f"refs/heads/{name}")
    if not sha:
        raise missing()
    facts = {
        "name": name,
        "commit": commit(world, sha),
        "protected": name in world.protections or bool(rules(world, name)),
        "protection_url": f"{world.root}/branches/{name}/protection",
    }
    return Answer(document=made("branch-with-protection", facts))


@serves("repos/get-branch-protection")
def _protection(request: Request) -> Answer:
    if request.text("branch") not in request.world.protections:
        raise RefusedError(404, "Branch not protected")
    return Answer(document=made("branch-protection", request.world.protections[request.text("branch")]))


@serves("repos/compare-commits-with-basehead")
def _compare(request: Request) -> Answer:
    world, (one, dots, other) = request.world, request.text("basehead").partition("...")
    if not dots:
        raise missing()
    base, head = world.commit(one, status=404), world.commit(other, status=404)
    fork_point = world.git.merge_base(base, head)
    if not fork_point:
        raise missing()
    ahead, behind = world.git.between(base, head), world.git.between(head, base)
    status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind", (False, False): "identical"}
    facts = {
        "base_commit": commit(world, base),
        "merge_base_commit": commit(world, fork_point),
        "status": status[bool(ahead), bool(behind)],
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [commit(world, sha) for sha in ahead[:250]],
        "files": [
            file(world, change, base=fork_point, head=head)
            for change in world.git.changes(fork_point, head)[:MOST_FILES]
        ],
    }
    return Answer(document=made("commit-comparison", facts))


@serves("repos/codeowners-errors")
def _codeowners(request: Request) -> Answer:
    sha = request.world.git.commit_of(str(request.query.get("ref", request.world.branch)))
    places = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
    if not any(request.world.git.tip(f"{sha}:{place}") for place in places):
        raise missing()
    plain = {"line": 1, "column": 1, "kind": "Unknown owner", "path": places[0]}
    return Answer(document={"errors": [{**plain, "message": one} for one in request.world.owner_errors]})
