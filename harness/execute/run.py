"""A run: a stream of work in, a stream of samples out; an answer is on disk before anybody sees it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from itertools import batched
from types import TracebackType
from typing import NamedTuple, Self

from harness.core.call import CallError
from harness.core.completion import Answer, Completion, Failure, Sample, Trial
from harness.core.errors import BudgetError, UnavailableError
from harness.core.pin import Pin
from harness.core.pricing import priced
from harness.core.prompt import Request
from harness.core.tally import Tally
from harness.execute.client import Client, Order
from harness.ports import Clock, Provider, Store

WAVE = 128
"""Trials that are looked up together."""
AHEAD = 512
"""Trials that may be under way while the first of them is awaited."""
GRACE = 5.0
"""Seconds that calls in flight get to come home when a run is cut off."""
LONG_GRACE = 120.0
"""The same, when it is the budget that has ended: their money is spent."""

type Outcome = Completion | Failure


class Work[T](NamedTuple):
    """One trial to be answered, and what its owner wants to find again beside the answer."""

    trial: Trial
    prepare: Callable[[], tuple[Request, Mapping[str, str]]]
    """Makes the request and the ingredients of its key; called only when the answer is missing."""
    pin: Pin
    tag: T


class _Coming[T](NamedTuple):
    work: Work[T]
    outcome: Outcome | asyncio.Task[Outcome]
    cached: bool

    @property
    def here(self) -> bool:
        return not isinstance(self.outcome, asyncio.Task) or self.outcome.done()


class Runner:
    """Answers work from the store, and asks for what it lacks."""

    def __init__(self, store: Store, clock: Clock, client: Client, free: Callable[[Pin], Provider | None]) -> None:
        """Join the store with the ways to ask.

        Args:
            store: Where answers are found.
            clock: Dates the answers of free providers.
            client: Asks everybody else.
            free: Returns a pin's provider if it is a free one.
        """
        self._store = store
        self._clock = clock
        self._client = client
        self._free = free
        self._asking: dict[str, asyncio.Task[Outcome]] = {}

    @property
    def tally(self) -> Tally:
        """What the run has cost so far."""
        return self._client.tally

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let calls in flight come home, write everything down and hang up."""
        await self._come_home(GRACE)
        await self._client.close()

    async def run[T](
        self, work: Iterable[Work[T]], accounts: tuple[str, ...] = ()
    ) -> AsyncIterator[tuple[Work[T], Sample]]:
        """Yield each piece of work with its sample, in order; equal keys are asked once.

        Args:
            work: The trials.
            accounts: Who pays for them.

        Raises:
            BudgetError: An account cannot bear another call; those in flight are home and recorded.
        """
        ahead: deque[_Coming[T]] = deque()
        try:
            for wave in batched(work, WAVE):
                ahead.extend(await self._begin(wave, accounts))
                while ahead and (ahead[0].here or len(ahead) > AHEAD):
                    yield await self._next(ahead)
            while ahead:
                yield await self._next(ahead)
        except BudgetError:
            await self.come_home()
            raise

    async def ask[T](self, work: Work[T], accounts: tuple[str, ...] = ()) -> Sample:
        """Return the sample of one trial that turns up while others are under way.

        Raises:
            BudgetError: An account cannot bear another call, or could not bear that of somebody else.
        """
        (coming,) = await self._begin([work], accounts)
        try:
            return (await self._next(deque([coming])))[1]
        except asyncio.CancelledError:
            if isinstance(coming.outcome, asyncio.Task) and coming.outcome.cancelled():
                raise BudgetError("the run was stopped") from None
            raise

    def known(self, keys: Iterable[str]) -> Mapping[str, Completion]:
        """Return what is in the store."""
        return self._store.find(keys)

    def keep(self, answers: Sequence[Answer]) -> None:
        """Record what was made of answers without a call."""
        if answers:
            self._store.record(answers, at=self._clock.now())

    async def come_home(self) -> None:
        """Begin nothing more, and wait for the calls in flight, since the budget has ended."""
        await self._come_home(LONG_GRACE)

    async def _begin[T](self, wave: Sequence[Work[T]], accounts: tuple[str, ...]) -> list[_Coming[T]]:
        """Look a wave up, and start asking for what is missing."""
        unique = {item.trial.key: item for item in wave}
        known: Mapping[str, Completion] = self._store.find(unique)
        missing = {key: item for key, item in unique.items() if key not in known}
        fresh: dict[str, Outcome | asyncio.Task[Outcome]] = dict(await self._answer_freely(missing))
        for key, item in missing.items():
            if key not in fresh:
                fresh[key] = self._asking.get(key) or self._ask(item, accounts)
        await asyncio.sleep(0)
        coming: list[_Coming[T]] = []
        for item in wave:
            key = item.trial.key
            coming.append(_Coming(item, known[key] if key in known else fresh[key], cached=key not in missing))
            missing.pop(key, None)
        return coming

    def _ask[T](self, item: Work[T], accounts: tuple[str, ...]) -> Failure | asyncio.Task[Outcome]:
        try:
            request, parts = item.prepare()
        except UnavailableError as error:
            return self._missed(item, error.what)
        order = Order(item.trial, item.pin, request, parts, accounts)
        task = asyncio.get_running_loop().create_task(self._client.answer(order))
        self._asking[item.trial.key] = task
        return task

    async def _answer_freely[T](self, missing: Mapping[str, Work[T]]) -> dict[str, Outcome]:
        """Answer what costs nothing at once, and record it together."""
        came: dict[str, Outcome] = {}
        answers: list[Answer] = []
        for key, item in missing.items():
            if provider := self._free(item.pin):
                try:
                    request, parts = item.prepare()
                    said = priced(await provider.complete(item.pin, request), item.pin.price)
                except (CallError, UnavailableError) as error:
                    came[key] = self._missed(item, str(error.args[0]))
                    continue
                came[key] = said
                self.tally.add(said)
                answers.append(Answer(item.trial, said, dict(parts)))
        if answers:
            self._store.record(answers, at=self._clock.now())
        return came

    def _missed[T](self, item: Work[T], reason: str) -> Failure:
        failure = Failure(reason)
        self.tally.miss(item.trial, failure)
        return failure

    async def _next[T](self, ahead: deque[_Coming[T]]) -> tuple[Work[T], Sample]:
        """Return the first of what is ahead, waiting for it."""
        item, coming = ahead[0].work, ahead[0].outcome
        if isinstance(coming, asyncio.Task):
            if not coming.done():
                await asyncio.wait([coming])  # cut off here, the call goes on until the run ends
            coming = coming.result()
            self._asking.pop(item.trial.key, None)
        if isinstance(coming, Completion):
            self.tally.see(item.pin, coming)
        cached = ahead.popleft().cached and isinstance(coming, Completion)
        self.tally.cached += cached
        return item, Sample(item.trial, coming, cached=cached)

    async def _come_home(self, seconds: float) -> None:
        """Begin nothing more, and wait for the calls in flight, for some seconds."""
        tasks = list(self._asking.values())
        if not tasks:
            return
        self._client.stop()
        _home, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._asking.clear()
