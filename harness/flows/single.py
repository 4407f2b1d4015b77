"""A tree by itself: its cases are answered and scored once, and nothing is judged."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from harness.adapters.clock import SystemClock
from harness.core.tally import Tally
from harness.execute.run import Runner, Work
from harness.flows.evaluate import evaluate
from harness.flows.meter import Meter, estimate_work, payers
from harness.flows.pairing import PairPlan, Progress
from harness.flows.providers import Prices
from harness.flows.rows import CANDIDATE, Slot, work_of
from harness.flows.setup import Court
from harness.flows.store import open_store
from harness.flows.trees import World
from harness.ports import Store


@dataclass(frozen=True, slots=True)
class Asker:
    """Answers pair after pair of a tree, by one meter."""

    court: Court
    meter: Meter
    runner: Runner
    store: Store

    @property
    def tally(self) -> Tally:
        """What it has cost so far."""
        return self.runner.tally

    async def answer(self, plan: PairPlan, progress: Progress) -> None:
        """Fill the rows of a pair.

        Raises:
            BudgetError: The budget cannot bear another call; the rows before are filled.
        """
        total = sum(len(row.asked(CANDIDATE)) for row in plan.rows)
        payers_of_it = self.meter.payers.of(plan.pair.suite)
        async for done in evaluate(self.runner, _work(plan, self.court), self.court, payers_of_it):
            progress(plan, done, total)


@asynccontextmanager
async def asker(world: World, court: Court, plans: Sequence[PairPlan]) -> AsyncIterator[Asker]:
    """Open the store and the way to every model, if the budget bears what these pairs lack.

    Raises:
        BudgetError: It does not; nothing was asked.
    """
    price, clock = Prices({}), SystemClock()
    meter = Meter(world.environ, payers(world.environ, clock.now()), court.policy.budget, price)
    with open_store(world) as store:
        works = [(plan.pair.suite, _work(plan, court)) for plan in plans]
        meter.demand(partial(estimate_work, works, store, price, court), store)
        async with meter.runner(store) as runner:
            yield Asker(court, meter, runner, store)


def _work(plan: PairPlan, court: Court) -> Iterator[Work[Slot]]:
    return work_of(plan.pair, plan.rows, base=None, candidate=court.candidate)
