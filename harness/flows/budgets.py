"""The budget's pairs: prompts judged by what their requests cost and take, from the samples of other suites."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.core.digest import digest
from harness.core.pair import Pair, PairReport
from harness.core.pin import Price
from harness.core.policy import BUDGET, Gate
from harness.flows.pairing import PairPlan, plan_pairs
from harness.flows.providers import Prices
from harness.flows.setup import Court
from harness.flows.side import Side
from harness.plan.scope import Scope

_WITHOUT = frozenset({"removed", "not selected"})
"""How a pair stands that has no samples."""


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """A prompt with the pairs whose samples tell what it spends."""

    pair: Pair
    status: str
    """As of `PairPlan`; a price can change though nothing else does."""
    base_digest: str
    candidate_digest: str
    why: tuple[str, ...]
    gates: Sequence[Gate]
    """Empty where its figures are shown, and judge nothing."""
    reads: tuple[PairPlan, ...]
    """Those that have samples."""

    def judged(self, *, absolute: bool) -> bool:
        """Return whether it needs judging, or needs it where absolute bounds are judged."""
        return bool(self.gates) and self.status not in _WITHOUT and (absolute or self.status != "unchanged")

    def report(self, *, judged: bool) -> PairReport:
        """Return what the verdict says of this pair."""
        status = "all" if judged and self.status == "unchanged" else self.status
        cases = sum(len(plan.rows) for plan in self.reads)
        return PairReport(*self.pair, status, self.base_digest, self.candidate_digest, cases, why=self.why)


def plan_read(court: Court, scope: Scope) -> list[PairPlan]:
    """Return the pairs that the budget reads, where a scope asks for the budget alone.

    Raises:
        ContentError: The scope selects no case of any pair.
    """
    reading = court.policy.reading
    if scope.suite != BUDGET or reading is None:
        return []
    only = reading.suites[0] if len(reading.suites) == 1 else ""
    plans = plan_pairs(court.base, court.candidate, scope=replace(scope, suite=only), version=court.version)
    return [plan for plan in plans if plan.pair.suite in reading.suites]


def plan_budgets(court: Court, plans: Sequence[PairPlan], scope: Scope, price: Prices) -> Iterator[BudgetPlan]:
    """Yield each prompt of which any pair is read.

    Args:
        court: Whose policy says what is read.
        plans: All pairs that may be read.
        scope: Which prompts are looked at.
        price: What pins cost.
    """
    reading = court.policy.reading
    if reading is None:
        return
    read: dict[str, list[PairPlan]] = {}
    for plan in plans:
        if plan.pair.suite in reading.suites:
            read.setdefault(plan.pair.prompt, []).append(plan)
    for prompt, found in sorted(read.items()):
        gates = court.policy.gates_of(BUDGET, court.name_of(prompt)) if scope.has_pair(Pair(BUDGET, prompt)) else ()
        live = tuple(plan for plan in found if plan.status not in _WITHOUT)
        if not live:
            yield BudgetPlan(Pair(BUDGET, prompt), found[0].status, "", "", found[0].why, gates, ())
            continue
        yield _plan(court, prompt, live, gates, price)


def _plan(court: Court, prompt: str, live: tuple[PairPlan, ...], gates: Sequence[Gate], price: Prices) -> BudgetPlan:
    before = {plan.pair: plan.base_digest for plan in live}
    after = {plan.pair: plan.candidate_digest for plan in live}
    new = _price(court.candidate, prompt, price)
    mine = _digest(after, new)
    if court.base is None or any(plan.status == "added" for plan in live):
        return BudgetPlan(Pair(BUDGET, prompt), "added", "", mine, live[0].why, gates, live)
    old = _price(court.base, prompt, price)
    theirs = _digest(before, old)
    why = tuple(dict.fromkeys([*(one for plan in live for one in plan.why), *(["price"] if old != new else [])]))
    status = "unchanged" if mine == theirs else "changed"
    return BudgetPlan(Pair(BUDGET, prompt), status, theirs, mine, why, gates, live)


def _price(side: Side, prompt: str, price: Prices) -> Price | None:
    return price(side.asking(side.name_of(prompt)).pin)


def _digest(pairs: dict[Pair, str], price: Price | None) -> str:
    """Return the digest of all that a prompt's spending rests on: what is asked, and what it costs today."""
    read = sorted([pair.suite, found] for pair, found in pairs.items())
    return digest("budget", [read, [str(part) for part in price or ()]])
