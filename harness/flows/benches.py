"""Benches: by what each pair is judged, and how answers that vary are weighed."""

from collections.abc import Mapping, Sequence

from harness.compare.alpha import split_alpha
from harness.compare.exact import compare
from harness.core.pair import Pair
from harness.core.policy import BUDGET, Gate, SuitePolicy
from harness.flows.agenda import Agenda
from harness.flows.budgets import BudgetPlan
from harness.flows.pairing import PairPlan
from harness.flows.playing import played_otherwise
from harness.flows.proof import committed, unproven
from harness.flows.providers import provider_of
from harness.gate.bench import Bench, Noise

type Benches = Mapping[Pair, Bench]


def benches_of(agenda: Agenda) -> Benches:
    """Return what each pair is judged by whose answers are needed, and each prompt whose spending is judged."""
    noises = _noises(agenda)
    found = {plan.pair: _bench(agenda, plan, noises.get(plan.pair)) for plan in agenda.heard}
    return {**found, **{budget.pair: _budget_bench(agenda, budget, noises) for budget in agenda.budgeted}}


def _budget_bench(agenda: Agenda, budget: BudgetPlan, noises: Mapping[Pair, Noise]) -> Bench:
    paired = budget.status == "changed"
    return Bench(
        pair=budget.pair,
        gates=budget.gates,
        limits=agenda.court.policy.suites[BUDGET],
        compare=compare,
        paired=paired,
        absolute=agenda.absolute or not paired,
        noise=noises.get(budget.pair),
    )


def _bench(agenda: Agenda, plan: PairPlan, noise: Noise | None) -> Bench:
    paired = agenda.base_of(plan) is not None
    return Bench(
        pair=plan.pair,
        gates=_gates(agenda, plan),
        limits=agenda.court.policy.suites.get(plan.pair.suite, SuitePolicy(plan.pair.suite)),
        compare=compare,
        paired=paired,
        absolute=agenda.absolute or not paired,
        noise=noise,
    )


def _gates(agenda: Agenda, plan: PairPlan) -> Sequence[Gate]:
    """Return the gates of a pair; none of one that is heard for the sake of the budget alone."""
    if plan not in agenda.judged:
        return ()
    return agenda.court.policy.gates_of(plan.pair.suite, agenda.court.name_of(plan.pair.prompt))


def _noises(agenda: Agenda) -> dict[Pair, Noise]:
    """Return how the answers of those pairs are weighed whose answers vary on either side."""
    exact = {plan.pair: _exact(agenda, plan) for plan in agenda.heard}
    varying = [plan for plan in agenda.heard if not all(exact[plan.pair])]
    if not varying:
        return {}
    alpha, proof = _alpha(agenda, varying), committed(agenda)
    chosen = bool(agenda.options.scope.only)
    found = {
        plan.pair: Noise(alpha[plan.pair], exact[plan.pair], chosen, unproven(agenda, plan, proof)) for plan in varying
    }
    spent = {budget.pair: _varying(budget, varying) for budget in agenda.budgeted}
    return {**found, **{pair: found[read[0].pair]._replace(alpha=alpha[pair]) for pair, read in spent.items() if read}}


def _varying(budget: BudgetPlan, varying: Sequence[PairPlan]) -> list[PairPlan]:
    """Return those pairs that a budget reads whose answers vary."""
    return [plan for plan in budget.reads if plan in varying]


def _exact(agenda: Agenda, plan: PairPlan) -> tuple[bool, bool]:
    """Return whether base's answers, and the candidate's, are always the same; a side that is not there has none."""
    found: list[bool] = []
    varies = played_otherwise(agenda.court.player, plan.rows)
    for side in (agenda.base_of(plan), agenda.court.candidate):
        asking = side.asking(side.name_of(plan.pair.prompt)) if side else None
        same = asking is None or provider_of(asking.pin).deterministic(asking.pin, asking.request(()))
        found.append(same and not (asking and varies))
    return found[0], found[1]


def _alpha(agenda: Agenda, varying: Sequence[PairPlan]) -> dict[Pair, dict[str, tuple[float, float]]]:
    """Return the share of harmless changes that each gate of each pair may block, of those of the pull request."""
    slices: dict[str, dict[tuple[Pair, str], int]] = {}
    for plan in varying:
        for gate in _gates(agenda, plan):
            slices.setdefault(plan.pair.suite, {})[plan.pair, gate.name] = len(gate.slices)
    budgets = [budget for budget in agenda.budgeted if _varying(budget, varying)]
    for budget in budgets:
        slices.setdefault(BUDGET, {}).update({(budget.pair, gate.name): 0 for gate in budget.gates})
    found: dict[Pair, dict[str, tuple[float, float]]] = {plan.pair: {} for plan in varying}
    found |= {budget.pair: {} for budget in budgets}
    for (_, (pair, name)), share in split_alpha(slices).items():
        found[pair][name] = share
    return found
