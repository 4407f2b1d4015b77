"""The metered client: claim, ask, wait, ask again, settle; every paid call of every pin goes through here."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from harness.core.call import CallError
from harness.core.completion import Answer, Completion, Failure, Trial
from harness.core.errors import BudgetError
from harness.core.ledger import Claim, Grant, Settlement
from harness.core.money import show_usd
from harness.core.pin import Pin, Price
from harness.core.pricing import most_tokens, priced
from harness.core.prompt import Request
from harness.core.tally import Tally
from harness.execute.backoff import PATIENCE, pause
from harness.execute.journal import Journal
from harness.execute.line import Line, Lines
from harness.ports import Store

ATTEMPTS = 6
"""How often a trial is asked at most, not counting the times its endpoint was busy."""
LOSSES = 3
"""How often a trial is asked at most when each call may have been billed."""
WEARY = 300.0
"""Seconds that a trial waits in all for a busy endpoint."""
LOOK = 0.25
"""Seconds between two looks at what another call holds."""


class Order(NamedTuple):
    """One trial to be asked for."""

    trial: Trial
    pin: Pin
    request: Request
    parts: Mapping[str, str]
    accounts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Course:
    """What has become of an order so far."""

    worst: int
    """Micro-USD that one call can cost at most."""
    claimed: bool = False
    flying: bool = False
    attempts: int = 0
    lost: int = 0
    """Calls of unknown outcome."""
    waited: float = 0.0

    def take_off(self) -> None:
        """Note that the request goes out."""
        self.flying = True

    def land(self) -> None:
        """Note that it is known what became of it."""
        self.flying = False


class Client:
    """Asks models on behalf of trials: never twice for one, never above a budget, never for ever."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        lines: Lines,
        *,
        price: Callable[[Pin], Price | None],
        roll: Callable[[], float],
    ) -> None:
        """Join the store and its journal with the lines to the models.

        Args:
            store: Where answers are found that somebody else has asked for meanwhile.
            journal: Writes claims and settlements.
            lines: The ways to the models.
            price: Returns a pin's price, or None.
            roll: Returns random numbers in [0, 1) for the waits.
        """
        self._store = store
        self._journal = journal
        self._lines = lines
        self._price = price
        self._roll = roll
        self._courses: dict[asyncio.Task[object] | None, _Course] = {}
        self._stopped = False
        self.tally = Tally()

    async def answer(self, order: Order) -> Completion | Failure:
        """Return the answer to a trial, recorded, or why there is none.

        Raises:
            BudgetError: Its worst cost does not fit into an account.
            HarnessError: The provider cannot be made ready.
        """
        line = await self._lines.to(order.pin)
        course = _Course(self._worst(order))
        task = asyncio.current_task()
        self._courses[task] = course
        try:
            async with line.ahead:
                return await self._attempts(line, order, course)
        except asyncio.CancelledError:
            self._abandon(order, course)
            raise
        finally:
            del self._courses[task]

    def stop(self) -> None:
        """Begin no call more: whatever waits is cut off, whatever is in flight goes on."""
        self._stopped = True
        for task, course in self._courses.items():
            if task and not course.flying:
                task.cancel()

    async def close(self) -> None:
        """Wait until everything is on disk, and hang up."""
        await self._journal.close()
        await self._lines.close()

    async def _attempts(self, line: Line, order: Order, course: _Course) -> Completion | Failure:
        while not line.dead:
            if not course.claimed and (found := await self._claim(order, course)):
                self.tally.cached += 1
                return found
            try:
                return await self._fly(line, order, course)
            except CallError as error:
                course.land()
                if not await self._again(order, course, error):
                    line.lose(error.reason, fatal=error.fatal)
                    return await self._give_up(order, course, error.reason)
        return await self._give_up(order, course, line.dead)

    async def _fly(self, line: Line, order: Order, course: _Course) -> Completion:
        """Ask once; the slot is free again when the answer is on disk, so that a kill loses no more than slots."""
        async with line.limiter as turn:
            if self._journal.broken:
                raise self._journal.broken
            course.take_off()
            said, took = await line.call(order.pin, order.request, turn=turn, lost=course.lost)
            course.land()
            return await self._keep(order, course, said._replace(latency_ms=round(took * 1000, 3)))

    async def _again(self, order: Order, course: _Course, error: CallError) -> bool:
        """Return whether to try again, after the wait that takes."""
        if error.billed and course.worst:
            await self._write_off(order, course)
        course.lost += error.billed
        course.attempts += not error.busy
        wait = pause(course.attempts + error.busy, error.wait, self._roll)
        spent = course.attempts >= ATTEMPTS or course.lost >= LOSSES
        weary = wait > PATIENCE or course.waited + wait > WEARY
        if not error.retry or spent or weary or self._stopped:
            return False
        self.tally.retries += 1
        course.waited += wait
        await asyncio.sleep(wait)
        return True

    async def _claim(self, order: Order, course: _Course) -> Completion | None:
        """Set the worst cost aside; returns the answer instead when somebody else has it by now."""
        claim = Claim(order.trial.key, order.trial.name, course.worst, order.accounts)
        while True:
            said = await self._journal.claim(claim)
            match said.grant:
                case Grant.GRANTED:
                    course.claimed = True
                    return None
                case Grant.ANSWERED:
                    return self._store.find([claim.key])[claim.key]
                case Grant.OVER if not said.held:
                    limit = f"`budget.{said.account.split()[0]}`"
                    raise BudgetError(f"{limit} cannot bear another call of up to {show_usd(course.worst)}")
                case _:
                    await asyncio.sleep(LOOK)

    async def _keep(self, order: Order, course: _Course, said: Completion) -> Completion:
        """Record an answer at its price; one without usage at the most that it can have cost."""
        price = self._price(order.pin)
        said = priced(said, price, course.worst)
        self.tally.add(said)
        billed = 0 if price and price.notional else said.cost or 0
        await self._settle(order, course, billed, answer=Answer(order.trial, said, dict(order.parts)))
        return said

    async def _write_off(self, order: Order, course: _Course) -> None:
        """Book a call of unknown outcome at all that was set aside."""
        self.tally.lose(course.worst)
        await self._settle(order, course, course.worst, unknown=True)

    async def _give_up(self, order: Order, course: _Course, reason: str) -> Failure:
        failure = Failure(reason)
        self.tally.miss(order.trial, failure)
        await self._settle(order, course, 0)
        return failure

    def _abandon(self, order: Order, course: _Course) -> None:
        """Give a claim back; a call in flight is booked in full, since it may be answered yet."""
        lost = course.flying and course.worst > 0
        if lost:
            self.tally.lose(course.worst)
        self._settle(order, course, course.worst if lost else 0, unknown=lost)

    def _settle(
        self, order: Order, course: _Course, cost: int, *, answer: Answer | None = None, unknown: bool = False
    ) -> asyncio.Future[None]:
        """End the claim, if there still is one; what is returned is done when that is on disk."""
        if not course.claimed:
            nothing = asyncio.get_running_loop().create_future()
            nothing.set_result(None)
            return nothing
        course.claimed = False
        return self._journal.settle(Settlement(order.trial.key, order.trial.name, cost, answer, unknown))

    def _worst(self, order: Order) -> int:
        """Return the most that one call can cost, in micro-USD; 0 where nobody is billed, or nobody knows."""
        price = self._price(order.pin)
        return price.most(*most_tokens(order.request)) if price and not price.notional else 0
