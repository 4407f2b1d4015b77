"""Drawing up the verdict: the one document of a gate, from its checks and evidence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from harness import __version__
from harness.core.digest import short
from harness.core.pair import PairReport
from harness.core.pin import Pin
from harness.core.tally import Tally
from harness.core.verdict import Check, Outcome, Run, Verdict, worst
from harness.core.words import named
from harness.flows.agenda import Agenda
from harness.flows.attacks import attacked, findings
from harness.flows.benches import Benches
from harness.flows.evidence import Evidence
from harness.flows.pairing import PairPlan
from harness.flows.providers import provider_of
from harness.flows.rows import CANDIDATE
from harness.gate.order import rank
from harness.report.summary import summarise
from harness.score.cards import cards
from harness.score.marking import leaves


class Heard(NamedTuple):
    """The pairs that were heard to their end, and what a reader should know of that."""

    plans: Sequence[PairPlan]
    notices: Sequence[str]


def draw_up(agenda: Agenda, benches: Benches, checks: Sequence[Check], evidence: Evidence, *, heard: Heard) -> Verdict:
    """Return the verdict, but for what the run took."""
    court, trees, shard = agenda.court, agenda.court.trees, agenda.options.shard
    sorted_checks = tuple(sorted(checks, key=rank))
    judged, budgeted = agenda.judged, agenda.budgeted
    outcome = worst([check.outcome for check in checks]) if checks or judged or budgeted else Outcome.PASSED
    verdict = Verdict(
        outcome=outcome,
        exit_code=int(outcome.exit_code),
        summary="",
        scope="partial" if agenda.options.scope.partial else "shard" if shard.of > 1 else "full",
        shard=str(shard) if shard.of > 1 else "",
        mode="absolute" if court.base is None else "both" if agenda.options.all else "paired",
        policy=court.policy_from,
        advisory=not trees.foreign,
        candidate=trees.candidate_name,
        base=trees.base_name if court.base else None,
        notices=(*agenda.notices, *heard.notices, *evidence.notices),
        changed=agenda.changed,
        pairs=(
            *(_report(agenda, plan, judged=plan in judged) for plan in agenda.plans),
            *(budget.report(judged=budget in budgeted) for budget in agenda.budgets if budget.gates),
        ),
        checks=sorted_checks,
        flips=evidence.flips,
        failing=evidence.failing,
        incomparable=evidence.incomparable,
        redefined=evidence.redefined,
        flaky=evidence.flaky,
        attacks=tuple(attacked(heard.plans)),
        findings=findings(heard.plans, court.candidate),
        detectors=cards(_kinds(heard.plans)),
        profile=str(agenda.options.profile),
        weighing=_weighing(benches),
        version=__version__,
    )
    return replace(verdict, summary=summarise(verdict))


def _kinds(plans: Sequence[PairPlan]) -> set[str]:
    """Return the kinds of expectation by which the cases of some pairs are marked."""
    forms = {
        id(form): form for plan in plans for row in plan.rows for form in row.pairing.form.arms or (row.pairing.form,)
    }
    return {leaf.kind for form in forms.values() for leaf in leaves(form.expect)}


def _weighing(benches: Benches) -> str:
    """Return what gates may do that weigh answers which vary, and where not all may, why; empty where none do."""
    noises = {str(pair): bench.noise for pair, bench in benches.items() if bench.noise and bench.gates}
    advisory = {pair: noise.unproven for pair, noise in noises.items() if noise.unproven}
    if not advisory:
        return "blocking" if noises else ""
    whose = "" if len(advisory) == len(noises) else f" for {named(list(advisory))}"
    return f"advisory{whose}, since {next(iter(advisory.values()))}"


def _report(agenda: Agenda, plan: PairPlan, *, judged: bool) -> PairReport:
    done = judged and all(row.results[CANDIDATE] or row.problem for row in plan.rows)
    passed = sum(result.passed is True for row in plan.rows if (result := row.results[CANDIDATE]))
    return replace(plan.report(judged=judged), passed=passed if done else None, pin=_pins(agenda, plan))


def _pins(agenda: Agenda, plan: PairPlan) -> str:
    """Return who answers for a pair, and in whose place."""
    sides = ((plan.base_digest, agenda.court.base), (plan.candidate_digest, agenda.court.candidate))
    pins = [side.asking(side.name_of(plan.pair.prompt)).pin for digest, side in sides if digest and side]
    return " -> ".join(dict.fromkeys(map(_named, pins)))


def _named(pin: Pin) -> str:
    revision = short(pin.revision) if pin.folder else pin.revision
    return f"{pin.alias} = {pin.provider}/{pin.model}{revision and f'@{revision}'}"


def run_of(agenda: Agenda, tally: Tally, started: str) -> Run:
    """Return what a run took that began at a moment."""
    pins = agenda.court.candidate.content.pins.values()
    return Run(
        calls=tally.calls,
        cached=tally.cached,
        failures=tally.failures,
        cost=tally.cost,
        unpriced=tally.unpriced,
        retries=tally.retries,
        unknown=tally.unknown,
        notional=all(pin.price is None or pin.price.notional or provider_of(pin).free for pin in pins),
        started=started,
        notices=tuple(tally.surprises()),
    )
