"""The gate: both trees on the same cases, judged by the base's policy."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from harness import __version__
from harness.adapters.clock import SystemClock
from harness.core.digest import short
from harness.core.errors import BudgetError
from harness.core.money import show_usd
from harness.core.pin import Pin
from harness.core.tally import Tally
from harness.core.verdict import Check, Outcome, PairReport, Rule, Run, Verdict, worst
from harness.core.words import count
from harness.flows.agenda import Agenda, Options, prepare
from harness.flows.evidence import Evidence, collect, merge
from harness.flows.hearing import Desk, bench_of, hear, opening
from harness.flows.pairing import PairPlan, Progress
from harness.flows.rows import CANDIDATE
from harness.flows.store import open_answers
from harness.flows.trees import World
from harness.gate.judge import judge
from harness.plan.estimate import Estimate
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
    began = clock.elapsed()
    agenda = prepare(world, options)
    with open_answers(world, options.replay) as store:
        verdict = await judged_from(world, agenda, store, asks=options.replay is None, progress=progress)
    replayed = options.replay.name if options.replay else ""
    return replace(verdict, run=replace(verdict.run, replayed=replayed, seconds=round(clock.elapsed() - began, 3)))


async def judged_from(world: World, agenda: Agenda, store: Store, *, asks: bool, progress: Progress) -> Verdict:
    """Judge by the answers of a store; see `gate`.

    Args:
        world: The repository.
        agenda: What is judged.
        store: Where answers are found and kept.
        asks: Whether anybody may be asked for what it lacks.
        progress: Is told how far it is.
    """
    started = SystemClock().now()
    meter = agenda.meter(world, started, asks=asks)
    ahead = partial(agenda.ahead, store, partial(opening, agenda, store=store, now=started))
    stops = [f"stopped before any call: {short}" for short in meter.shortfalls(ahead, store)]
    async with meter.runner(store) as runner:
        desk = Desk(runner, meter, store, started, progress)
        finished, stop = ([], "") if stops else await _answer(agenda, desk)
    if stop:
        stops = [f"{stop}: {_left(agenda, finished, ahead())}"]
    evidence = merge(collect(plan.pair, plan.rows, store) for plan in finished)
    checks = [*_halts(stops), *_judged(agenda, finished), *_caveats(agenda, runner.tally)]
    notices = (*_retired(agenda, started), *runner.tally.surprises())
    verdict = _verdict(agenda, checks, evidence, notices=notices)
    return replace(verdict, run=_run(agenda, runner.tally, started.isoformat()))


def _halts(reasons: Sequence[str]) -> list[Check]:
    """Return why the run did not come to its end."""
    return [Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", reason) for reason in reasons[:1]]


async def _answer(agenda: Agenda, desk: Desk) -> tuple[list[PairPlan], str]:
    """Answer and score pair after pair; return the finished ones, and why it stopped if it did."""
    finished: list[PairPlan] = []
    try:
        for plan in agenda.judged:
            await hear(agenda, plan, desk)
            finished.append(plan)
    except asyncio.CancelledError:
        return finished, "interrupted"
    except BudgetError as error:
        return finished, f"the budget has ended, {error.what}"
    return finished, ""


def _left(agenda: Agenda, finished: Sequence[PairPlan], suites: Mapping[str, Estimate]) -> str:
    """Return what remains to be done."""
    ahead = sum(suites.values(), start=Estimate())
    pairs = f"{len(finished)} of {len(agenda.judged)} pairs are judged"
    cost = f", expected to cost {show_usd(ahead.expected)}" if ahead.expected else ""
    return f"{pairs}; run it again to go on from here: {count(ahead.calls, 'call')} to go{cost}"


def _judged(agenda: Agenda, finished: Sequence[PairPlan]) -> Iterator[Check]:
    for plan in finished:
        yield from judge([row.judged() for row in plan.rows], bench_of(agenda, plan), plan.weighed)


def _caveats(agenda: Agenda, tally: Tally) -> Iterator[Check]:
    yield from agenda.doubtful_renames
    if agenda.court.unreadable:
        yield Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", agenda.court.unreadable)
    if agenda.court.first_adoption and not agenda.options.bootstrap:
        reason = "base has no policy, so nothing independent judged this: adopt it with `--bootstrap`"
        yield Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", reason)
    if tally.failures > _bearable(agenda):
        first = "; ".join(tally.failed[:3])
        reason = f"no answer to {count(tally.failures, 'trial')}, which is no evidence either way: {first}"
        yield Check(Outcome.UNAVAILABLE, Rule.UNJUDGED, "", "", reason)


def _bearable(agenda: Agenda) -> float:
    """Return how many trials may go without an answer: the least share that a judged suite allows, of all of them."""
    suites = agenda.court.policy.suites
    shares = [suites[plan.pair.suite].max_failures for plan in agenda.judged if plan.pair.suite in suites]
    return min(shares, default=0.0) * sum(len(plan.rows) for plan in agenda.judged)


def _retired(agenda: Agenda, now: datetime) -> tuple[str, ...]:
    """Return a notice for each pin whose model its provider may have withdrawn."""
    today = now.date().isoformat()
    pins = agenda.court.candidate.content.pins.values()
    late = [pin for pin in pins if pin.retire_after and pin.retire_after < today]
    return tuple(f"pin `{pin.alias}`: {pin.model} was to be retired after {pin.retire_after}" for pin in late)


def _verdict(agenda: Agenda, checks: Sequence[Check], evidence: Evidence, *, notices: Sequence[str]) -> Verdict:
    court, trees = agenda.court, agenda.court.trees
    order = list(Outcome)
    sorted_checks = tuple(sorted(checks, key=lambda check: order.index(check.outcome)))
    judged = agenda.judged
    outcome = worst([check.outcome for check in checks]) if checks or judged else Outcome.PASSED
    verdict = Verdict(
        outcome=outcome,
        exit_code=int(outcome.exit_code),
        summary="",
        scope="partial" if agenda.options.scope.partial else "full",
        mode="absolute" if court.base is None else "both" if agenda.options.all else "paired",
        policy=court.policy_from,
        advisory=True,
        candidate=trees.candidate_name,
        base=trees.base_name if court.base else None,
        notices=(*agenda.notices, *notices, *evidence.notices),
        changed=agenda.changed,
        pairs=tuple(_report(agenda, plan, judged=plan in judged) for plan in agenda.plans),
        checks=sorted_checks,
        flips=evidence.flips,
        failing=evidence.failing,
        incomparable=evidence.incomparable,
        redefined=evidence.redefined,
        flaky=evidence.flaky,
        weighing=_weighing(agenda),
        version=__version__,
    )
    return replace(verdict, summary=summarise(verdict))


def _weighing(agenda: Agenda) -> str:
    """Return what gates may do that weigh answers which vary, and if not all, why; empty where none do."""
    noises = [noise for plan in agenda.judged if (noise := bench_of(agenda, plan).noise)]
    why = next((noise.unproven for noise in noises if noise.unproven), "")
    return "" if not noises else f"advisory, since {why}" if why else "blocking"


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


def _run(agenda: Agenda, tally: Tally, started: str) -> Run:
    pins = agenda.court.candidate.content.pins.values()
    return Run(
        calls=tally.calls,
        cached=tally.cached,
        failures=tally.failures,
        cost=tally.cost,
        unpriced=tally.unpriced,
        retries=tally.retries,
        unknown=tally.unknown,
        notional=all(pin.price is None or pin.price.notional for pin in pins),
        started=started,
    )
