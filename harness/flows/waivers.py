"""Waivers: cases that judge nothing for a while, by leave of somebody whom base's policy names."""

from collections.abc import Iterator, Sequence

from harness.core.policy import Waiver
from harness.flows.pairing import PairPlan


def waive(plans: Sequence[PairPlan], waivers: Sequence[Waiver], today: str) -> Iterator[str]:
    """Take waived cases out of the plans, and yield a notice of each waiver that concerns one.

    Args:
        plans: Their rows are what is judged.
        waivers: Of the policy that judges.
        today: As `2026-12-31`; a waiver holds to the end of its last day.
    """
    for waiver in waivers:
        plan = next((plan for plan in plans if plan.pair == (waiver.suite, waiver.prompt)), None)
        rows = [row for row in plan.rows if row.pairing.id != waiver.case] if plan else []
        if plan is None or len(rows) == len(plan.rows):
            continue
        case = f"`{waiver.prompt}/{waiver.case}` of {waiver.suite}"
        told = f"{case} is waived by {waiver.owner} until {waiver.until} ({waiver.why})"
        if today > waiver.until:
            yield f"{told}, which is over: it counts again"
        else:
            plan.rows = rows
            yield f"{told}: it judges nothing"
