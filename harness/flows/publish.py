"""Publishing: what became of a gate, on its pull request: one comment, one check, labels and findings."""

from dataclasses import replace
from typing import NamedTuple

from harness.core.errors import UnavailableError, UsageError
from harness.core.forge import CheckRun, Comment, Posting
from harness.core.verdict import Outcome, Verdict
from harness.flows.ci import WORKFLOW
from harness.ports import Forge
from harness.report.check_run import as_check, running_check, unavailable_check
from harness.report.comment import as_comment, as_running, as_unavailable
from harness.report.labels import labels
from harness.report.marker import Mark, read

_DIGITS = 18
"""Of a run's number, at most."""


class Said(NamedTuple):
    """What is said of a run, in each of the places where it is said."""

    comment: str
    check: CheckRun
    outcome: Outcome | None
    """None while it runs."""
    sarif: bytes = b""
    """Findings; empty where there are none to tell."""


class Published(NamedTuple):
    """What became of it."""

    check: int
    """The id of the check run; 0 where a newer run's stands."""
    comment: str
    """`written`, or why it was left as it is."""
    findings: str = ""


def running(posting: Posting) -> Said:
    """Return what is said while a gate runs."""
    return Said(as_running(posting), running_check(posting), None)


def judged(verdict: Verdict, posting: Posting, sarif: bytes = b"") -> Said:
    """Return what is said of a verdict.

    Raises:
        UsageError: It is not a verdict on all of the commit that is proposed.
    """
    if verdict.scope != "full":
        what = f"a {verdict.scope} verdict is not published: it says nothing of the other cases"
        raise UsageError(what, hint="run `harness gate` without filters, or `harness merge` the shards")
    own = verdict.base is not None and verdict.policy != "base" and verdict.outcome is Outcome.PASSED
    if verdict.run.replayed or own:
        what = "a verdict by a recording, or by the candidate's own policy, is a preview and is not published"
        raise UsageError(what, hint="run `harness gate` without `--replay`, `--policy` and `--bootstrap`")
    if verdict.candidate.commit != posting.head or verdict.candidate.dirty:
        judged_is = f"{verdict.candidate.commit[:7]}{' with uncommitted changes' if verdict.candidate.dirty else ''}"
        what = f"the run judged {judged_is}, and the pull request proposes {posting.head[:7]}"
        raise UsageError(what, hint=f"run `harness gate --candidate {posting.head}`")
    return Said(as_comment(verdict, posting), as_check(verdict, posting), verdict.outcome, sarif)


def unavailable(posting: Posting, why: str) -> Said:
    """Return what is said where no verdict came."""
    return Said(as_unavailable(posting, why), unavailable_check(posting, why), Outcome.UNAVAILABLE)


def publish(forge: Forge, posting: Posting, said: Said) -> Published:
    """Say it on the pull request; done twice it comes to the same, and an older run never speaks over a newer one.

    The check is written whatever becomes of the comment: it must not run for ever because a conversation is locked.

    Raises:
        UsageError: There is no such pull request.
        UnavailableError: The forge refuses, or does not answer.
    """
    request = forge.pull_request(posting.number)
    fault: UnavailableError | None = None
    try:
        comment = _comment(forge, posting, said, request.head)
    except UnavailableError as error:
        comment, fault = "", error
    check = _check(forge, posting, said.check)
    if fault:
        raise fault
    return Published(check, comment, _findings(forge, posting, said) if check else "")


def _comment(forge: Forge, posting: Posting, said: Said, head: str) -> str:
    """Write comment and labels, and return `written`, or why they were left as they are."""
    if head != posting.head:
        return f"left: the pull request has moved on to {head[:7]}"
    standing = _ours(forge, posting)
    if standing and (newer := _newer(standing[1], posting)):
        return f"left: run {newer} has spoken since"
    if standing is None or standing[0].body != said.comment:
        forge.comment(posting.number, said.comment, over=standing[0].id if standing else 0)
    add, remove = labels(said.outcome)
    forge.label(posting.number, add=[add], remove=remove)
    return "written"


def _ours(forge: Forge, posting: Posting) -> tuple[Comment, Mark] | None:
    """Return our comment with its mark; a mark in somebody else's comment is a forgery, and means nothing."""
    for comment in forge.comments(posting.number):
        if comment.author == forge.me() and (mark := read(comment.body)) and mark.pr == posting.number:
            return comment, mark
    return None


def _newer(mark: Mark, posting: Posting) -> str:
    """Return the run of a mark, if it is newer than the one that speaks."""
    later = (mark.run, mark.attempt) > (posting.run, posting.attempt)
    return f"{mark.run}.{mark.attempt}" if later else ""


def _check(forge: Forge, posting: Posting, check: CheckRun) -> int:
    """Write the check of a run, over that of the same run if it stands, and not at all if a newer run's does."""
    app = forge.me().removesuffix("[bot]")
    ours = [one for one in forge.checks(posting.head, check.name) if one.app == app]
    shared = forge.me() == WORKFLOW  # any workflow could post a newer one, and silence ours
    if not shared and any(_order(one.external_id) > (posting.run, posting.attempt) for one in ours):
        return 0
    same = next((one for one in ours if one.external_id == check.external_id), None)
    if same and not same.running:
        check = replace(check, annotations=())  # those of the first time stand, and would be added to
    return forge.check(check, over=same.id if same else 0)


def _order(external_id: str) -> tuple[int, int]:
    """Return the run and attempt that an external id says, or what is older than any."""
    run, _, attempt = external_id.partition(".")
    plain = all(part.isdecimal() and len(part) <= _DIGITS for part in (run, attempt))
    return (int(run), int(attempt)) if plain else (-1, -1)


def _findings(forge: Forge, posting: Posting, said: Said) -> str:
    if not said.sarif:
        return ""
    try:
        taken = forge.upload(said.sarif, head=posting.head, ref=f"refs/pull/{posting.number}/head")
    except UnavailableError as error:  # the verdict stands, and is said
        return f"not taken: {error.what}"
    return "uploaded" if taken else "not taken: code scanning is off for this repository, or not allowed to this job"
