"""The events GitHub sends: what a workflow finds in its `event.json`."""

from tests.github.contract import Doc, problems, schema
from tests.github.instance import made
from tests.github.records import Event, Issue
from tests.github.repository import NOBODY
from tests.github.views import pull_facts, repository, repository_thin, user, weight
from tests.github.world import World

REVIEWED = ("id", "body", "commit_id", "submitted_at", "html_url", "author_association")


def _checked(name: str, kind: str, facts: Doc) -> Event:
    """Return an event whose payload keeps the contract.

    Raises:
        ValueError: It does not.
    """
    payload = made(f"webhook-{kind}", facts)
    wrong = problems(schema(f"webhook-{kind}"), payload)
    if wrong:
        raise ValueError(f"{kind}: {wrong[:3]}")
    return Event(name, payload)


def _scene(world: World, sender: str) -> Doc:
    return {"repository": repository(world), "sender": user(sender)}


def pull_request(world: World, issue: Issue, action: str, sender: str, **more: object) -> Event:
    """Return what happened to a pull request."""
    assert issue.pull
    its = {**pull_facts(world, issue, issue.pull), **weight(world, issue, issue.pull)}
    facts = {"action": action, "number": issue.number, "pull_request": its, **_scene(world, sender), **more}
    return _checked("pull_request", f"pull-request-{action}", facts)


def review(world: World, issue: Issue, its: Doc, sender: str) -> Event:
    """Return that a pull request was reviewed."""
    assert issue.pull
    facts = {
        "action": "submitted",
        "pull_request": pull_facts(world, issue, issue.pull),
        "review": {**{name: its[name] for name in REVIEWED}, "state": its["state"].lower(), "user": user(sender)},
        **_scene(world, sender),
    }
    return _checked("pull_request_review", "pull-request-review-submitted", facts)


def push(world: World, ref: str, before: str, after: str, sender: str) -> Event:
    """Return that a ref was pushed, made or taken away."""
    created, deleted = before == NOBODY, after == NOBODY
    forced = not created and not deleted and not world.git.contains(after, before)
    facts = {
        "ref": ref,
        "before": before,
        "after": after,
        "created": created,
        "deleted": deleted,
        "forced": forced,
        "base_ref": None,
        "compare": f"{world.web}/compare/{before[:12]}...{after[:12]}",
        "commits": [] if created or deleted else [_commit(world, sha) for sha in world.git.between(before, after)],
        "head_commit": None if deleted else _commit(world, after),
        "pusher": {"name": sender},
        "repository": {**repository(world), "created_at": 0, "pushed_at": 0},
        "sender": user(sender),
    }
    return _checked("push", "push", facts)


def _commit(world: World, sha: str) -> Doc:
    one = world.git.made(sha)
    changes = world.git.changes(one.parents[0], sha) if one.parents else []
    return {
        "id": sha,
        "tree_id": one.tree,
        "message": one.message,
        "timestamp": one.committer.date,
        "url": f"{world.web}/commit/{sha}",
        "author": {"name": one.author.name, "email": one.author.email},
        "committer": {"name": one.committer.name, "email": one.committer.email},
        "added": [change.path for change in changes if change.status == "added"],
        "removed": [change.path for change in changes if change.status == "removed"],
        "modified": [change.path for change in changes if change.status not in {"added", "removed"}],
    }


def merge_group(world: World, action: str, *, ref: str, head: str, base: str, onto: str) -> Event:
    """Return what happened to a group of the merge queue."""
    one = world.git.made(head)
    group = {
        "head_sha": head,
        "head_ref": ref,
        "base_sha": base,
        "base_ref": f"refs/heads/{onto}",
        "head_commit": {
            "id": head,
            "tree_id": one.tree,
            "message": one.message,
            "timestamp": one.committer.date,
            "author": {"name": one.author.name, "email": one.author.email},
            "committer": {"name": one.committer.name, "email": one.committer.email},
        },
    }
    facts = {"action": action, "merge_group": group, **_scene(world, "github-merge-queue[bot]")}
    return _checked("merge_group", f"merge-group-{action.replace('_', '-')}", facts)


def workflow_run(world: World, run: Doc, sender: str) -> Event:
    """Return that a run of a workflow is over; `run` states its facts, `workflow` and `name` among them."""
    told = {key: value for key, value in run.items() if key != "workflow"}
    facts = {
        "action": "completed",
        "workflow": {"name": run.get("name", ""), **run.get("workflow", {})},
        "workflow_run": {**told, "repository": repository_thin(world)},
        **_scene(world, sender),
    }
    return _checked("workflow_run", "workflow-run-completed", facts)
