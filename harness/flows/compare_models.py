"""Comparing pins: the same cases asked of each, and the cheapest one that is not worse than the present one."""

from collections.abc import Iterator, Sequence
from functools import partial
from math import inf
from statistics import fmean
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.compare.consistency import within
from harness.compare.exact import compare as compare_exactly
from harness.compare.front import front
from harness.compare.look import look
from harness.compare.sequential import ALPHA
from harness.compare.spending import bounded
from harness.content.suggest import did_you_mean
from harness.core.compared import PinResult, PromptComparison
from harness.core.errors import ContentError, UnavailableError, UsageError
from harness.core.policy import PASS
from harness.core.runs import Contrast, Matched, Runs, Step
from harness.core.tree import Tree
from harness.execute.run import Work
from harness.flows.calls import Tariff, asked_at, metered
from harness.flows.conversations import hear
from harness.flows.evaluate import evaluate
from harness.flows.meter import Meter, estimate_work, payers
from harness.flows.pairing import PairPlan, Progress, plan_pairs
from harness.flows.playing import played_otherwise
from harness.flows.providers import Prices, provider_of
from harness.flows.rows import CANDIDATE, Row, Slot, ready, seats_of, works_at
from harness.flows.setup import Court, set_up
from harness.flows.side import Side
from harness.flows.spending import usage_of
from harness.flows.store import open_store
from harness.flows.trees import Trees, World
from harness.gate.contrasts import LEAST_CASES
from harness.plan.scope import Scope
from harness.ports import Store

SUITE = "regression"
"""The suite by which pins are compared."""
MARGIN = 0.05
"""The drop worth catching where no gate of the prompt names one."""


class _Asked(NamedTuple):
    """One prompt with one pin."""

    alias: str
    side: Side
    plan: PairPlan
    exact: bool
    runs: int


async def compare_models(
    world: World, aliases: Sequence[str], prompt: str, *, runs: int, progress: Progress
) -> list[PromptComparison]:
    """Ask each pin the regression cases of the working tree's prompts, and compare what they came to.

    Args:
        world: The repository.
        aliases: The pins; the present one of each prompt is added.
        prompt: The one to look at; empty for all.
        runs: How often a case is asked whose answers vary.
        progress: Is told how far it is.

    Raises:
        ContentError: A file is wrong, or an application is to be compared with a model.
        UsageError: There is no such pin or prompt.
        BudgetError: The budget cannot bear what is missing.
        UnavailableError: A trial has no answer.
    """
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    asked = [_plans(court, name, aliases, runs) for name in _prompts(court, prompt)]
    every = [one for pins in asked for one in pins]
    price, clock = Prices({}), SystemClock()
    meter = Meter(world.environ, payers(world.environ, clock.now()), court.policy.budget, price)
    with open_store(world) as store:
        works = [(SUITE, _work(one)) for one in every]
        meter.demand(partial(estimate_work, works, store, price, court), store)
        async with meter.runner(store) as runner:
            for one in every:
                total = one.runs * len(one.plan.rows)
                async for done in evaluate(runner, _work(one), court, meter.payers.of(SUITE)):
                    progress(one.plan, done, total)
                if failed := runner.tally.failed:
                    raise UnavailableError(f"{one.alias}: {failed[0]}", hint="answers that came back are kept")
        return [_compared(court, pins, price, store) for pins in asked]


def _prompts(court: Court, prompt: str) -> list[str]:
    known = [pair.prompt for pair in sorted(court.candidate.content.sources) if pair.suite == SUITE]
    if prompt and prompt not in known:
        what = f"there are no cases of a prompt `{prompt}`{did_you_mean(prompt, known)}"
        raise UsageError(what, hint=f"prompts: {', '.join(known)}")
    return [prompt] if prompt else known


def _plans(court: Court, prompt: str, aliases: Sequence[str], runs: int) -> list[_Asked]:
    """Return a prompt with each pin, the present one first."""
    content = court.candidate.content
    present = content.prompts[prompt].model
    found: list[_Asked] = []
    for alias in dict.fromkeys([present, *aliases]):
        if alias not in content.pins:
            what = f"there is no pin `{alias}`{did_you_mean(alias, content.pins)}"
            raise UsageError(what, hint=f"models in params.yaml: {', '.join(content.pins)}")
        if content.pins[alias].application != content.pins[present].application:
            what = f"the pins `{present}` and `{alias}` are not alike: one is an application, and takes `inputs`"
            raise ContentError(what, where=content.pins[alias].origin, hint="compare models, or applications")
        side = court.candidate.asking_all(alias)
        (plan,) = plan_pairs(None, side, scope=Scope(SUITE, prompt), version=None)
        asking = side.asking(prompt)
        exact = provider_of(asking.pin).deterministic(asking.pin, asking.request(()))
        exact = exact and not played_otherwise(court.player, plan.rows)
        for row in plan.rows:
            row.runs = {}
        found.append(_Asked(alias, side, plan, exact, 1 if exact else runs))
    return found


def _work(one: _Asked) -> Iterator[Work[Slot]]:
    for seat in seats_of(one.plan.rows, base=None, candidate=one.side):
        if ready(one.plan.pair, seat):
            for repeat in range(one.runs):
                yield from works_at(one.plan.pair, seat, repeat)


def _compared(court: Court, pins: Sequence[_Asked], price: Prices, store: Store) -> PromptComparison:
    pair = pins[0].plan.pair
    gates = [gate for gate in court.policy.gates_of(*pair) if gate.metric == PASS]
    margin = min((gate.margin for gate in gates), default=MARGIN)
    results = [_result(one, _standing(pins[0], one, margin), price, store) for one in pins]
    best = front([(-one.quality, _cost(one), one.usage.p95) for one in results])
    results = [one._replace(front=here) for one, here in zip(results, best, strict=True)]
    good = [one for one in results if one.standing in {"present", "not worse"}]
    cheapest = min(good, key=_cost)
    cheaper = [one for one in results if one.standing == "undecided" and _cost(one) < _cost(cheapest)]
    known = results[0].usage.per_1000 is not None
    return PromptComparison(
        prompt=pair.prompt,
        cases=len(pins[0].plan.rows),
        margin=margin,
        pins=tuple(results),
        cheapest=cheapest.pin if known else "",
        open=tuple(one.pin for one in cheaper),
    )


def _cost(one: PinResult) -> float:
    """Return what a pin costs; what nobody knows is the dearest."""
    return inf if one.usage.per_1000 is None else one.usage.per_1000


def _result(one: _Asked, standing: str, price: Prices, store: Store) -> PinResult:
    asked = [list(asked_at(row, CANDIDATE)) for row in one.plan.rows]
    answers = hear(store, (talk for row in asked for talk, _ in row))
    pin = one.side.asking(one.plan.pair.prompt).pin
    calls = [metered(row, answers, Tariff(pin, price(pin))) for row in asked]
    level = bounded([_passes(row) for row in one.plan.rows], 1.0, alpha=ALPHA, exact=one.exact)
    if level is None:
        raise UnavailableError(f"nobody can tell how `{one.alias}` answers `{one.plan.pair.prompt}`")
    return PinResult(
        pin=one.alias,
        quality=level.value,
        low=max(level.low, 0.0),
        high=min(level.high, 1.0),
        usage=usage_of([row for row in calls if row]),
        agreement=within([[call.said for call in row] for row in calls]),
        front=False,
        standing=standing,
    )


def _passes(row: Row) -> list[float]:
    return [float(passed) for passed in row.passes(CANDIDATE)]


def _standing(present: _Asked, other: _Asked, margin: float) -> str:
    """Return where a pin stands beside the present one, by the same rule as a gate."""
    if other.alias == present.alias:
        return "present"
    sides = [(_passes(mine), _passes(theirs)) for mine, theirs in zip(present.plan.rows, other.plan.rows, strict=True)]
    told = [(mine, theirs) for mine, theirs in sides if mine and theirs]
    if not told:
        return "undecided"
    if present.exact and other.exact:
        seen = compare_exactly([fmean(mine) for mine, _ in told], [fmean(theirs) for _, theirs in told])
        return "worse" if seen.drop >= margin - 1e-9 else "not worse"
    cases = [Matched(Runs.of(mine), Runs.of(theirs)) for mine, theirs in told]
    step = look(Contrast(cases, margin, ALPHA, exact=(present.exact, other.exact))).step
    if len(cases) < LEAST_CASES:
        return "undecided"
    return {Step.PASS: "not worse", Step.BLOCK: "worse", Step.MORE: "undecided"}[step]
