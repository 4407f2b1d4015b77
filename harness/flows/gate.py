"""The gate: both trees on the same cases, judged by the base's policy."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.core.errors import BudgetError
from harness.core.money import show_usd
from harness.core.pair import Pair
from harness.core.tally import Tally
from harness.core.verdict import Check, Outcome, Rule, Verdict
from harness.core.words import count
from harness.flows.agenda import Agenda, Options, prepare
from harness.flows.attackers import ahead, attackers
from harness.flows.benches import Benches, benches_of
from harness.flows.bias_evidence import Audited, evidence_files
from harness.flows.corrections import correct
from harness.flows.evidence import collect, merge
from harness.flows.hearing import Desk, hear, opening
from harness.flows.opinions import opinions
from harness.flows.pairing import PairPlan, Progress
from harness.flows.removed import still_run
from harness.flows.rounds import DEPTH
from harness.flows.spending import alerts, spend
from harness.flows.store import open_answers
from harness.flows.trees import World
from harness.flows.verdict import Heard, draw_up, run_of
from harness.gate.contrasts import unsettled
from harness.gate.judge import judge
from harness.plan.estimate import Estimate
from harness.ports import Store


class Judgement(NamedTuple):
    """A verdict, and what goes with it into its run's folder."""

    verdict: Verdict
    files: Mapping[str, str]
    """Text by name."""


async def gate(world: World, options: Options, *, progress: Progress) -> Judgement:
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
        verdict, files = await judged_from(world, agenda, store, asks=options.replay is None, progress=progress)
    replayed = options.replay.name if options.replay else ""
    run = replace(verdict.run, replayed=replayed, seconds=round(clock.elapsed() - began, 3))
    return Judgement(replace(verdict, run=run), files)


async def judged_from(world: World, agenda: Agenda, store: Store, *, asks: bool, progress: Progress) -> Judgement:
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
    benches = benches_of(agenda)
    first = partial(ahead, agenda, lambda plan: opening(agenda, plan, benches[plan.pair], store, started), store)
    stops = [f"stopped before any call: {short}" for short in meter.shortfalls(first, store)]
    async with meter.runner(store) as runner:
        desk = Desk(runner, meter, store, started, progress)
        finished, talked, stop = ([], [], "") if stops else await _answer(agenda, benches, desk)
    if stop:
        stops = [f"{stop}: {_left(agenda, finished, first())}"]
    spent = spend(agenda, benches, finished, store)
    finished = [plan for plan in finished if plan in agenda.judged]
    mended = correct(agenda, benches, finished, store)
    caveats = [*_caveats(agenda, runner.tally), *still_run(world, agenda)]
    checks = [*_halts(stops), *_judged(benches, finished), *talked, *mended.checks, *spent.checks, *caveats]
    evidence = merge(collect(plan.pair, plan.rows, store, harmless=_harmless(plan.pair, checks)) for plan in finished)
    whole = agenda.options.shard.of == 1
    led = attackers(agenda)
    notices = (
        *meter.notices,
        *(led.notices(agenda) if led else ()),
        *_retired(agenda, started),
        *_shallow(finished),
        *spent.notices,
        *opinions(finished, agenda.court.grading),
        *mended.notices,
        *(alerts(spent.figures) if whole else ()),
    )
    verdict = draw_up(agenda, benches, checks, evidence, heard=Heard(finished, notices))
    audited = Audited(agenda.court.candidate.content, agenda.court.policy, verdict.checks)
    run = run_of(agenda, runner.tally, started.isoformat())
    return Judgement(replace(verdict, spending=spent.figures, run=run), evidence_files(finished, audited))


def _halts(reasons: Sequence[str]) -> list[Check]:
    """Return why the run did not come to its end."""
    return [Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", reason) for reason in reasons[:1]]


async def _answer(agenda: Agenda, benches: Benches, desk: Desk) -> tuple[list[PairPlan], list[Check], str]:
    """Answer and score pair after pair, then let attackers lead.

    Returns: The finished pairs, what attackers came to, and why it stopped if it did.
    """
    finished: list[PairPlan] = []
    talked: list[Check] = []
    try:
        for plan in agenda.turn:
            await hear(agenda, plan, benches[plan.pair], desk)
            finished.append(plan)
        if led := attackers(agenda):
            async for check in led.lead(agenda, desk):
                talked.append(check)  # noqa: PERF401 (what was found counts where the budget ends later)
    except asyncio.CancelledError:
        return finished, talked, "interrupted"
    except BudgetError as error:
        return finished, talked, f"the budget has ended, {error.what}"
    return finished, talked, ""


def _left(agenda: Agenda, finished: Sequence[PairPlan], suites: Mapping[str, Estimate]) -> str:
    """Return what remains to be done."""
    ahead = sum(suites.values(), start=Estimate())
    pairs = f"{len(finished)} of {len(agenda.turn)} pairs are judged"
    cost = f", expected to cost {show_usd(ahead.expected)}" if ahead.expected else ""
    calls = f"{count(ahead.calls, 'call')} to go" if ahead.calls else "how many calls are to go, the answers decide"
    return f"{pairs}; run it again to go on from here: {calls}{cost}"


def _judged(benches: Benches, finished: Sequence[PairPlan]) -> Iterator[Check]:
    for plan in finished:
        yield from judge([row.judged() for row in plan.rows], benches[plan.pair], plan.weighed)


def _harmless(pair: Pair, checks: Sequence[Check]) -> bool:
    """Return whether all checks of a pair passed."""
    return all(check.outcome is Outcome.PASSED for check in checks if (check.suite, check.prompt) == pair)


def _caveats(agenda: Agenda, tally: Tally) -> Iterator[Check]:
    yield from agenda.doubtful_renames
    if agenda.court.unreadable:
        yield Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", agenda.court.unreadable)
    if agenda.court.first_adoption and not agenda.options.bootstrap:
        reason = "base has no policy, so nothing independent judged this: adopt it with `--bootstrap`"
        yield Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", reason)
    if tally.failures and tally.failures > _bearable(agenda):
        first = "; ".join(tally.failed[:3])
        reason = f"no answer to {count(tally.failures, 'trial')}, which is no evidence either way: {first}"
        yield Check(Outcome.UNAVAILABLE, Rule.UNJUDGED, "", "", reason)


def _bearable(agenda: Agenda) -> float:
    """Return how many trials may go without an answer: the least share that a judged suite allows, of all of them.

    A case is as many trials as it has arms and repeats, on each tree that asks something else.
    """
    suites = agenda.court.policy.suites
    shares = [suites[plan.pair.suite].max_failures for plan in agenda.turn if plan.pair.suite in suites]
    return min(shares, default=0.0) * len(
        {trial for plan in agenda.turn for row in plan.rows for trial in row.trials()}
    )


def _retired(agenda: Agenda, now: datetime) -> tuple[str, ...]:
    """Return a notice for each pin whose model its provider may have withdrawn."""
    today = now.date().isoformat()
    pins = agenda.court.candidate.content.pins.values()
    late = [pin for pin in pins if pin.retire_after and pin.retire_after < today]
    return tuple(f"pin `{pin.alias}`: {pin.model} was to be retired after {pin.retire_after}" for pin in late)


def _shallow(finished: Sequence[PairPlan]) -> Iterator[str]:
    """Yield a notice of each pair that is in doubt, and that more runs of base might decide."""
    for plan in finished:
        if plan.weighed and 0 < plan.weighed.depth < DEPTH and unsettled(plan.weighed.screen):
            runs = count(plan.weighed.depth, "run")
            yield f"base has {runs} of each case of {plan.pair}; ten tell more: `harness topup` on base"
