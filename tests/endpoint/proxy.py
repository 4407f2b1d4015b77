"""A proxy that forwards encrypted connections: by CONNECT, reading along, or refusing; in a thread of the test."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Proxy:
    """What a proxy was asked and saw.

    Attributes:
        refusals: The statuses with which it refuses the first connections.
        heads: The heads of the requests that came to it.
        seen: Every byte that passed, in either direction.
    """

    refusals: list[int] = field(default_factory=list)
    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    seen: bytearray = field(default_factory=bytearray)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection, until either side ends it."""
        head = await reader.readuntil(END_OF_HEAD)
        self.heads.append(head)
        method, target, _ = head.split(b" ", 2)
        if method != b"CONNECT" or self.refusals:
            status = self.refusals.pop(0) if self.refusals else 405
            writer.write(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
        else:
            host, _, port = target.decode().rpartition(":")
            there, thither = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await asyncio.gather(self._pass(reader, thither), self._pass(there, writer))
        with suppress(OSError):
            writer.close()
            await writer.wait_closed()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                self.seen += data
                sink.write(data)
                await sink.drain()
        sink.close()


@contextmanager
def proxy(*refusals: int) -> Iterator[Proxy]:
    """Start a proxy, and end it with the block; first it refuses as it is told."""
    made = Proxy(list(refusals))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(made.serve, "127.0.0.1", 0))
    made.port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()
