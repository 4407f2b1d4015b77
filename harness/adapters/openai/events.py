"""Server-sent events as they come: of this protocol each is one line, and the last one says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from harness.core.call import CallError

EVENTS = "text/event-stream"
GAP = 20.0
"""Seconds between two pieces of what is sent, at most."""
_DATA, _LAST = b"data:", b"[DONE]"


async def read_events(read: Callable[[], Awaitable[bytes]], limit: int) -> AsyncIterator[str]:
    """Yield the data of each event before the last one.

    Args:
        read: Returns the next bytes, none at the end.
        limit: How many are read.

    Raises:
        CallError: They end too early, come too slowly, or are too many.
    """
    left, line = limit, bytearray()
    piece = await read()  # the first one may take its time: a model may think before it speaks
    while piece:
        left -= len(piece)
        if left < 0:
            raise CallError(f"the endpoint's answer is longer than {limit >> 20} MB", billed=True)
        first, *others = piece.split(b"\n")
        line += first
        for other in others:
            if line.startswith(_DATA):
                data = line.removeprefix(_DATA).strip()
                if data == _LAST:
                    return
                yield data.decode(errors="replace")
            line = bytearray(other)
        piece = await _next(read)
    raise CallError("the endpoint's answer broke off", retry=True, billed=True)


async def _next(read: Callable[[], Awaitable[bytes]]) -> bytes:
    try:
        async with asyncio.timeout(GAP):
            return await read()
    except TimeoutError:
        raise CallError(f"the endpoint's answer stopped for {GAP:g} s", retry=True, billed=True) from None
