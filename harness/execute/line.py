"""A line: the way to one model, with what was learned of it: its pace, its patience, whether it is dead."""

import asyncio
from collections.abc import Awaitable, Callable

from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.pin import Pin
from harness.core.prompt import Request
from harness.execute.deadline import Deadline
from harness.execute.limiter import Limiter
from harness.ports import Clock, Provider

BREAK = 10
"""Trials without an answer, with no answer among them, after which a line is taken for dead."""
TICK = 0.25
"""Seconds between two looks at calls that may be late."""


class Line:
    """Calls to one model: so many at once, each for so long."""

    def __init__(self, provider: Provider, clock: Clock, *, concurrency: int, longest: float) -> None:
        """Join a provider that is ready with the pin's bounds."""
        self.provider = provider
        self.limiter = Limiter(concurrency)
        self.ahead = asyncio.Semaphore(2 * concurrency)
        """Trials that are claimed or in flight: enough that none waits for the disk."""
        self.dead = ""
        """Why no other call is worth trying; empty while it works."""
        self._deadline = Deadline(longest)
        self._clock = clock
        self._flying: dict[asyncio.Timeout, tuple[float, int]] = {}
        self._watching: asyncio.Task[None] | None = None
        self._failed = 0

    async def call(self, pin: Pin, request: Request, *, turn: int, lost: int) -> tuple[Completion, float]:
        """Ask once, and return the answer with the seconds it took.

        Args:
            pin: Whom to ask.
            request: What to ask.
            turn: The limiter's round in which it has its slot.
            lost: How many calls for the same trial were given up before.

        Raises:
            CallError: No answer came, or none in time.
        """
        try:
            said = await self._timed(pin, request, self._clock.elapsed(), lost)
        except CallError as error:
            if error.busy:
                self.limiter.busy(turn)
            raise
        self.limiter.well()
        self._failed = 0
        return said

    async def _timed(self, pin: Pin, request: Request, began: float, lost: int) -> tuple[Completion, float]:
        late = asyncio.timeout(None)
        try:
            async with late:
                self._flying[late] = (began, lost)
                self._watch()
                said = await self.provider.complete(pin, request)
        except TimeoutError:
            seconds = self._clock.elapsed() - began
            raise CallError(f"no answer in {seconds:.0f} s", retry=True, billed=True) from None
        finally:
            self._flying.pop(late, None)
        took = self._clock.elapsed() - began
        self._deadline.saw(took)
        return said, took

    def lose(self, reason: str, *, fatal: bool) -> None:
        """Note a trial without an answer; after too many of them, or a fatal one, the line is dead."""
        self._failed += 1
        if fatal:
            self.dead = reason
        elif self._failed >= BREAK:
            self.dead = f"{self._failed} trials in a row had no answer, the last: {reason}"

    def _watch(self) -> None:
        if self._watching is None:
            self._watching = asyncio.get_running_loop().create_task(self._end_late_calls())

    async def _end_late_calls(self) -> None:
        """End calls that are late by what is known by now, which may be more than when they began."""
        while self._flying:
            now = self._clock.elapsed()
            for late, (began, lost) in list(self._flying.items()):
                if now - began > self._deadline.seconds(lost) and not late.expired():
                    late.reschedule(asyncio.get_running_loop().time())
            await asyncio.sleep(TICK)
        self._watching = None


class Lines:
    """Every line that a run needs, opened at the first call."""

    def __init__(self, start: Callable[[Pin], Awaitable[Provider]], clock: Clock) -> None:
        """Take what makes a provider ready for a pin."""
        self._start = start
        self._clock = clock
        self._lines: dict[tuple[object, ...], asyncio.Task[Line]] = {}

    async def to(self, pin: Pin) -> Line:
        """Return the line to a pin's model.

        Raises:
            HarnessError: The provider cannot be made ready: a key is missing.
        """
        where = (pin.provider, pin.model, pin.revision, pin.endpoint)
        if where not in self._lines:
            self._lines[where] = asyncio.get_running_loop().create_task(self._open(pin))
        return await self._lines[where]

    async def _open(self, pin: Pin) -> Line:
        provider = await self._start(pin)
        calls = pin.endpoint.concurrency * max(1, provider.embeds)
        return Line(provider, self._clock, concurrency=calls, longest=pin.endpoint.timeout)

    async def close(self) -> None:
        """Hang up."""
        for opening in self._lines.values():
            if opening.done() and not opening.exception():
                await opening.result().provider.close()
