"""Posting a run: its verdict, let through if base's managers do, and published where CI says."""

from pathlib import Path
from typing import NamedTuple

from harness.core.verdict import Verdict
from harness.flows.ci import posting_of
from harness.flows.forges import forge_of
from harness.flows.lift import let_through
from harness.flows.publish import Published, judged, publish, running, unavailable
from harness.flows.runs import beside, read_verdict, write_run
from harness.flows.trees import World

SARIF = "findings.sarif"


class Place(NamedTuple):
    """Which pull request is spoken on."""

    number: int
    head: str = ""
    """The commit that it proposes; empty for the one that was judged."""
    folder: Path | None = None
    """Where files are written in place of speaking."""


class Outcome(NamedTuple):
    """What was said of a run."""

    verdict: Verdict
    published: Published
    rewritten: Path | None = None
    """The run's folder with the verdict that was let through."""


def post(world: World, place: Place, run: Path) -> Outcome:
    """Publish the verdict of a run.

    Raises:
        UsageError: It is no verdict on all of what is proposed, or CI does not say where to speak.
        ContentError: The verdict is damaged, or base's file of waivers is wrong.
        UnavailableError: The forge refuses, or does not answer.
    """
    verdict = read_verdict(run / "verdict.json")
    posting = posting_of(world.environ, number=place.number, head=place.head or verdict.candidate.commit)
    findings = (run / SARIF).read_bytes() if (run / SARIF).exists() else b""
    with forge_of(world.environ, folder=place.folder, head=posting.head) as forge:
        request = forge.pull_request(place.number)
        # CI says where the pull request went when the gate began: its author can turn it to a branch of his own since.
        request = request._replace(base=world.environ.get("GITHUB_BASE_REF") or request.base)
        final = let_through(world, verdict, forge.approvals(place.number), request)
        rewritten = None if final is verdict else write_run(world, final, beside(run))
        return Outcome(final, publish(forge, posting, judged(final, posting, findings)), rewritten)


def post_state(world: World, place: Place, why: str = "") -> Published:
    """Publish that a gate runs, or why no verdict came of it.

    Raises:
        UsageError: CI does not say where to speak.
        UnavailableError: The forge refuses, or does not answer.
    """
    posting = posting_of(world.environ, number=place.number, head=place.head)
    with forge_of(world.environ, folder=place.folder, head=place.head) as forge:
        return publish(forge, posting, unavailable(posting, why) if why else running(posting))
