"""The gate: both trees on the same cases, judged by the base's policy."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from harness import __version__
from harness.adapters.clock import SystemClock
from harness.compare.exact import compare
from harness.core.money import show_usd
from harness.core.policy import SuitePolicy
from harness.core.verdict import Check, Outcome, PairReport, Rule, Run, Verdict, worst
from harness.execute.run import Runner, Tally
from harness.flows.agenda import Agenda, Options, prepare
from harness.flows.evaluate import CANDIDATE, evaluate
from harness.flows.evidence import Evidence, collect, merge
from harness.flows.pairing import PairPlan, Progress
from harness.flows.side import ask, provider_of
from harness.flows.store import open_store
from harness.flows.trees import World
from harness.gate.judge import Bench, judge
from harness.ports import Store
from harness.report.summary import summarise


async def gate(world: World, options: Options, *, progress: Progress) -> Verdict:
    """Judge the candidate and return the verdict; answers are in the store, nothing else is written.

    Cancelled, it still returns: an inconclusive verdict on the pairs that were finished.

    Raises:
        ContentError: A file is wrong, or the filters select no case.
        UsageError: A ref does not exist.
    """
    clock = SystemClock()
    began, started = clock.elapsed(), clock.now()
    agenda = prepare(world, options)
    with open_store(world) as store:
        runner = Runner(store, clock, ask)
        halt = _over_budget(agenda, store)
        finished, halt = ([], halt) if halt else await _answer(agenda, runner, progress)
        evidence = merge(collect(plan.pair, plan.rows, store) for plan in finished)
    checks = [*halt, *_judged(agenda, finished), *_caveats(agenda, options, runner.tally)]
    verdict = _verdict(agenda, options, checks, evidence, retired=_retired(agenda, started))
    return replace(verdict, run=_run(agenda, runner.tally, round(clock.elapsed() - began, 3), started.isoformat()))


def _over_budget(agenda: Agenda, store: Store) -> list[Check]:
    """Return why nothing may be asked: the answers that are missing would cost more than the budget."""
    limit = agenda.court.policy.run_budget
    if limit is None or not agenda.judged:
        return []
    ahead = agenda.estimate(store)
    if ahead.expected <= limit:
        return []
    reason = f"stopped before any call: {ahead.calls} calls are expected to cost {show_usd(ahead.expected)}"
    reason += f", and `budget.run` is {show_usd(limit)}"
    return [Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", reason)]


async def _answer(agenda: Agenda, runner: Runner, progress: Progress) -> tuple[list[PairPlan], list[Check]]:
    """Answer and score pair after pair; return the finished ones, and why it stopped if it did."""
    finished: list[PairPlan] = []
    done = 0
    try:
        for plan in agenda.judged:
            total = sum(1 for _ in agenda.work(plan))
            async for done in evaluate(runner, agenda.work(plan), agenda.court.mark):
                progress(plan, done, total)
            finished.append(plan)
    except asyncio.CancelledError:
        reason = (
            f"interrupted: {len(finished)} of {len(agenda.judged)} pairs are judged; run it again to go on from here"
        )
        return finished, [Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", reason)]
    return finished, []


def _judged(agenda: Agenda, finished: Sequence[PairPlan]) -> Iterator[Check]:
    policy = agenda.court.policy
    for plan in finished:
        paired = agenda.base_of(plan) is not None
        bench = Bench(
            pair=plan.pair,
            gates=policy.gates_of(plan.pair.suite, agenda.court.name_of(plan.pair.prompt)),
            limits=policy.suites.get(plan.pair.suite, SuitePolicy(plan.pair.suite)),
            compare=compare,
            paired=paired,
            absolute=agenda.absolute or not paired,
            noisy=_noisy(agenda, plan),
        )
        yield from judge([row.judged() for row in plan.rows], bench)


def _noisy(agenda: Agenda, plan: PairPlan) -> bool:
    """Return whether either side's pin may answer equal requests unequally."""
    for side in (agenda.court.candidate, agenda.base_of(plan)):
        if side:
            asking = side.asking(side.name_of(plan.pair.prompt))
            if not provider_of(asking.pin).deterministic(asking.pin, asking.request(())):
                return True
    return False


def _caveats(agenda: Agenda, options: Options, tally: Tally) -> Iterator[Check]:
    yield from agenda.doubtful_renames
    if agenda.court.unreadable:
        yield Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", agenda.court.unreadable)
    if agenda.court.first_adoption and not options.bootstrap:
        reason = "base has no policy, so nothing independent judged this: adopt it with `--bootstrap`"
        yield Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", reason)
    if tally.failures:
        first = "; ".join(tally.failed[:3])
        reason = f"{tally.failures} trials have no answer, which is no evidence either way: {first}"
        yield Check(Outcome.UNAVAILABLE, Rule.UNJUDGED, "", "", reason)


def _retired(agenda: Agenda, now: datetime) -> tuple[str, ...]:
    """Return a notice for each pin whose model its provider may have withdrawn."""
    today = now.date().isoformat()
    pins = agenda.court.candidate.content.pins.values()
    late = [pin for pin in pins if pin.retire_after and pin.retire_after < today]
    return tuple(f"pin `{pin.alias}`: {pin.model} was to be retired after {pin.retire_after}" for pin in late)


def _verdict(
    agenda: Agenda, options: Options, checks: Sequence[Check], evidence: Evidence, *, retired: Sequence[str]
) -> Verdict:
    court, trees = agenda.court, agenda.court.trees
    order = list(Outcome)
    sorted_checks = tuple(sorted(checks, key=lambda check: order.index(check.outcome)))
    judged = agenda.judged
    outcome = worst([check.outcome for check in checks]) if checks or judged else Outcome.PASSED
    verdict = Verdict(
        outcome=outcome,
        exit_code=int(outcome.exit_code),
        summary="",
        scope="partial" if options.scope.partial else "full",
        mode="absolute" if court.base is None else "both" if options.all else "paired",
        policy=court.policy_from,
        advisory=True,
        candidate=trees.candidate_name,
        base=trees.base_name if court.base else None,
        notices=(*agenda.notices, *retired),
        changed=agenda.changed,
        pairs=tuple(_report(plan, judged=plan in judged) for plan in agenda.plans),
        checks=sorted_checks,
        flips=evidence.flips,
        failing=evidence.failing,
        incomparable=evidence.incomparable,
        redefined=evidence.redefined,
        version=__version__,
    )
    return replace(verdict, summary=summarise(verdict))


def _report(plan: PairPlan, *, judged: bool) -> PairReport:
    results = [row.results[CANDIDATE] for row in plan.rows]
    passed = sum(bool(result and result.passed) for result in results)
    return replace(plan.report(judged=judged), passed=passed)


def _run(agenda: Agenda, tally: Tally, seconds: float, started: str) -> Run:
    pins = agenda.court.candidate.content.pins.values()
    return Run(
        calls=tally.calls,
        cached=tally.cached,
        failures=tally.failures,
        cost=tally.cost,
        unpriced=tally.unpriced,
        notional=all(pin.price is None or pin.price.notional for pin in pins),
        seconds=seconds,
        started=started,
    )
