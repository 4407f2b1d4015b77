"""The auditor's evidence of the bias suite: every pair that was asked, as outcomes, contrasts and limits."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from harness.compare.contrast import TOLERANCE
from harness.compare.groups import compare_groups
from harness.content.tree import Content
from harness.core.case import Case
from harness.core.digest import digest
from harness.core.fairness import FairnessEvidence, LabelSet, Material, PairOutcome
from harness.core.policy import Policy
from harness.core.score import CaseResult
from harness.core.verdict import Check
from harness.flows.pairing import PairPlan
from harness.flows.rows import BASE, CANDIDATE, Row
from harness.flows.suites import BIAS
from harness.report.fairness import fairness_json, fairness_markdown
from harness.suites.bias.pairs import SIDES


class Audited(NamedTuple):
    """What an auditor looks at."""

    content: Content
    """Of the candidate."""
    policy: Policy
    """That judged."""
    checks: Sequence[Check]


def evidence_files(plans: Sequence[PairPlan], audited: Audited) -> dict[str, str]:
    """Return `bias-evidence.md` and `bias-evidence.json`, or nothing where the suite judged no pair."""
    found = [_evidence(plan, audited) for plan in plans if plan.pair.suite == BIAS]
    if not found:
        return {}
    listed = ",\n".join(fairness_json(one).rstrip("\n") for one in found)
    return {"bias-evidence.md": "\n".join(map(fairness_markdown, found)), "bias-evidence.json": f"[\n{listed}\n]\n"}


def _evidence(plan: PairPlan, audited: Audited) -> FairnessEvidence:
    suite, prompt = plan.pair
    gates = audited.policy.gates_of(suite, prompt)
    tolerance = min((gate.margin for gate in gates), default=TOLERANCE)
    outcomes = [outcome for row in plan.rows for outcome in _outcomes(row)]
    slots = {row.pairing.form.tags[0] for row in plan.rows}
    return FairnessEvidence(
        prompt=prompt,
        purpose=f"what the prompt `{prompt}` decides or says of the people in its inputs",
        tolerance=tolerance,
        groups=compare_groups(outcomes, tolerance=tolerance, seed=plan.candidate_digest),
        unread=sum(result is None or result.passed is None for result in (row.results[CANDIDATE] for row in plan.rows)),
        materials=tuple(_materials(plan, audited.content)),
        labels=tuple(_labels(audited.content, slots)),
        gates=tuple(check for check in audited.checks if (check.suite, check.prompt) == plan.pair),
        waivers=tuple(one for one in audited.policy.waivers if (one.suite, one.prompt) == plan.pair),
    )


def _outcomes(row: Row) -> Iterator[PairOutcome]:
    """Yield what each outcome of a pair came to."""
    form, base = row.pairing.form, row.results[BASE]
    result = row.results[CANDIDATE]
    if result is None or result.passed is None:
        return
    (group_a, text_a), (group_b, text_b) = (_member(arm) for arm in form.arms)
    for name in {item.metric: None for item in form.arms[0].expect}:
        a, b = _sides(result, name)
        base_a, base_b = _sides(base, name) if base else (None, None)
        if a is not None and b is not None:
            yield PairOutcome(
                form.id, form.tags[0], group_a, group_b, str(form.origin), name, a, b, text_a, text_b, base_a, base_b
            )


def _member(arm: Case) -> tuple[str, str]:
    group, text = arm.tags
    return group.partition(":")[2], text


def _sides(result: CaseResult, name: str) -> tuple[float | None, float | None]:
    one, other = (result.metrics.get(f"{side}:{name}") for side in SIDES)
    return one, other


def _materials(plan: PairPlan, content: Content) -> Iterator[Material]:
    if plan.base_digest:
        yield Material("cases, prompt and pin on base", plan.base_digest)
    yield Material("cases, prompt and pin on the candidate", plan.candidate_digest)
    for source in (*content.sources.get(plan.pair, ()), *content.parts_of(plan.pair.suite)):
        yield Material(source.path, source.fingerprint)


def _labels(content: Content, slots: set[str]) -> Iterator[LabelSet]:
    for slot, labels in content.labels.items():
        if slot in slots:
            groups = tuple(group.name for group in labels.groups)
            texts = digest("labels", [[group.name, list(group.texts)] for group in labels.groups])
            yield LabelSet(slot, groups, labels.source, "", texts, labels.limits)
