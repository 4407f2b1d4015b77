"""Benches: by what each pair is judged, and how answers that vary are weighed."""

from collections.abc import Mapping, Sequence

from harness.compare.alpha import split_alpha
from harness.compare.exact import compare
from harness.core.pair import Pair
from harness.core.policy import Gate, SuitePolicy
from harness.flows.agenda import Agenda
from harness.flows.pairing import PairPlan
from harness.flows.proof import committed, unproven
from harness.flows.providers import provider_of
from harness.gate.bench import Bench, Noise

type Benches = Mapping[Pair, Bench]


def benches_of(agenda: Agenda) -> Benches:
    """Return what each pair is judged by that needs judging."""
    noises = _noises(agenda)
    return {plan.pair: _bench(agenda, plan, noises.get(plan.pair)) for plan in agenda.judged}


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
    return agenda.court.policy.gates_of(plan.pair.suite, agenda.court.name_of(plan.pair.prompt))


def _noises(agenda: Agenda) -> dict[Pair, Noise]:
    """Return how the answers of those pairs are weighed whose answers vary on either side."""
    exact = {plan.pair: _exact(agenda, plan) for plan in agenda.judged}
    varying = [plan for plan in agenda.judged if not all(exact[plan.pair])]
    if not varying:
        return {}
    alpha, proof = _alpha(agenda, varying), committed(agenda)
    chosen = bool(agenda.options.scope.only)
    return {
        plan.pair: Noise(alpha[plan.pair], exact[plan.pair], chosen, unproven(agenda, plan, proof)) for plan in varying
    }


def _exact(agenda: Agenda, plan: PairPlan) -> tuple[bool, bool]:
    """Return whether base's answers, and the candidate's, are always the same; a side that is not there has none."""
    found: list[bool] = []
    for side in (agenda.base_of(plan), agenda.court.candidate):
        asking = side.asking(side.name_of(plan.pair.prompt)) if side else None
        found.append(asking is None or provider_of(asking.pin).deterministic(asking.pin, asking.request(())))
    return found[0], found[1]


def _alpha(agenda: Agenda, varying: Sequence[PairPlan]) -> dict[Pair, dict[str, tuple[float, float]]]:
    """Return the share of harmless changes that each gate of each pair may block, of those of the pull request."""
    slices: dict[str, dict[tuple[Pair, str], int]] = {}
    for plan in varying:
        for gate in _gates(agenda, plan):
            slices.setdefault(plan.pair.suite, {})[plan.pair, gate.name] = len(gate.slices)
    found: dict[Pair, dict[str, tuple[float, float]]] = {plan.pair: {} for plan in varying}
    for (_, (pair, name)), share in split_alpha(slices).items():
        found[pair][name] = share
    return found
