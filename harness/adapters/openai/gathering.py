"""Gathering: texts that are asked for side by side go out in one request, and each gets its own answer."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from math import ceil

from harness.core.call import CallError
from harness.core.completion import Completion

MOMENT = 0.005
"""Seconds that the first text waits for others."""
LULL = 0.5
"""The same after a failure: those that ask again come back one by one."""

type Send = Callable[[Sequence[str]], Coroutine[None, None, Sequence[Completion]]]
"""Asks for some texts by one request."""
type Asked = tuple[str, asyncio.Future[Completion]]


class Gathering:
    """Joins calls into requests: of so many texts, so many at once."""

    def __init__(self, send: Send, *, most: int, at_once: int) -> None:
        """Take how to ask, the texts of a request at most, and the requests in flight at most."""
        self._send = send
        self._most = most
        self._at_once = at_once
        self._taken = 1
        """The most texts that a request was answered for."""
        self._pause = MOMENT
        self._waiting: list[Asked] = []
        self._due = 0
        """How many of those that wait have waited long enough."""
        self._bell: asyncio.TimerHandle | None = None
        self._carriers: list[asyncio.Task[None]] = []

    async def ask(self, text: str) -> Completion:
        """Return the answer to a text, asked for together with whatever else waits.

        Raises:
            CallError: Its request brought none.
        """
        loop = asyncio.get_running_loop()
        said: asyncio.Future[Completion] = loop.create_future()
        self._waiting.append((text, said))
        if len(self._waiting) >= self._most:
            self._leave()
        elif self._bell is None:
            self._bell = loop.call_later(self._pause, self._leave)
        return await said

    def _leave(self) -> None:
        """Let all that waits go out."""
        if self._bell:
            self._bell.cancel()
        self._bell, self._due = None, len(self._waiting)
        self._carriers = [carrier for carrier in self._carriers if not carrier.done()]
        for _ in range(min(self._at_once - len(self._carriers), ceil(self._due / self._most))):
            self._carriers.append(asyncio.get_running_loop().create_task(self._carry()))

    async def _carry(self) -> None:
        while self._due > 0:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._due -= len(batch)
            if wanted := [one for one in batch if not one[1].done()]:
                await self._deliver(wanted)

    async def _deliver(self, batch: Sequence[Asked]) -> None:
        """Send one request, and give each text its answer; it is cut off when nobody waits for it any more."""
        sending = asyncio.get_running_loop().create_task(self._send([text for text, _ in batch]))

        def look(_said: object) -> None:
            if all(said.done() for _, said in batch):
                sending.cancel()

        for _, said in batch:
            said.add_done_callback(look)
        await asyncio.wait([sending])
        if sending.cancelled():
            return
        if error := sending.exception():
            self._fail(batch, error)
            return
        self._pause, self._taken = MOMENT, max(self._taken, len(batch))
        for (_, said), answer in zip(batch, sending.result(), strict=True):
            if not said.done():
                said.set_result(answer)

    def _fail(self, batch: Sequence[Asked], error: BaseException) -> None:
        """Tell each call why its request failed, or ask again for fewer at once if they may have been too many."""
        refused = isinstance(error, CallError) and not (error.retry or error.fatal or error.billed)
        if refused and len(batch) > 1:
            self._most = min(self._most, len(batch) // 2)
            self._waiting[:0] = batch
            self._leave()
            return
        if refused:
            self._most = max(self._most, self._taken)  # it was the text, not their number
        self._pause = LULL
        for _, said in batch:
            if not said.done():
                said.set_exception(replace(error) if isinstance(error, CallError) else error)
