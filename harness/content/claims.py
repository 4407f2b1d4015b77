"""What the policy claims of cases: that some measure what a gate judges, and that one is there to be waived."""

from collections.abc import Collection, Mapping

from harness.content.suggest import did_you_mean
from harness.core.errors import ContentError
from harness.core.pair import Pair
from harness.core.policy import BUDGET, Policy, Spent


def check_measured(policy: Policy, metrics: Mapping[Pair, set[str]], tags: Mapping[Pair, set[str]]) -> None:
    """Refuse a gate whose metric no case measures, or whose slice no case is in.

    Raises:
        ContentError: With the gate's line and what is measured instead.
    """
    for gate in policy.gates:
        sampled = policy.sampled(gate.suite)
        pairs = [pair for pair in metrics if pair.suite in sampled and gate.prompt in ("", pair.prompt)]
        measured = set[str]().union(*(Spent if gate.suite == BUDGET else metrics[pair] for pair in pairs))
        if gate.metric not in measured:
            what = f"gate `{gate.name}` has nothing to judge: nothing measures `{gate.metric}`"
            hint = f"measured: {', '.join(sorted(measured)) or 'nothing'}"
            raise ContentError(what + did_you_mean(gate.metric, measured), where=gate.origin, hint=hint)
        known = set[str]().union(*(tags[pair] for pair in pairs))
        for tag in gate.slices:
            if tag not in known:
                what = f"gate `{gate.name}` has nothing to judge in slice `{tag}`: no case has this tag"
                raise ContentError(
                    what + did_you_mean(tag, known), where=gate.origin, hint="tag cases, or drop the slice"
                )


def check_waived(policy: Policy, cases: Mapping[Pair, Collection[str]]) -> None:
    """Refuse a waiver of a case that is not there.

    Raises:
        ContentError: With the waiver's line and what is near.
    """
    for waiver in policy.waivers:
        known = cases.get(Pair(waiver.suite, waiver.prompt), ())
        if waiver.case not in known:
            what = f"there is no case `{waiver.case}` of {waiver.suite} / {waiver.prompt} to waive"
            hint = "drop the waiver, or name a case of this suite and prompt"
            raise ContentError(what + did_you_mean(waiver.case, known), where=waiver.origin, hint=hint)
