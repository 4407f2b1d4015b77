"""The journal: what many calls want written goes to disk in few transactions; a call goes on when its own is there."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from harness.core.ledger import Claim, Grant, Granted, Settlement
from harness.ports import Clock, Store

MOMENT = 0.005
"""Seconds that what is to be written waits for more at most, so that one transaction takes many."""
RIDE = 0.05
"""The same for claims while calls are in flight: no slot waits for them, and the next answers take them along."""
ENOUGH = 0.25
"""The share of all claims, half of those in flight, whose answers wait no longer: to read them takes its time too."""


@dataclass(slots=True)
class _Batch:
    done: list[Settlement] = field(default_factory=list)
    settled: list[asyncio.Future[None]] = field(default_factory=list)
    wanted: list[Claim] = field(default_factory=list)
    granted: list[asyncio.Future[Granted]] = field(default_factory=list)


class Journal:
    """Claims and settles on behalf of calls that run side by side."""

    def __init__(self, store: Store, clock: Clock, limits: Mapping[str, int]) -> None:
        """Join the store with what each account may spend, in micro-USD."""
        self._store = store
        self._clock = clock
        self._limits = limits
        self._next = _Batch()
        self._open = 0
        """How many claims are on disk and have not ended."""
        self._bell: asyncio.TimerHandle | None = None
        """Rings when what waits has waited long enough."""
        self._rung = False
        self._writing: asyncio.Task[None] | None = None
        self.broken: BaseException | None = None
        """Why nothing can be written any more; whoever would ask next does not."""

    async def claim(self, wanted: Claim) -> Granted:
        """Set the worst cost of a call aside; returns when that is on disk."""
        said: asyncio.Future[Granted] = asyncio.get_running_loop().create_future()
        self._next.wanted.append(wanted)
        self._next.granted.append(said)
        self._ring_in(RIDE if self._open else MOMENT)
        return await said

    def settle(self, done: Settlement) -> asyncio.Future[None]:
        """End a claim; the future is done when that is on disk. It is written whether or not anybody waits."""
        said: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._next.done.append(done)
        self._next.settled.append(said)
        claims = self._open + len(self._next.wanted)
        self._ring_in(0 if len(self._next.done) >= ENOUGH * claims else MOMENT)
        return said

    async def close(self) -> None:
        """Wait until everything is on disk, even when cut off: an answer that is here is paid for."""
        cut: asyncio.CancelledError | None = None
        while self._bell or self._writing:
            writing = self._ring()
            try:
                await asyncio.wait([writing])
            except asyncio.CancelledError as error:
                cut = error
        if cut:
            raise cut

    def _ring_in(self, seconds: float) -> None:
        """Let what waits be written in so many seconds, unless it is to be written sooner."""
        loop = asyncio.get_running_loop()
        when = loop.time() + seconds
        if self._bell is None or when < self._bell.when():
            if self._bell:
                self._bell.cancel()
            self._bell = loop.call_at(when, self._ring)

    def _ring(self) -> asyncio.Task[None]:
        """Let what waits be written next, and return the writer."""
        if self._bell:
            self._bell.cancel()
            self._bell, self._rung = None, True
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())
        return self._writing

    async def _write(self) -> None:
        try:
            while self._rung:
                self._rung = False
                batch, self._next = self._next, _Batch()
                await self._commit(batch)
        finally:
            self._writing = None

    async def _commit(self, batch: _Batch) -> None:
        commit = partial(self._store.commit, batch.done, batch.wanted, limits=self._limits, at=self._clock.now())
        writing = asyncio.get_running_loop().run_in_executor(None, commit)
        await asyncio.wait([writing])
        if error := writing.exception():
            self.broken = error
            for settled in batch.settled:
                _tell(settled, error)
            for granting in batch.granted:
                _tell(granting, error)
            return
        self._open -= len(batch.done)
        for claim, waiting, granted in zip(batch.wanted, batch.granted, writing.result(), strict=True):
            self._open += granted.grant is Grant.GRANTED
            if not waiting.done():
                waiting.set_result(granted)
            elif granted.grant is Grant.GRANTED:
                self.settle(Settlement(claim.key, claim.trial))  # whoever wanted it was cut off meanwhile
        for settled in batch.settled:
            if not settled.done():
                settled.set_result(None)


def _tell[T](said: asyncio.Future[T], error: BaseException) -> None:
    if not said.done():
        said.set_exception(error)
