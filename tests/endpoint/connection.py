"""One connection of the fault server: it reads a request, has it decided on, and writes what was decided."""

import asyncio
import struct
from socket import SO_LINGER, SOL_SOCKET
from typing import cast

from tests.endpoint.delivery import Manner, Occasion, Reply, at_once, rendered_head, steps
from tests.endpoint.ledger import Page, Visit
from tests.endpoint.state import CONTROL, State
from tests.endpoint.wire import MalformedError, Reader

NO_LINGER = struct.pack("ii", 1, 0)
"""Closing a socket with this option sends an RST, not a FIN."""
FAREWELL = 1.0
"""Seconds that a client has to read its last answer."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.Protocol):
    """Answers one request after the other; what arrives in between waits."""

    def __init__(self, state: State, loop: asyncio.AbstractEventLoop) -> None:
        self._state = state
        self._loop = loop
        self._reader = Reader()
        self._writable = asyncio.Event()
        self._writable.set()
        self._visit: Visit | None = None
        self._serial = 0
        self._parted = False
        self._known: Page | None = None
        self._pending: asyncio.TimerHandle | asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; a write counts as done only when nothing of it waits in this process.

        The limit is one byte and not none: with none, asyncio's TLS pauses for ever at the first write.
        """
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=1)

    def connection_lost(self, _: Exception | None) -> None:
        """End; a request that was not answered by now was given up by the client."""
        if self._pending:
            self._pending.cancel()
        self._writable.set()
        self._end("abandoned")

    def pause_writing(self) -> None:
        """Wait until the client reads."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Read on; a request that arrives while another one is worked on waits for its turn."""
        if self._parted:
            return
        self._reader.feed(data)
        if self._visit is None:
            self._next()

    def _next(self) -> None:
        if self._visit or self._transport.is_closing():
            return
        try:
            request = self._reader.take()
        except MalformedError as error:
            self._work(*self._state.receive_malformed(error, known=self._known))
            return
        if request is None:
            if self._reader.wants_continue:
                self._reader.wants_continue = False
                self._transport.write(CONTINUE)
        elif request.target.startswith(CONTROL):
            self._deliver(self._state.control(request), Occasion(0, self._state.clock(), request.keep_alive, 0))
        else:
            self._work(*self._state.receive(request, known=self._known))

    def _work(self, visit: Visit, reply: Reply, occasion: Occasion) -> None:
        """Deliver a reply when its time has come."""
        self._visit, self._known, self._serial = visit, visit.page, occasion.serial
        if latency := self._state.settings.latency:
            self._pending = self._loop.call_later(latency, self._deliver, reply, occasion)
        else:
            self._deliver(reply, occasion)

    def _deliver(self, reply: Reply, occasion: Occasion) -> None:
        self._pending = None
        if self._transport.is_closing():
            return
        if reply.manner is Manner.HANG and self._visit:
            self._state.ledger.hang(self._visit)
        elif at_once(reply):
            self._transport.write(rendered_head(reply, occasion) + reply.body)
            self._finish(reply, occasion)
        else:
            self._pending = self._loop.create_task(self._deliver_in_steps(reply, occasion))

    async def _deliver_in_steps(self, reply: Reply, occasion: Occasion) -> None:
        for pause, data in steps(reply, occasion):
            await asyncio.sleep(pause)
            self._transport.write(data)
            await self._writable.wait()
        self._pending = None
        if not self._transport.is_closing():
            self._finish(reply, occasion)

    def _finish(self, reply: Reply, occasion: Occasion) -> None:
        """Note what became of the request, and go on as the reply's manner says."""
        silent = reply.manner in {Manner.RESET, Manner.RESET_AFTER, Manner.CLOSE}
        self._end(reply.manner.value if silent else str(reply.status), reply)
        if reply.manner in {Manner.RESET, Manner.RESET_AFTER}:
            self._transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, NO_LINGER)
            self._transport.abort()
        elif reply.manner in {Manner.CLOSE, Manner.UNFRAMED}:
            self._transport.close()
        elif not occasion.keep_alive:
            self._part()
        elif self._reader.holds_more:
            self._loop.call_soon(self._next)

    def _part(self) -> None:
        """Close after the last answer, in a way that lets it arrive.

        Closing a socket while the client still writes, as it may when its request was refused half-way, sends an RST
        that destroys the answer: so only this side ends at once, and what the client writes is thrown away for a while.
        """
        self._parted = True
        if self._transport.can_write_eof():
            self._transport.write_eof()
            self._pending = self._loop.call_later(FAREWELL, self._transport.close)
        else:
            self._transport.close()

    def _end(self, outcome: str, reply: Reply | None = None) -> None:
        visit, self._visit = self._visit, None
        if visit is None:
            return
        self._state.memory.accepted.discard(self._serial)
        if reply:
            self._state.ledger.end(visit, outcome, status=reply.status, tokens=reply.tokens)
        else:
            self._state.ledger.end(visit, outcome)
