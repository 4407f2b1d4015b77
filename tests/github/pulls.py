"""Pull requests: what they change, who reviewed them, and merging."""

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.issues import edit, opened
from tests.github.merging import land
from tests.github.records import Issue, Pull, RefusedError
from tests.github.repository import Change
from tests.github.routing import Answer, Request, check_actions, rule, serves
from tests.github.views import association, number_of, pull, pull_simple, user
from tests.github.world import World

MOST_FILES = 3000
"""Files of a pull request that are listed at all."""
STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED", "": "PENDING"}


def proposed(world: World, *, head: str, base: str, author: str, title: str = "", fork: str = "") -> Issue:
    """Return a new pull request of a branch; `fork` is the repository it stands in, if that is another.

    Raises:
        RefusedError: There is no such branch, nothing between the two, or a pull request of this kind already.
    """
    home = fork or world.full_name
    source = world.fork(fork) if fork else world.git
    tip, onto = source.tip(f"refs/heads/{head}"), world.git.tip(f"refs/heads/{base}")
    if not tip or not onto:
        raise RefusedError(422, "Validation Failed", errors=[_invalid("base" if tip else "head")])
    for one, its in world.pulls():
        if one.state == "open" and (its.head_repository, its.head_ref, its.base_ref) == (home, head, base):
            raise RefusedError(422, "Validation Failed", errors=[_invalid("head")])
    if fork:
        world.git.git("fetch", "-q", "--no-tags", str(source.path), f"refs/heads/{head}")
    if not world.git.between(onto, tip):
        raise RefusedError(422, f"No commits between {base} and {head}")
    issue = opened(world, title=title or world.git.made(tip).message.split("\n")[0], body=None, author=author)
    issue.pull = Pull(head, home, base, tip, "")
    world.refresh(issue)
    return issue


def _invalid(field: str) -> Doc:
    return {"resource": "PullRequest", "field": field, "code": "invalid"}


def reviewed(world: World, number: int, *, reviewer: str, event: str = "APPROVE", body: str = "") -> Doc:
    """Return a new review of a pull request's present head."""
    issue, its = world.pull(number)
    if reviewer == issue.author and event != "COMMENT":
        raise RefusedError(422, "Review Can not approve your own pull request")
    identity = world.identity()
    facts = {
        "id": identity,
        "user": user(reviewer),
        "body": body,
        "state": STATES[event],
        "commit_id": its.head,
        "submitted_at": world.now(),
        "html_url": f"{world.web}/pull/{number}#pullrequestreview-{identity}",
        "pull_request_url": f"{world.root}/pulls/{number}",
        "author_association": association(world, reviewer),
    }
    its.reviews.append(made("pull-request-review", facts))
    return its.reviews[-1]


@serves("pulls/get")
def _get(request: Request) -> Answer:
    return Answer(document=pull(request.world, *request.world.pull(request.number("pull_number"))))


@serves("pulls/list")
def _list(request: Request) -> Answer:
    wanted = request.query
    found = []
    for one, its in request.world.pulls():
        label = f"{its.head_repository.partition('/')[0]}:{its.head_ref}"
        if (
            wanted.get("state", "open") in {one.state, "all"}
            and wanted.get("head", label) == label
            and wanted.get("base", its.base_ref) == its.base_ref
        ):
            found.append(pull_simple(request.world, one, its))
    return Answer(document=found if wanted.get("direction") == "asc" else found[::-1])


@serves("pulls/create")
def _create(request: Request) -> Answer:
    body, world = request.body, request.world
    check_actions(world, request.token)
    owner, _, head = body["head"].rpartition(":")
    if "title" not in body and "issue" not in body:
        raise rule("Validation Failed")
    fork = f"{owner}/{world.full_name.partition('/')[2]}" if owner and owner != world.owner else ""
    issue = proposed(
        world, head=head, base=body["base"], author=request.token.actor, title=body.get("title", ""), fork=fork
    )
    issue.body = body.get("body")
    found = pull(world, *world.pull(issue.number))
    return Answer(201, found, location=found["url"])


@serves("pulls/update")
def _update(request: Request) -> Answer:
    issue, its = request.world.pull(request.number("pull_number"))
    retargeted(request.world, its, request.body.get("base", its.base_ref))
    edit(request.world, issue, request.body)
    return Answer(document=pull(request.world, *request.world.pull(issue.number)))


def retargeted(world: World, its: Pull, base_ref: str) -> None:
    """Let a pull request go to a branch, and begin where that is."""
    tip = world.git.tip(f"refs/heads/{base_ref}")
    if not tip:
        raise RefusedError(422, "Validation Failed", errors=[_invalid("base")])
    if base_ref != its.base_ref:
        its.base_ref, its.base = base_ref, tip


@serves("pulls/list-files")
def _list_files(request: Request) -> Answer:
    world = request.world
    _, its = world.pull(request.number("pull_number"))
    fork_point = world.git.merge_base(its.base, its.head) or its.base
    changes = world.git.changes(fork_point, its.head)[:MOST_FILES]
    return Answer(document=[file(world, one, base=fork_point, head=its.head) for one in changes])


def file(world: World, change: Change, *, base: str, head: str) -> Doc:
    """Return a file that differs between two commits."""
    facts: Doc = {
        "filename": change.path,
        "status": change.status,
        "sha": change.sha,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "contents_url": f"{world.root}/contents/{change.path}?ref={head}",
    }
    if change.before:
        facts["previous_filename"] = change.before
    patch = world.git.patch(base, head, change.path)
    return made("diff-entry", {**facts, "patch": patch} if patch else facts)


@serves("pulls/list-commits")
def _list_commits(request: Request) -> Answer:
    _, its = request.world.pull(request.number("pull_number"))
    return Answer(document=[commit(request.world, sha) for sha in request.world.git.between(its.base, its.head)])


def commit(world: World, sha: str) -> Doc:
    """Return a commit as lists have it."""
    one = world.git.made(sha)
    facts = {
        "sha": sha,
        "url": f"{world.root}/commits/{sha}",
        "html_url": f"{world.web}/commit/{sha}",
        "author": {**user(one.author.name), "id": number_of(one.author.email)},
        "committer": {**user(one.committer.name), "id": number_of(one.committer.email)},
        "parents": [{"sha": parent, "url": f"{world.root}/commits/{parent}"} for parent in one.parents],
        "commit": {
            "message": one.message,
            "author": one.author._asdict(),
            "committer": one.committer._asdict(),
            "tree": {"sha": one.tree, "url": f"{world.root}/git/trees/{one.tree}"},
        },
    }
    return made("commit", facts)


@serves("repos/list-pull-requests-associated-with-commit")
def _of_commit(request: Request) -> Answer:
    world, sha = request.world, request.world.commit(request.text("commit_sha"))
    found = []
    for one, its in world.pulls():
        inside = sha == its.merge_sha or (world.git.contains(its.head, sha) and not world.git.contains(its.base, sha))
        if inside:
            found.append(pull_simple(world, one, its))
    return Answer(document=found)


@serves("pulls/list-reviews")
def _list_reviews(request: Request) -> Answer:
    return Answer(document=request.world.pull(request.number("pull_number"))[1].reviews)


@serves("pulls/create-review")
def _create_review(request: Request) -> Answer:
    body, event = request.body, request.body.get("event", "")
    if event in {"REQUEST_CHANGES", "COMMENT"} and not body.get("body"):
        raise rule("Body can't be blank")
    if event == "APPROVE":
        check_actions(request.world, request.token)
    number = request.number("pull_number")
    made = reviewed(request.world, number, reviewer=request.token.actor, event=event, body=body.get("body", ""))
    if "commit_id" in body:
        made["commit_id"] = request.world.commit(body["commit_id"])
    return Answer(200, made)


@serves("pulls/merge")
def _merge(request: Request) -> Answer:
    body = request.body
    sha = land(
        request.world,
        request.number("pull_number"),
        method=body.get("merge_method", "merge"),
        by=request.token.actor,
        head=body.get("sha", ""),
        words=(body.get("commit_title", ""), body.get("commit_message", "")),
    )
    return Answer(document={"sha": sha, "merged": True, "message": "Pull Request successfully merged"})
