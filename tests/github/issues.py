"""Issues, their comments and labels."""

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.records import Issue, RefusedError
from tests.github.routing import Answer, Request, check_length, missing, rule, serves
from tests.github.views import app, association, issue, label, user
from tests.github.world import World

LONGEST_BODY = 65_536
"""Characters of a comment or of an issue's body; GitHub says so only by refusing more."""
LONGEST_TITLE = 256
LONGEST_LABEL = 50
LONGEST_DESCRIPTION = 100


def opened(world: World, *, title: str, body: str | None, author: str) -> Issue:
    """Return a new issue."""
    check_length("Body", body, LONGEST_BODY)
    check_length("Title", title, LONGEST_TITLE)
    at = world.now()
    number = max(world.issues, default=0) + 1
    world.issues[number] = Issue(number, title, body, author, at, at)
    return world.issues[number]


def wrote(world: World, on: Issue, *, body: str, author: str, slug: str = "") -> Doc:
    """Return a new comment."""
    _check_comment(body)
    number, at = world.identity(), world.now()
    facts = {
        "id": number,
        "body": body,
        "user": user(author),
        "created_at": at,
        "updated_at": at,
        "url": f"{world.root}/issues/comments/{number}",
        "html_url": f"{world.web}/issues/{on.number}#issuecomment-{number}",
        "issue_url": f"{world.root}/issues/{on.number}",
        "author_association": association(world, author),
        "performed_via_github_app": app(world.apps[slug]) if slug else None,
    }
    on.comments[number] = made("issue-comment", facts)
    return on.comments[number]


def _check_comment(body: str) -> None:
    if not body.strip():
        raise rule("Body can't be blank")
    check_length("Body", body, LONGEST_BODY)


@serves("issues/list-comments")
def _list_comments(request: Request) -> Answer:
    found = request.world.issue(request.number("issue_number")).comments.values()
    since = str(request.query.get("since", ""))
    return Answer(document=[one for one in found if one["updated_at"] >= since])


@serves("issues/create-comment")
def _create_comment(request: Request) -> Answer:
    on = request.world.issue(request.number("issue_number"))
    slug = request.token.app.slug if request.token.app else ""
    made = wrote(request.world, on, body=request.body["body"], author=request.token.actor, slug=slug)
    return Answer(201, made, location=made["url"])


@serves("issues/get-comment")
def _get_comment(request: Request) -> Answer:
    return Answer(document=request.world.comment(request.number("comment_id"))[1])


@serves("issues/update-comment")
def _update_comment(request: Request) -> Answer:
    _, found = request.world.comment(request.number("comment_id"))
    _check_comment(request.body["body"])
    found.update(body=request.body["body"], updated_at=request.world.now())
    return Answer(document=found)


@serves("issues/delete-comment")
def _delete_comment(request: Request) -> Answer:
    on, found = request.world.comment(request.number("comment_id"))
    del on.comments[found["id"]]
    return Answer(204)


@serves("issues/create")
def _create(request: Request) -> Answer:
    body = request.body
    one = opened(request.world, title=str(body["title"]), body=body.get("body"), author=request.token.actor)
    relabelled(request.world, one, names(body.get("labels", [])))
    found = issue(request.world, one)
    return Answer(201, found, location=found["url"])


@serves("issues/get")
def _get(request: Request) -> Answer:
    return Answer(document=issue(request.world, request.world.issue(request.number("issue_number"))))


@serves("issues/list-for-repo")
def _list(request: Request) -> Answer:
    state, wanted = request.query.get("state", "open"), set(str(request.query.get("labels", "")).split(",")) - {""}
    creator = request.query.get("creator")
    found = [
        one
        for _, one in sorted(request.world.issues.items(), reverse=True)
        if state in {one.state, "all"} and wanted <= set(one.labels) and creator in {None, one.author}
    ]
    return Answer(document=[issue(request.world, one) for one in found])


@serves("issues/update")
def _update(request: Request) -> Answer:
    one = request.world.issue(request.number("issue_number"))
    edit(request.world, one, request.body)
    if "labels" in request.body:
        one.labels.clear()
        relabelled(request.world, one, names(request.body["labels"]))
    return Answer(document=issue(request.world, one))


def edit(world: World, one: Issue, body: Doc) -> None:
    """Change title, body and state as a request says."""
    title, state = body.get("title"), body.get("state", one.state)
    check_length("Body", body.get("body"), LONGEST_BODY)
    check_length("Title", None if title is None else str(title), LONGEST_TITLE)
    one.title, one.body = one.title if title is None else str(title), body.get("body", one.body)
    if state != one.state and one.pull and one.pull.merged_at:
        raise rule("Cannot change the state of a merged pull request")
    if state != one.state:
        one.closed = world.now() if state == "closed" else None
    one.state, one.updated = state, world.now()


def names(labels: object) -> list[str]:
    """Return the names of labels, each given as text or as an object."""
    assert isinstance(labels, list)
    return [one if isinstance(one, str) else str(one.get("name", "")) for one in labels]


def relabelled(world: World, one: Issue, wanted: list[str]) -> None:
    """Give labels to an issue, those that it has already aside."""
    if any(not name.strip() for name in wanted):
        raise rule("Validation Failed")
    for name in wanted:
        check_length("Label", name, LONGEST_LABEL)
    here = {name.casefold() for name in one.labels}
    for name in wanted:
        if name.casefold() not in here:
            one.labels.append(label(world, name)["name"])
            here.add(name.casefold())


def _labels(request: Request, one: Issue) -> Answer:
    return Answer(document=[made("label", label(request.world, name)) for name in one.labels])


@serves("issues/list-labels-on-issue")
def _list_labels(request: Request) -> Answer:
    return _labels(request, request.world.issue(request.number("issue_number")))


@serves("issues/add-labels")
def _add_labels(request: Request) -> Answer:
    one = request.world.issue(request.number("issue_number"))
    relabelled(request.world, one, names(request.body.get("labels", [])))
    return _labels(request, one)


@serves("issues/set-labels")
def _set_labels(request: Request) -> Answer:
    one = request.world.issue(request.number("issue_number"))
    one.labels.clear()
    relabelled(request.world, one, names(request.body.get("labels", [])))
    return _labels(request, one)


@serves("issues/remove-label")
def _remove_label(request: Request) -> Answer:
    one, name = request.world.issue(request.number("issue_number")), request.text("name").casefold()
    kept = [held for held in one.labels if held.casefold() != name]
    if len(kept) == len(one.labels):
        raise RefusedError(404, "Label does not exist")
    one.labels[:] = kept
    return _labels(request, one)


@serves("issues/create-label")
def _create_label(request: Request) -> Answer:
    name = request.body["name"]
    if name.casefold() in request.world.labels:
        raise rule("Validation Failed")
    check_length("Label", name, LONGEST_LABEL)
    check_length("Description", request.body.get("description"), LONGEST_DESCRIPTION)
    found = label(request.world, name)
    found.update({key: value for key, value in request.body.items() if key in {"color", "description"}})
    return Answer(201, made("label", found), location=found["url"])


@serves("issues/get-label")
def _get_label(request: Request) -> Answer:
    name = request.text("name").casefold()
    if name not in request.world.labels:
        raise missing()
    return Answer(document=made("label", request.world.labels[name]))
