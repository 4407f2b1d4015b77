"""Letting through: an inconclusive verdict, by a waiver that base has or a manager's approval of what was judged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.adapters.clock import SystemClock
from harness.adapters.git import Git
from harness.content.authority import PATH, read_authority
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.authority import Authority
from harness.core.errors import HarnessError
from harness.core.forge import Approval, PullRequest
from harness.core.pair import PairReport
from harness.core.verdict import Outcome, Verdict
from harness.flows.agenda import Options, prepare
from harness.flows.suites import Profile
from harness.flows.trees import World, files
from harness.gate.lifting import lift
from harness.report.summary import summarise


def let_through(world: World, verdict: Verdict, approvals: Sequence[Approval], request: PullRequest) -> Verdict:
    """Return the verdict, passed if it was inconclusive and base lets every such check through.

    Args:
        world: The repository.
        verdict: As the gate came to it.
        approvals: That stand on the pull request.
        request: Who manages is said by the branch that it goes to, as that is now, or by nobody: the author of a change
            chooses which older commit it starts from, and with it the base. In a merge queue what was judged is another
            commit than its head; where that proposes the same, its approvals count.

    Raises:
        ContentError: Base's file of waivers is wrong.
    """
    if verdict.outcome is not Outcome.INCONCLUSIVE or verdict.base is None:
        return verdict
    today = SystemClock().now().date().isoformat()
    tip = Git(world.root).commit(f"refs/remotes/origin/{request.base}") if request.base else verdict.base.commit
    if not tip:
        told = f"nothing is let through: who manages stands in `origin/{request.base}`, which is not here; "
        return replace(verdict, notices=(*verdict.notices, f"{told}run `git fetch origin {request.base}`"))
    authority = authority_of(world, tip)
    approved = any(one.commit == request.head != verdict.candidate.commit for one in approvals)
    also = request.head if approved and _alike(world, verdict, request.head) else ""
    lifted = lift(verdict, authority, approvals, today, also=also)
    return replace(lifted, summary=summarise(lifted)) if lifted is not verdict else verdict


def _alike(world: World, verdict: Verdict, head: str) -> bool:
    """Return whether another commit proposes just what was judged, over a base with the same files."""
    try:
        return _proposal(world, verdict, head) == _proposal(world, verdict, verdict.candidate.commit)
    except HarnessError:  # it was not fetched, or it does not read: then it is not known to be the same
        return False


def _proposal(world: World, verdict: Verdict, commit: str) -> tuple[Mapping[str, str], Sequence[PairReport]]:
    """Return the files of a commit's base, and the pairs that it changes, by digest."""
    against = verdict.base.commit if verdict.base else ""
    agenda = prepare(world, Options(against=against, candidate=commit, profile=Profile(verdict.profile)))
    base = agenda.court.trees.base
    pairs = [
        *(plan.report(judged=False) for plan in agenda.plans),
        *(one.report(judged=False) for one in agenda.budgets),
    ]
    return files(base) if base else {}, [pair for pair in pairs if pair.status != "unchanged"]


def authority_of(world: World, commit: str) -> Authority:
    """Return who may let checks through, as a commit says.

    Raises:
        ContentError: Its file of waivers is wrong.
    """
    try:
        data = Git(world.root).tree(commit, commit[:7]).read(PATH, limit=FILE_LIMIT)
    except FileNotFoundError:
        return Authority()
    return read_authority(data, f"{commit[:7]}:{PATH}")
