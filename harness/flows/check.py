"""Checking content: every file of the working tree is read and every case rendered; nothing is asked."""

from dataclasses import dataclass

from harness.adapters.folder import Folder
from harness.content.tree import check_measured
from harness.core.errors import ContentError
from harness.core.verdict import Tree
from harness.flows.pairing import plan_pairs
from harness.flows.setup import set_up
from harness.flows.trees import Trees, World
from harness.plan.scope import Scope


@dataclass(frozen=True, slots=True)
class Checked:
    """What a tree holds, and what is wrong with it."""

    prompts: int
    cases: int
    gates: int
    errors: tuple[ContentError, ...]
    """The first fault of each pair."""


def check(world: World) -> Checked:
    """Return what the working tree holds and the faults of its cases.

    Raises:
        ContentError: A fault that keeps the cases from being looked at: in params.yaml, a prompt, a binding.
    """
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    content = court.candidate.content
    errors: list[ContentError] = []
    cases = 0
    metrics, tags = {}, {}
    for pair in sorted(content.sources):
        try:
            for plan in plan_pairs(None, court.candidate, scope=Scope(*pair), version=court.version):
                cases += len(plan.rows)
                metrics[pair], tags[pair] = plan.metrics, plan.tags
        except ContentError as error:
            errors.append(error)
    if not errors:
        check_measured(content.policy, metrics, tags)
    return Checked(len(content.prompts), cases, len(content.policy.gates), tuple(errors))
