"""A run: a stream of work in, a stream of samples out; an answer is on disk before anybody sees it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import batched

from harness.core.completion import Answer, Completion, Failure, Sample, Trial
from harness.core.errors import UnavailableError
from harness.core.pin import Pin
from harness.core.prompt import Request
from harness.ports import Clock, Store

WAVE = 256
"""Trials that are looked up, asked and recorded together."""

type Ask = Callable[[Pin, Request], Awaitable[Completion]]


@dataclass(frozen=True, slots=True)
class Work[T]:
    """One trial to be answered, and what its owner wants to find again beside the answer."""

    trial: Trial
    request: Callable[[], Request]
    """Made only when the answer is missing."""
    pin: Pin
    parts: Callable[[], Mapping[str, str]]
    tag: T


@dataclass(slots=True)
class Tally:
    """What a run has cost so far."""

    calls: int = 0
    cached: int = 0
    failures: int = 0
    cost: int = 0
    """Micro-USD, at the pins' prices."""
    unpriced: int = 0
    """Calls whose pin has no price; never taken for free."""
    failed: list[str] = field(default_factory=list)
    """The first few failures, as `trial: reason`."""


class Runner:
    """Answers work from the store, and asks for what it lacks."""

    def __init__(self, store: Store, clock: Clock, ask: Ask, *, concurrency: int = 8) -> None:
        """Join the store with the one way to ask a model."""
        self._store = store
        self._clock = clock
        self._ask = ask
        self._slots = asyncio.Semaphore(concurrency)
        self.tally = Tally()

    async def run[T](self, work: Iterable[Work[T]]) -> AsyncIterator[tuple[Work[T], Sample]]:
        """Yield each piece of work with its sample, in order; equal keys are asked once.

        Cancelled at any point, every answer that came back is recorded.
        """
        for wave in batched(work, WAVE):
            unique = {item.trial.key: item for item in wave}
            known = self._store.find(unique)
            missing = [item for key, item in unique.items() if key not in known]
            fresh = await self._answer(missing)
            fresh_left = set(fresh)
            for item in wave:
                key = item.trial.key
                cached = key not in fresh_left
                fresh_left.discard(key)
                self.tally.cached += cached
                yield item, Sample(item.trial, known.get(key) or fresh[key], cached=cached)

    async def _answer[T](self, missing: list[Work[T]]) -> dict[str, Completion | Failure]:
        """Ask for every missing answer, and record what came back, even when cut off."""
        if not missing:
            return {}
        came: dict[str, Completion | Failure] = {}
        try:
            async with asyncio.TaskGroup() as group:
                for item in missing:
                    group.create_task(self._one(item, came))
        finally:
            self._record(missing, came)
        return came

    async def _one[T](self, item: Work[T], came: dict[str, Completion | Failure]) -> None:
        async with self._slots:
            try:
                came[item.trial.key] = await self._ask(item.pin, item.request())
            except UnavailableError as error:
                came[item.trial.key] = Failure(error.what)

    def _record[T](self, missing: list[Work[T]], came: Mapping[str, Completion | Failure]) -> None:
        answers: list[Answer] = []
        for item in missing:
            said = came.get(item.trial.key)
            if isinstance(said, Completion):
                answers.append(Answer(item.trial, said, dict(item.parts())))
            elif said is not None:
                self.tally.failures += 1
                self.tally.failed.append(f"{item.trial.name}: {said.reason}")
        self.tally.calls += len(answers)
        self.tally.cost += sum(answer.completion.cost or 0 for answer in answers)
        self.tally.unpriced += sum(answer.completion.cost is None for answer in answers)
        if answers:
            self._store.record(answers, at=self._clock.now())
