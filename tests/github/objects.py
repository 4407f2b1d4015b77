"""Git's objects by the API: blobs, trees, commits and tags."""

import base64
import binascii

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.records import RefusedError
from tests.github.repository import GitError, Person, surroundings
from tests.github.routing import Answer, Request, missing, rule, serves
from tests.github.world import World


def _object(request: Request, name: str, kind: str) -> str:
    sha = request.text(name)
    if request.world.git.kind(sha) != kind:
        raise missing()
    return sha


@serves("git/create-blob")
def _create_blob(request: Request) -> Answer:
    body = request.body
    try:
        packed = body.get("encoding", "utf-8") == "base64"
        data = base64.b64decode(body["content"]) if packed else body["content"].encode()
    except (binascii.Error, ValueError) as error:
        raise rule("Content is not base64, or no text") from error
    sha = request.world.git.git("hash-object", "-w", "--stdin", feed=data)
    return Answer(201, {"sha": sha, "url": f"{request.world.root}/git/blobs/{sha}"})


@serves("git/get-blob")
def _get_blob(request: Request) -> Answer:
    sha = _object(request, "file_sha", "blob")
    data = request.world.git.blob(sha)
    facts = {
        "sha": sha,
        "size": len(data),
        "encoding": "base64",
        "content": base64.encodebytes(data).decode(),
        "url": f"{request.world.root}/git/blobs/{sha}",
    }
    return Answer(document=made("blob", facts))


@serves("git/get-tree")
def _get_tree(request: Request) -> Answer:
    name = request.text("tree_sha")
    sha = name if request.world.git.kind(name) == "tree" else request.world.git.commit_of(name)
    if not sha:
        raise missing()
    return Answer(document=tree(request.world, sha, deep="recursive" in request.query))


def tree(world: World, treeish: str, *, deep: bool = False) -> Doc:
    """Return a tree with its entries."""
    sha = world.git.git("rev-parse", f"{treeish}^{{tree}}")
    entries = []
    for one in world.git.tree(sha, deep=deep):
        facts: Doc = {"path": one.path, "mode": one.mode, "type": one.kind, "sha": one.sha}
        if one.kind == "blob":
            facts["size"] = one.size
        if one.kind != "commit":
            facts["url"] = f"{world.root}/git/{one.kind}s/{one.sha}"
        entries.append(facts)
    return made("git-tree", {"sha": sha, "url": f"{world.root}/git/trees/{sha}", "tree": entries, "truncated": False})


@serves("git/create-tree")
def _create_tree(request: Request) -> Answer:
    git, body = request.world.git, request.body
    index = {"GIT_INDEX_FILE": str(git.path / f"index-{request.world.identity()}")}
    env = surroundings() | index
    base = body.get("base_tree", "")
    if base and git.kind(base) not in {"tree", "commit"}:
        raise rule("base_tree is not a valid tree oid")
    try:
        git.git("read-tree", base or "--empty", env=env)
        lines = b"".join(_line(request, one) for one in body["tree"])
        git.git("update-index", "--add", "-z", "--index-info", feed=lines, env=env)
        sha = git.git("write-tree", env=env)
    except GitError as error:
        raise RefusedError(422, f"tree.path is malformed: {error}") from error
    finally:
        (git.path / index["GIT_INDEX_FILE"]).unlink(missing_ok=True)
    return Answer(201, tree(request.world, sha))


def _line(request: Request, one: Doc) -> bytes:
    """Return an entry of a new tree as `git update-index --index-info` reads it."""
    git, path = request.world.git, one.get("path", "")
    mode, sha = one.get("mode", "100644"), one.get("sha")
    if not path or "\0" in path or "mode" not in one:
        raise rule("tree.path or tree.mode is missing")
    if "content" in one and "sha" in one:
        raise rule("Must supply either tree.sha or tree.content, not both")
    if "content" in one:
        sha = git.git("hash-object", "-w", "--stdin", feed=one["content"].encode(errors="replace"))
    elif "sha" not in one:
        raise rule("Must supply tree.sha or tree.content")
    if sha is None:
        return f"0 {'0' * 40}\t{path}\0".encode(errors="replace")
    if mode == "040000":
        raise rule("This fake makes trees of files only: name their paths")
    if git.kind(sha) != "blob" and mode != "160000":
        raise rule(f"tree.sha {sha[:60]} is not a valid blob")
    return f"{mode} {sha}\t{path}\0".encode(errors="replace")


@serves("git/create-commit")
def _create_commit(request: Request) -> Answer:
    world, body = request.world, request.body
    parents = tuple(body.get("parents", []))
    if world.git.kind(body["tree"]) != "tree":
        raise rule("Tree SHA does not exist")
    if any(world.git.kind(one) != "commit" for one in parents):
        raise rule("Parent SHA does not exist or is not a commit object")
    env = surroundings(request.token.actor, at=world.now())
    author = body.get("author", {})
    committer = {**author, **body.get("committer", {})}
    for role, person in (("AUTHOR", author), ("COMMITTER", committer)):
        env |= {f"GIT_{role}_{key.upper()}": value for key, value in person.items() if value.strip("\0 \n<>")}
    sha = world.git.commit(body["tree"], parents, body["message"].replace("\0", ""), env)
    return Answer(201, commit(world, sha), location=f"{world.root}/git/commits/{sha}")


@serves("git/get-commit")
def _get_commit(request: Request) -> Answer:
    return Answer(document=commit(request.world, _object(request, "commit_sha", "commit")))


def commit(world: World, sha: str) -> Doc:
    """Return a commit as git has it."""
    one = world.git.made(sha)
    facts = {
        "sha": sha,
        "url": f"{world.root}/git/commits/{sha}",
        "html_url": f"{world.web}/commit/{sha}",
        "author": one.author._asdict(),
        "committer": one.committer._asdict(),
        "message": one.message,
        "tree": {"sha": one.tree, "url": f"{world.root}/git/trees/{one.tree}"},
        "parents": [
            {"sha": up, "url": f"{world.root}/git/commits/{up}", "html_url": f"{world.web}/commit/{up}"}
            for up in one.parents
        ],
    }
    return made("git-commit", facts)


@serves("git/create-tag")
def _create_tag(request: Request) -> Answer:
    world, body = request.world, request.body
    if world.git.kind(body["object"]) != body["type"]:
        raise rule("Could not verify object")
    told = body.get("tagger", {})
    who = Person(told.get("name", request.token.actor), told.get("email", "bot@example.com"), "1767225600 +0000")
    head = (
        f"object {body['object']}\ntype {body['type']}\ntag {body['tag']}\ntagger {who.name} <{who.email}> {who.date}"
    )
    sha = world.git.git("mktag", feed=f"{head}\n\n{body['message']}\n".encode(errors="replace"))
    return Answer(201, _tag(world, sha))


@serves("git/get-tag")
def _get_tag(request: Request) -> Answer:
    return Answer(document=_tag(request.world, _object(request, "tag_sha", "tag")))


def _tag(world: World, sha: str) -> Doc:
    head, _, message = world.git.git("cat-file", "tag", sha).partition("\n\n")
    told = dict(line.split(" ", 1) for line in head.splitlines())
    name, _, rest = told["tagger"].partition(" <")
    facts = {
        "sha": sha,
        "url": f"{world.root}/git/tags/{sha}",
        "tag": told["tag"],
        "message": message,
        "tagger": {"name": name, "email": rest.partition(">")[0], "date": "2026-01-01T00:00:00Z"},
        "object": {
            "sha": told["object"],
            "type": told["type"],
            "url": f"{world.root}/git/{told['type']}s/{told['object']}",
        },
    }
    return made("git-tag", facts)
