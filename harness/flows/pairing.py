"""Planning: which pairs differ between the two trees, with the digests that prove it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.content.suggest import did_you_mean
from harness.content.templates import used_at
from harness.core.case import Case
from harness.core.errors import ContentError
from harness.core.pair import Pair, PairReport
from harness.core.policy import PASS
from harness.flows.rows import BASE, CANDIDATE, OLD_BASE, Row, measured
from harness.flows.selection import nothing_selected
from harness.flows.side import UNKEYED, Keyed, Side
from harness.flows.suites import reduction
from harness.plan.pairs import Version, pair_digest
from harness.plan.scope import Scope
from harness.plan.union import Change, Pairing, unite
from harness.score.marking import leaves

if TYPE_CHECKING:
    from harness.gate.noisy import Weighed


@dataclass(slots=True)
class PairPlan:
    """One pair as planned: what became of it, and the cases to judge."""

    pair: Pair
    status: str
    """`unchanged`, `changed`, `added`, `removed`, or `not selected` when the filters leave all its cases out."""
    base_digest: str
    candidate_digest: str
    why: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    """Every case id of either tree within the scope."""
    metrics: set[str] = field(default_factory=set)
    """The metrics that the candidate's own cases measure."""
    tags: set[str] = field(default_factory=set)
    weighed: "Weighed | None" = None
    """What repeats showed, once they were asked for; None where answers do not vary."""

    def report(self, *, judged: bool) -> PairReport:
        """Return what the verdict says of this pair, apart from results."""
        counts = {change: sum(row.pairing.change is change for row in self.rows) for change in Change}
        return PairReport(
            suite=self.pair.suite,
            prompt=self.pair.prompt,
            status="all" if judged and self.status == "unchanged" else self.status,
            base_digest=self.base_digest,
            candidate_digest=self.candidate_digest,
            cases=len(self.rows),
            added=counts[Change.ADDED],
            removed=counts[Change.REMOVED],
            edited=counts[Change.EDITED],
            why=self.why,
        )


type Progress = Callable[[PairPlan, int, int], None]
"""Told which pair is running, how many of its trials are done, and of how many."""


def plan_pairs(base: Side | None, candidate: Side, *, scope: Scope, version: Version | None) -> Iterator[PairPlan]:
    """Yield the plan of every pair of either tree within the scope.

    Args:
        base: None when there is nothing to compare with.
        candidate: Whose pairs they are.
        scope: Which of them.
        version: Of the scorer behind an expectation; None where no digests are wanted.

    Raises:
        ContentError: The candidate's own cases and prompts do not fit, or the scope selects no case.
    """
    if base:
        base.renamed = _renamed(base, candidate)
    known = set(_known(base)) if base else set()
    selected = 0
    for pair in sorted(known | set(candidate.content.sources)):
        if scope.has_pair(pair):
            plan = _plan(pair, base, candidate, scope, version)
            selected += len(plan.rows)
            yield plan
    if scope.partial and not selected:
        raise nothing_selected(scope, [candidate, base] if base else [candidate])


def _known(base: Side) -> Iterator[Pair]:
    """Yield the pairs of base, by the names that their prompts have now: no suite is lost with an old name."""
    names: dict[str, list[str]] = {}
    for new, old in base.renamed.items():
        names.setdefault(old, []).append(new)
    for pair in base.content.sources:
        yield from (Pair(pair.suite, name) for name in names.get(pair.prompt, [pair.prompt]))


def _renamed(base: Side, candidate: Side) -> dict[str, str]:
    """Return the base's name of each prompt that says it was renamed."""
    found: dict[str, str] = {}
    for prompt in candidate.content.prompts.values():
        old = prompt.renamed_from
        if old and prompt.id not in base.content.prompts and old not in candidate.content.prompts:
            if old not in base.content.prompts:
                near = did_you_mean(old, base.content.prompts)
                what = f"`renamed-from: {old}`: base has no such prompt{near}"
                raise ContentError(what, where=prompt.origin, hint="drop the key, or name the prompt as base does")
            found[prompt.id] = old
    return found


def _plan(pair: Pair, base: Side | None, candidate: Side, scope: Scope, version: Version | None) -> PairPlan:
    old_pair = Pair(pair.suite, base.name_of(pair.prompt)) if base else pair
    has_base = base is not None and old_pair.prompt in base.content.prompts
    if pair.prompt not in candidate.content.prompts:
        return PairPlan(pair, "removed", "", "", ("the prompt is gone",))
    mine = _within(scope, pair, candidate.cases(pair))
    same = has_base and base is not None and not _has_code(mine) and _same_sources(base, old_pair, candidate, pair)
    theirs = mine if same else _within(scope, pair, base.cases(old_pair)) if base and has_base else {}
    chosen = list(unite(theirs, mine))
    if scope.partial and not chosen:
        return PairPlan(pair, "not selected", "", "", ())
    keys = _keys(pair, candidate, mine)
    digest = _digest(mine, keys, version)
    plan = PairPlan(pair, "added", "", digest, ("base does not have the prompt",))
    old_keys: dict[str, Keyed] = {}
    if base and has_base:
        alike = same and _same_asking(base, old_pair, candidate, pair)
        old_keys = keys if alike else _keys_leniently(old_pair, base, theirs)
        old_digest = digest if alike else _digest(theirs, old_keys, version)
        plan.base_digest = old_digest
        plan.status = "unchanged" if old_digest == digest else "changed"
        plan.why = () if old_digest == digest else _why(pair, old_pair, base, candidate, chosen)
    plan.metrics = {PASS}.union(*map(measured, mine.values()))
    plan.tags = {tag for case in mine.values() for tag in case.tags}
    plan.rows = [_row(pair, pairing, keys, old_keys) for pairing in (chosen[: scope.first] if scope.first else chosen)]
    return plan


def _digest(cases: dict[str, Case], keys: dict[str, Keyed], version: Version | None) -> str:
    return pair_digest(((cases[name], keyed.key) for name, keyed in keys.items()), version) if version else ""


def _has_code(cases: dict[str, Case]) -> bool:
    """Return whether any expectation runs code, whose source is not among the bytes that were compared."""
    forms = (form for case in cases.values() for form in case.arms or (case,))
    return any(leaf.kind == "python" for form in forms for leaf in leaves(form.expect))


def _within(scope: Scope, pair: Pair, cases: dict[str, Case]) -> dict[str, Case]:
    return {name: case for name, case in cases.items() if scope.has_case(pair, case)} if scope.partial else cases


def _row(pair: Pair, pairing: Pairing, keys: dict[str, Keyed], old_keys: dict[str, Keyed]) -> Row:
    """Return a row with the keys that planning found: each tree's own form on its own prompt."""
    row = Row(pairing, reduce=reduction(pair.suite))
    old = OLD_BASE if pairing.change is Change.EDITED else BASE
    for place, found in ((CANDIDATE, keys), (old, old_keys)):
        row.keys[place], row.arms[place] = found.get(pairing.id, UNKEYED)
    return row


def _keys(pair: Pair, side: Side, cases: dict[str, Case]) -> dict[str, Keyed]:
    """Return the key of each case's trial, in file order."""
    _check_names(pair, side, cases)
    return dict(side.keys(pair, cases))


def _check_names(pair: Pair, side: Side, cases: dict[str, Case]) -> None:
    """Refuse a variable that no case gives and that is nearly one of those that the prompt does not use.

    Its name is misspelt in the template then; `Side.keys` finds the names that are misspelt in a case.
    """
    templates = side.templates(pair.prompt)
    forms = [form for case in cases.values() for form in case.arms or (case,) if not form.staging.bare]
    missing = templates.variables.difference(*(form.vars for form in forms))
    for name in sorted(missing):
        for case in forms:
            unused = case.vars.keys() - templates.variables
            if unused and (near := did_you_mean(name, unused)):
                partials = {path: side.content.partials[path] for path in templates.partials}
                where = used_at(name, side.content.prompts[pair.prompt], partials)
                hint = f"the case at {case.origin} gives: {', '.join(sorted(case.vars))}"
                raise ContentError(f"`{name}` is not given by case `{case.id}`{near}", where=where, hint=hint)


def _keys_leniently(pair: Pair, side: Side, cases: dict[str, Case]) -> dict[str, Keyed]:
    """Return the base's keys; a case that base itself cannot render has none, so that it can be repaired."""
    found: dict[str, Keyed] = {}
    for case in cases.values():
        try:
            found[case.id] = side.keyed(pair.prompt, case)
        except ContentError:
            found[case.id] = UNKEYED
    return found


def _same_asking(base: Side, old_pair: Pair, candidate: Side, pair: Pair) -> bool:
    """Return whether equal cases must render and be asked alike: pin, messages and partials are the same."""
    old, new = base.asking(old_pair.prompt), candidate.asking(pair.prompt)
    used = candidate.templates(pair.prompt).partials
    return (
        old.common == new.common
        and (old.prompt.messages, old.prompt.inputs) == (new.prompt.messages, new.prompt.inputs)
        and all(base.content.partials.get(name) == candidate.content.partials[name] for name in used)
    )


def _same_sources(base: Side, old_pair: Pair, candidate: Side, pair: Pair) -> bool:
    """Return whether both trees read the very same bytes of cases, so that reading them once is enough."""
    old = [*base.content.sources.get(old_pair, ()), *base.content.parts_of(pair.suite)]
    new = [*candidate.content.sources.get(pair, ()), *candidate.content.parts_of(pair.suite)]
    return [source.fingerprint for source in old] == [source.fingerprint for source in new]


def _why(pair: Pair, old_pair: Pair, base: Side, candidate: Side, cases: Sequence[Pairing]) -> tuple[str, ...]:
    """Return what differs between the two trees of a pair, in words."""
    old, new = base.asking(old_pair.prompt), candidate.asking(pair.prompt)
    names = [name for name in new.parts if new.parts[name] != old.parts[name]]
    if (old.prompt.messages, old.prompt.inputs) != (new.prompt.messages, new.prompt.inputs):
        names.append("inputs" if new.prompt.inputs else "messages")
    used = candidate.templates(pair.prompt).partials | base.templates(old_pair.prompt).partials
    names += [name for name in sorted(used) if base.content.partials.get(name) != candidate.content.partials.get(name)]
    return (*names, "cases") if any(case.change is not Change.SAME for case in cases) else tuple(names)
