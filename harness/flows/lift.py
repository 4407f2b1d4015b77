"""Letting through: an inconclusive verdict, by a waiver that base has or a manager's approval of what was judged."""

from collections.abc import Sequence
from dataclasses import replace

from harness.adapters.clock import SystemClock
from harness.adapters.git import Git
from harness.content.authority import PATH, read_authority
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.authority import Authority
from harness.core.forge import Approval
from harness.core.verdict import Outcome, Verdict
from harness.flows.trees import World
from harness.gate.lifting import lift
from harness.report.summary import summarise


def let_through(world: World, verdict: Verdict, approvals: Sequence[Approval], branch: str) -> Verdict:
    """Return the verdict, passed if it was inconclusive and base lets every such check through.

    Args:
        world: The repository.
        verdict: As the gate came to it.
        approvals: That stand on the pull request.
        branch: Where it goes. Who manages is said there, as it is now: the author of a change chooses which older
            commit it starts from, and with it the base.

    Raises:
        ContentError: Base's file of waivers is wrong.
    """
    if verdict.outcome is not Outcome.INCONCLUSIVE or verdict.base is None:
        return verdict
    today = SystemClock().now().date().isoformat()
    tip = Git(world.root).commit(f"refs/remotes/origin/{branch}") if branch else ""
    lifted = lift(verdict, authority_of(world, tip or verdict.base.commit), approvals, today)
    return replace(lifted, summary=summarise(lifted)) if lifted is not verdict else verdict


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
