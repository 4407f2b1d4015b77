"""Topping up: each case of the working tree asked often enough that a gate knows how much its answers vary."""

from functools import partial

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.core.errors import UnavailableError
from harness.core.pair import Pair
from harness.core.tally import Tally
from harness.core.tree import Tree
from harness.flows.agenda import Agenda, Options
from harness.flows.benches import benches_of
from harness.flows.evaluate import evaluate
from harness.flows.hearing import series_of
from harness.flows.meter import estimate_work
from harness.flows.pairing import Progress, plan_pairs
from harness.flows.playing import trials
from harness.flows.rounds import LIFETIME
from harness.flows.rows import CANDIDATE
from harness.flows.series import Draws
from harness.flows.setup import set_up
from harness.flows.store import open_store
from harness.flows.trees import Trees, World
from harness.plan.scope import Scope


async def topup(world: World, scope: Scope, runs: int, *, progress: Progress) -> tuple[list[Pair], Tally]:
    """Ask each case of the working tree whose answers vary until it has so many runs, and return which pairs vary.

    Raises:
        ContentError: A file is wrong, or the filters select no case.
        BudgetError: The budget cannot bear it.
        UnavailableError: A trial has no answer.
    """
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    agenda = Agenda(Options(scope=scope), court, list(plan_pairs(None, court.candidate, scope=scope, version=None)))
    clock = SystemClock()
    meter = agenda.meter(world, clock.now())
    benches = benches_of(agenda)
    works = [
        (plan, [work for one in series_of(agenda, plan, noise, Draws({})) for work in one.more(CANDIDATE, runs)])
        for plan in agenda.judged
        if (noise := benches[plan.pair].noise)
    ]
    with open_store(world) as store:
        firsts = [work for _, asked in works for work in asked]
        store.forget([one.trial.key for one in trials(firsts, store, court.player)], before=clock.now() - LIFETIME)
        suites = [(plan.pair.suite, asked) for plan, asked in works]
        meter.demand(partial(estimate_work, suites, store, agenda.price, court), store)
        async with meter.runner(store) as runner:
            for plan, asked in works:
                async for done in evaluate(runner, iter(asked), court, meter.payers.of(plan.pair.suite)):
                    progress(plan, done, len(asked))
                if failed := runner.tally.failed:
                    raise UnavailableError(f"{plan.pair}: {failed[0]}", hint="answers that came back are kept")
    return [plan.pair for plan, _ in works], runner.tally
