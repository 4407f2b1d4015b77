"""GitHub as a forge: comments, check runs, labels, findings."""

import gzip
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from harness.adapters.github.careful import Careful, denied
from harness.adapters.github.client import Client, RefusedError, UnsureError
from harness.core.errors import UnavailableError, UsageError
from harness.core.forge import Annotation, Approval, CheckRun, Comment, Posted, PullRequest

AT_ONCE = 50
"""Annotations that one request takes."""
_MISSING = 404
_SETTLED = frozenset({"APPROVED", "CHANGES_REQUESTED", "DISMISSED"})
_OURS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""Whose reviews count: anybody may review a pull request of a public repository."""


class GitHub:
    """See `ports.Forge`."""

    def __init__(self, client: Client, login: str) -> None:
        """Take who asks, and the login under which what it writes appears."""
        self._client = client
        self._careful = Careful(client)
        self._login = login

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def me(self) -> str:
        """Return the login under which comments are written."""
        return self._login

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request as it is now."""
        try:
            found = self._client.call("pulls.get", number)
        except RefusedError as refused:
            if refused.status == _MISSING:
                raise UsageError(f"{self._client.slug} has no pull request {number}") from None
            raise denied("reading the pull request", refused) from None
        return PullRequest(
            number=number,
            head=found["head"]["sha"],
            base=found["base"]["ref"],
            labels=frozenset(label["name"] for label in found["labels"]),
        )

    def approvals(self, number: int) -> Sequence[Approval]:
        """Return the approvals that stand: of each reviewer the last review, where it approves."""
        last: dict[str, Any] = {}
        for review in self._careful.read("reading the reviews", "pulls.list_reviews", number):
            if review["user"] and review["state"] in _SETTLED and review["author_association"] in _OURS:
                last[review["user"]["login"]] = review
        approving = ((login, review) for login, review in last.items() if review["state"] == "APPROVED")
        return [Approval(login, review["commit_id"] or "") for login, review in approving]

    def comments(self, number: int) -> Iterator[Comment]:
        """Yield the comments on a pull request, oldest first."""
        for found in self._careful.read("reading the comments", "issues.list_comments", number):
            author = found["user"]["login"] if found["user"] else ""
            yield Comment(found["id"], author, found["body"] or "")

    def comment(self, number: int, body: str, *, over: int = 0) -> None:
        """Write a comment, in the place of another one if `over` is its id."""
        if over:
            self._careful.write("writing the comment", "issues.update_comment", over, body=body)
            return
        self._careful.make(
            "writing the comment",
            lambda: self._client.call("issues.create_comment", number, body=body),
            lambda: any(one.author == self._login and one.body == body for one in self.comments(number)),
        )

    def checks(self, head: str, name: str) -> Sequence[Posted]:
        """Return the check runs of this name that stand on a commit, newest first."""
        runs = self._careful.read("reading the checks", "checks.list_for_ref", head, key="check_runs", check_name=name)
        found = [
            Posted(
                run["id"],
                run["app"]["slug"] if run["app"] else "",
                run["external_id"] or "",
                run["status"] != "completed",
            )
            for run in runs
        ]
        return sorted(found, key=lambda run: run.id, reverse=True)

    def check(self, run: CheckRun, *, over: int = 0) -> int:
        """Write a check run with all its annotations, in the place of another if `over` is its id; return its id."""
        first, *others = _batches(run.annotations)
        if over:
            self._careful.write("writing the check", "checks.update", over, **_fields(run, first))
        else:
            over = self._start(run, first)
        for batch in others:  # each request adds to those before
            self._careful.write("writing the check", "checks.update", over, output=_output(run, batch))
        return over

    def label(self, number: int, *, add: Iterable[str], remove: Iterable[str]) -> None:
        """Give labels to a pull request, and take others away; those that it has or lacks already cost nothing."""
        has = self.pull_request(number).labels
        if missing := sorted(set(add) - has):
            self._careful.write("labelling", "issues.add_labels", number, labels=missing)
        for name in sorted(set(remove) & has):
            self._careful.write("labelling", "issues.remove_label", number, name, gone=True)

    def upload(self, sarif: bytes, *, head: str, ref: str) -> bool:
        """Hand over findings; return whether GitHub takes any, which a private repository may not be allowed to."""
        packed = b64encode(gzip.compress(sarif, mtime=0)).decode()
        try:
            self._client.call("code_scanning.upload_sarif", head, ref, packed)
        except RefusedError as refused:
            if refused.status in {403, _MISSING}:
                return False
            raise denied("uploading findings", refused) from None
        except UnsureError as unsure:
            raise UnavailableError(f"GitHub does not answer: {unsure}") from None
        return True

    def _start(self, run: CheckRun, batch: Sequence[Annotation]) -> int:
        made: list[int] = []

        def stands() -> bool:
            ours = [one.id for one in self.checks(run.head, run.name) if one.external_id == run.external_id]
            made.extend(ours)
            return bool(ours)

        def start() -> None:
            made.append(self._client.call("checks.create", run.name, run.head, **_fields(run, batch))["id"])

        self._careful.make("writing the check", start, stands)
        return made[0]


def _batches(annotations: Sequence[Annotation]) -> list[Sequence[Annotation]]:
    """Return annotations by fifty; one empty batch of none."""
    return [annotations[start : start + AT_ONCE] for start in range(0, len(annotations), AT_ONCE)] or [()]


def _fields(run: CheckRun, batch: Sequence[Annotation]) -> dict[str, Any]:
    done = {"conclusion": str(run.conclusion)} if run.conclusion else {}
    status = "completed" if run.conclusion else "in_progress"
    url = {"details_url": run.details_url} if run.details_url else {}
    return {"status": status, "external_id": run.external_id, "output": _output(run, batch), **done, **url}


def _output(run: CheckRun, batch: Sequence[Annotation]) -> dict[str, object]:
    text = {"text": run.text} if run.text else {}
    return {"title": run.title, "summary": run.summary, **text, "annotations": [_annotation(one) for one in batch]}


def _annotation(one: Annotation) -> dict[str, object]:
    return {
        "path": one.path,
        "start_line": max(one.line, 1),
        "end_line": max(one.line, 1),
        "annotation_level": str(one.level),
        "title": one.title,
        "message": one.message,
    }
