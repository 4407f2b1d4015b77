"""Merging: by git, in GitHub's three ways, where the rules of the branch allow it."""

from fnmatch import fnmatchcase

from tests.github.contract import Doc
from tests.github.records import Issue, Pull, RefusedError
from tests.github.repository import surroundings
from tests.github.world import World

PASSED = frozenset({"success", "neutral", "skipped"})
"""Conclusions by which a required check counts as met."""


def rules(world: World, branch: str) -> list[Doc]:
    """Return the active rules of a branch, each with the set it is of."""
    return [
        {**rule, "ruleset_id": one["id"], "ruleset_source": world.full_name, "ruleset_source_type": "Repository"}
        for one in world.rulesets.values()
        if one["enforcement"] == "active" and one.get("target", "branch") == "branch" and _covers(world, one, branch)
        for rule in one["rules"]
    ]


def _covers(world: World, ruleset: Doc, branch: str) -> bool:
    names = (ruleset.get("conditions") or {}).get("ref_name", {})
    meant = {"~ALL": True, "~DEFAULT_BRANCH": branch == world.branch}

    def fits(patterns: list[str]) -> bool:
        return any(meant.get(one, fnmatchcase(f"refs/heads/{branch}", one)) for one in patterns)

    return fits(names.get("include", [])) and not fits(names.get("exclude", []))


def unmet(world: World, branch: str, sha: str, issue: Issue) -> list[str]:
    """Return the rules that keep a commit out of a branch, one sentence each."""
    found = []
    for rule in rules(world, branch):
        told = rule.get("parameters") or {}
        if rule["type"] == "required_status_checks":
            names = [one["context"] for one in told.get("required_status_checks", []) if not _passed(world, sha, one)]
            found += [f'Required status check "{name}" is expected.' for name in names]
        if rule["type"] == "pull_request":
            missing = told.get("required_approving_review_count", 0) - len(_approvals(issue))
            if missing > 0:
                found.append(f"At least {missing} approving review is required by reviewers with write access.")
    return found


def _passed(world: World, sha: str, check: Doc) -> bool:
    bound = check.get("integration_id")
    runs = [
        one
        for one in world.checks.values()
        if one["head_sha"] == sha and one["name"] == check["context"] and bound in {None, one["app"]["id"]}
    ]
    if runs:
        return max(runs, key=lambda one: int(one["id"]))["conclusion"] in PASSED
    told = [one for one in world.statuses if one["sha"] == sha and one["context"] == check["context"]]
    return bound is None and bool(told) and told[-1]["state"] == "success"


def _approvals(issue: Issue) -> set[str]:
    last = {
        one["user"]["login"]: one["state"]
        for one in (issue.pull.reviews if issue.pull else [])
        if one["state"] != "COMMENTED" and one["author_association"] != "NONE"
    }
    return {login for login, state in last.items() if state == "APPROVED"}


def land(world: World, number: int, *, method: str, by: str, head: str = "", words: tuple[str, str] = ("", "")) -> str:
    """Merge a pull request and return the commit its branch then has.

    Args:
        world: Where.
        number: Which.
        method: `merge`, `squash` or `rebase`.
        by: Who.
        head: The head it must still have, if that matters.
        words: Title and message of the commit; GitHub's own where they are empty.

    Raises:
        RefusedError: 405 where rules or conflicts are in the way, 409 where the head has moved.
    """
    issue, pull = world.pull(number)
    if issue.state != "open":
        raise RefusedError(405, "Pull Request is not mergeable")
    if head and head != pull.head:
        raise RefusedError(409, "Head branch was modified. Review and try the merge again.")
    why = unmet(world, pull.base_ref, pull.head, issue)
    if why:
        raise RefusedError(405, "Repository rule violations found\n\n" + "\n".join(why))
    sha = united(world, issue, pull, method=method, words=words)
    world.git.set_ref(f"refs/heads/{pull.base_ref}", sha)
    close(world, issue, pull, sha=sha, by=by)
    return sha


def united(
    world: World, issue: Issue, pull: Pull, *, method: str, onto: str = "", words: tuple[str, str] = ("", "")
) -> str:
    """Return the commit that brings a pull request onto a commit, its base's if none is given; no ref moves.

    Raises:
        RefusedError: They conflict.
    """
    base = onto or pull.tip
    if method == "rebase":
        sha = world.git.replayed(base, pull.head)
    else:
        tree = world.git.merged(base, pull.head)
        parents = (base,) if method == "squash" else (base, pull.head)
        title = words[0] or _title(issue, pull, method)
        env = surroundings(issue.author if method == "squash" else "GitHub", at=world.now())
        sha = world.git.commit(tree, parents, f"{title}\n\n{words[1]}".rstrip() + "\n", env) if tree else ""
    if not sha:
        raise RefusedError(405, "Pull Request is not mergeable")
    return sha


def _title(issue: Issue, pull: Pull, method: str) -> str:
    if method == "squash":
        return f"{issue.title} (#{issue.number})"
    return f"Merge pull request #{issue.number} from {pull.head_repository.partition('/')[0]}/{pull.head_ref}"


def close(world: World, issue: Issue, pull: Pull, *, sha: str, by: str) -> None:
    """Note that a pull request is merged."""
    at = world.now()
    issue.state, issue.closed, issue.updated = "closed", at, at
    pull.merged_at, pull.merged_by, pull.merge_sha = at, by, sha
