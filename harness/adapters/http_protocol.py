"""One connection of the HTTP server: a head has an end, and an answer leaves in one piece."""

import asyncio
from typing import TYPE_CHECKING, Any, cast, override

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
else:
    HttpToolsProtocol = object  # the extra `serve` may be missing: who has it puts uvicorn's beneath

HEAD = 64 << 10
"""Bytes of a head."""
PATIENCE = 10.0
"""Seconds within which a head must be here."""
_LONG_HEAD = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Bounded(HttpToolsProtocol):
    """What uvicorn's protocol lacks, which lets a head take any time and any room."""

    _room = HEAD
    _late: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", Joined(transport)))
        self._await_head()

    @override
    def data_received(self, data: bytes) -> None:
        late = self._late
        super().data_received(data)
        self._room -= len(data) if late and late is self._late else 0
        if self._room < 0 and not self.transport.is_closing():
            self.transport.write(_LONG_HEAD)
            self.transport.close()

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._late:
            self._await_head()

    @override
    def on_headers_complete(self) -> None:
        self._forget_head()
        super().on_headers_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._room, self._late = HEAD, self.loop.call_later(PATIENCE, self.transport.close)

    def _forget_head(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None


class Joined:
    """A connection on which what is written in one turn of the loop leaves in one piece: a head with its body."""

    def __init__(self, transport: asyncio.Transport) -> None:
        """Take the connection."""
        self._transport = transport
        self._held: list[bytes] = []
        self._soon = asyncio.get_running_loop().call_soon

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever a transport has)
        """Be like the connection in all else."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write at the end of this turn."""
        if not self._held:
            self._soon(self._leave)
        self._held.append(data)

    def close(self) -> None:
        """Close once what is held has been written."""
        self._leave()
        self._transport.close()

    def _leave(self) -> None:
        if self._held:
            self._transport.write(b"".join(self._held))
            self._held.clear()
