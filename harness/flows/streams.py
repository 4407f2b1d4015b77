"""An answer on its way: read as fast as the model says it, passed on as fast as somebody listens."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing

from harness.core.completion import Completion
from harness.flows.serve import Tell
from harness.gateway.wire import Answered, UnansweredError, as_beginning, as_break, as_end, as_part


class Stream:
    """One answer; how it ends does not hang on how fast whoever asked reads it, only on whether they stay."""

    def __init__(self, ask: Callable[[Tell], Coroutine[None, None, Completion]]) -> None:
        """Begin to ask."""
        self._heard: asyncio.Queue[str] = asyncio.Queue()
        self.asked = asyncio.create_task(ask(self._heard.put_nowait))
        self.asked.add_done_callback(lambda _: self._heard.put_nowait(""))
        self._parts = self._hear()

    async def first(self) -> str:
        """Return the first part; empty where the answer ended before one came."""
        return await anext(self._parts, "")

    async def events(self, one: Answered, first: str) -> AsyncGenerator[bytes]:
        """Yield the answer as a client of OpenAI's reads it; one that breaks off ends in why."""
        async with aclosing(self._parts) as parts:
            yield as_beginning(one)
            yield as_part(one, first)
            async for part in parts:
                yield as_part(one, part)
        try:
            said = self.asked.result()
        except UnansweredError as error:
            yield as_break(error)
            return
        for event in as_end(one._replace(said=said)):
            yield event

    async def _hear(self) -> AsyncGenerator[str]:
        try:
            while part := await self._heard.get():
                yield part
        finally:
            self.asked.cancel()
