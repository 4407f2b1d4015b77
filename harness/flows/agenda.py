"""The agenda: what is to be judged, before anything is asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.content.claims import check_measured
from harness.core.policy import BUDGET
from harness.core.verdict import Check, Outcome, Rule
from harness.execute.run import Work
from harness.flows.base_side import UnreadableBaseError
from harness.flows.budgets import BudgetPlan, plan_budgets, plan_read
from harness.flows.carrying import carry
from harness.flows.earlier import earlier
from harness.flows.meter import Meter, estimate_work, payers
from harness.flows.pairing import PairPlan, plan_pairs
from harness.flows.providers import Prices
from harness.flows.rows import Row, Slot, work_of
from harness.flows.setup import Court, set_up
from harness.flows.side import Side
from harness.flows.suites import BIAS, Profile
from harness.flows.trees import World, find_trees
from harness.flows.waivers import waive
from harness.plan.estimate import Estimate
from harness.plan.scope import Scope
from harness.plan.shards import WHOLE, Heap, Shard, deal, joined
from harness.plan.union import Change
from harness.ports import Store


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of a gate."""

    all: bool = False
    against: str = ""
    candidate: str = ""
    policy: str = "base"
    bootstrap: bool = False
    replay: Path | None = None
    """A recording to judge by; nobody is asked."""
    scope: Scope = field(default_factory=Scope)
    profile: Profile = Profile.PR
    """How many cases are composed."""
    shard: Shard = WHOLE
    """Which part of the pairs is judged here; the rest is judged elsewhere."""


class Agenda(NamedTuple):
    """What is to be judged, before anything is asked."""

    options: Options
    court: Court
    plans: Sequence[PairPlan]
    waived: Sequence[str] = ()
    """A notice of each case that is waived, or was."""
    budgets: Sequence[BudgetPlan] = ()
    """The prompts whose spending is told, or judged."""

    @property
    def absolute(self) -> bool:
        """Whether absolute bounds are judged: with `--all`, or without a base."""
        return self.options.all or self.court.base is None

    @property
    def judged(self) -> list[PairPlan]:
        """The pairs that need judging."""
        return [
            plan
            for plan in self.plans
            if plan.status not in {"removed", "not selected"} and (self.absolute or plan.status != "unchanged")
        ]

    @property
    def budgeted(self) -> list[BudgetPlan]:
        """The prompts whose spending needs judging."""
        return [budget for budget in self.budgets if budget.judged(absolute=self.absolute)]

    @property
    def heard(self) -> list[PairPlan]:
        """The pairs whose answers are needed: those that need judging, and those by which spending is judged."""
        read = [plan for budget in self.budgeted for plan in budget.reads]
        return list({plan.pair: plan for plan in [*self.judged, *read]}.values())

    @property
    def turn(self) -> list[PairPlan]:
        """The pairs that are heard here: of a shard, its own."""
        here = deal(self._heaps(), self.options.shard)
        return [plan for plan in self.heard if plan.pair in here]

    @property
    def heaps(self) -> int:
        """Into how many parts it can be dealt."""
        return len(self._heaps())

    def _heaps(self) -> list[Heap]:
        """Return what cannot be parted: a prompt's spending from the pairs it reads, and the evidence of bias."""
        weights = {plan.pair: sum(len(row.pairing.form.arms) or 1 for row in plan.rows) for plan in self.heard}
        alone = [frozenset([pair]) for pair in weights]
        read = [frozenset(plan.pair for plan in budget.reads) for budget in self.budgeted]
        bias = frozenset(pair for pair in weights if pair.suite == BIAS)
        together = joined([*alone, *read, *([bias] if bias else [])])
        return [Heap(pairs, sum(weights[pair] for pair in pairs)) for pairs in together]

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader should know before the checks."""
        trees = self.court.trees
        found = [*self.court.notices, *self.waived]
        if trees.why_no_base:
            found.append(f"no base: {trees.why_no_base}; only absolute bounds are judged, by this tree's own policy")
        if trees.base_name and trees.base_name.commit == trees.candidate_name.commit and not self.changed:
            found.append(f"the candidate is {trees.base_name.label} itself; name another base with `--against REF`")
        if unmarked := sum(_unmarked(row) for plan in self.plans for row in plan.rows):
            found.append(f"{unmarked} cases are critical in base and are not any more")
        return tuple(found)

    @property
    def changed(self) -> tuple[str, ...]:
        """The files in which the two trees differ, of those that a verdict rests on."""
        return (*self.court.trees.changed, *self.court.code.changed())

    @property
    def doubtful_renames(self) -> Iterator[Check]:
        """A check for each new prompt that may be an old one under another name, which would lose its cases."""
        gone = sorted({plan.pair.prompt for plan in self.plans if plan.status == "removed"})
        for plan in self.plans:
            if gone and plan.status == "added":
                reason = f"it is new while {', '.join(f'`{name}`' for name in gone)} is gone: a rename says "
                reason += f"`renamed-from: {gone[0]}`; if it is none, remove the one in a change of its own"
                yield Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, plan.pair.suite, plan.pair.prompt, reason)

    def base_of(self, plan: PairPlan) -> Side | None:
        """Return the side to compare a pair with; None where only bounds apply."""
        return self.court.base if plan.status == "changed" else None

    def work(self, plan: PairPlan) -> Iterator[Work[Slot]]:
        """Yield the first trials of a pair."""
        return work_of(plan.pair, plan.rows, base=self.base_of(plan), candidate=self.court.candidate)

    def ahead(
        self, store: Store, work: Callable[[PairPlan], Iterable[Work[Slot]]] | None = None
    ) -> dict[str, Estimate]:
        """Return what the answers that the store lacks cost, by suite; of the first trials, or of other work."""
        works = ((plan.pair.suite, (work or self.work)(plan)) for plan in self.turn)
        return estimate_work(works, store, self.price, self.court)

    @property
    def price(self) -> Prices:
        """What pins cost."""
        base = self.court.base
        return Prices(base.content.pins if base else {})

    def meter(self, world: World, now: datetime, *, asks: bool = True) -> Meter:
        """Return what this gate may spend, and on whose account; one that replays asks nobody."""
        who, budget, parts = payers(world.environ, now), self.court.policy.budget, self.options.shard.of
        counted, notices = carry(earlier(world), who, budget) if asks else ({}, ())
        before = {name: -(-amount // parts) for name, amount in counted.items()}
        return Meter(world.environ, who, budget.share(parts), self.price, asks, before, notices)


def prepare(world: World, options: Options) -> Agenda:
    """Read both trees, plan every pair, and return what is to be judged.

    Raises:
        ContentError: A file is wrong, or the filters select no case.
        UsageError: A ref does not exist.
    """
    trees = find_trees(world, against=options.against, candidate=options.candidate, base_optional=options.all)
    court = set_up(world, trees, policy_from=options.policy, profile=options.profile)
    try:
        plans = _plans(court, options)
    except UnreadableBaseError as fault:
        court = court.without_base(fault)
        plans = _plans(court, options)
    if not options.scope.partial:
        measured = {plan.pair: plan.metrics for plan in plans if plan.metrics}
        check_measured(court.candidate.content.policy, measured, {plan.pair: plan.tags for plan in plans})
    waived = list(waive(plans, court.policy.waivers, SystemClock().now().date().isoformat()))
    agenda = Agenda(options, court, plans, waived)
    read = plans or plan_read(court, options.scope)
    return agenda._replace(budgets=tuple(plan_budgets(court, read, options.scope, agenda.price)))


def _plans(court: Court, options: Options) -> list[PairPlan]:
    """Return the plan of every pair in the scope; none where it asks for the budget, which has no pair of its own."""
    if options.scope.suite == BUDGET and court.policy.reading:
        return []
    return list(plan_pairs(court.base, court.candidate, scope=options.scope, version=court.version))


def _unmarked(row: Row) -> bool:
    """Return whether a case has lost its `critical` mark, or has gone with it."""
    form, old = row.pairing.form, row.pairing.base_form
    return old.critical and (row.pairing.change is Change.REMOVED or not form.critical)
