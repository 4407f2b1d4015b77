"""An HTTP server on this machine: uvicorn, with bounds on what is sent and how slowly."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, NamedTuple

from harness.adapters.http_protocol import Bounded
from harness.core.errors import UnavailableError, UsageError

HOST = "127.0.0.1"
"""Nobody else may ask, unless keys are asked for."""
LONGEST = 1 << 20
"""Bytes of a body."""
PATIENCE = 10.0
"""Seconds within which a body must be here."""
DRAIN = 30
"""Seconds that requests get to end when the server is told to."""


class Call(NamedTuple):
    """A request as a route sees it."""

    name: str
    """What stands in the path where the route has `{name}`."""
    body: bytes
    fault: int = 0
    """The status of a body that is too long (413) or came too slowly (408); 0 where it is whole."""
    headers: Mapping[str, str] = {}
    """By their names in small letters."""


class Reply(NamedTuple):
    """What a route answers."""

    status: int
    body: bytes | AsyncGenerator[bytes]
    """All of it, or its parts as they come; closed when whoever asked goes away."""
    type: str = "application/json"
    headers: Mapping[str, str] = {}


type Route = Callable[[Call], Awaitable[Reply]]
type Routes = Mapping[tuple[str, str], Route]
"""By method and path."""

type Scope = Any
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]
"""As ASGI has it."""


def bind(port: int, host: str = HOST) -> socket.socket:
    """Return a socket that listens at an address of this machine; port 0 takes any that is free.

    Raises:
        UnavailableError: The port is taken.
    """
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(1024)
    except OSError as error:
        found.close()
        raise UnavailableError(f"port {port} cannot be used: {error.strerror}") from None
    return found


async def serve_http(routes: Routes, at: socket.socket) -> None:
    """Answer until somebody ends the process; what is being answered then is answered to its end.

    Raises:
        UsageError: The server is not installed.
    """
    try:
        import uvicorn
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        hint = 'run `pip install "prompt-harness[serve]"`'
        raise UsageError("the extra `serve` is not installed", hint=hint) from None

    class Protocol(Bounded, HttpToolsProtocol):
        """One connection."""

    config = uvicorn.Config(
        application(routes),
        http=Protocol,
        loop="asyncio",
        proxy_headers=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN,
    )
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)  # uvicorn sends itself what it was sent, once it has drained
    try:
        await uvicorn.Server(config).serve(sockets=[at])
    finally:
        signal.signal(signal.SIGTERM, before)


def application(routes: Routes) -> Application:
    """Return what a server calls for each request."""
    known = {path for _, path in routes}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        route, name = routes.get((method, path)), ""
        if route is None:
            above, _, name = path.rpartition("/")
            path = f"{above}/{{name}}"
            route = routes.get((method, path))
        if route is None:
            said = _MISSING if path not in known and scope["path"] not in known else _WRONG
        else:
            body, fault = await _read(receive)
            headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
            said = await route(Call(name, body, fault, headers))
        await _write(said, receive, send)

    return answer


async def _read(receive: Receive) -> tuple[bytes, int]:
    seen, more = b"", True
    try:
        async with asyncio.timeout(PATIENCE):
            while more:
                event = await receive()
                if event["type"] == "http.disconnect":
                    return b"", 408
                seen += event.get("body", b"")
                more = event.get("more_body", False)
                if len(seen) > LONGEST:
                    return b"", 413
    except TimeoutError:
        return b"", 408
    return seen, 0


async def _write(said: Reply, receive: Receive, send: Send) -> None:
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in said.headers.items()]
    if said.body:
        headers.append((b"content-type", said.type.encode()))
    if isinstance(said.body, bytes):
        headers.append((b"content-length", b"%d" % len(said.body)))
    await send({"type": "http.response.start", "status": said.status, "headers": headers})
    if isinstance(said.body, bytes):
        await send({"type": "http.response.body", "body": said.body})
        return
    sending, gone = asyncio.create_task(_pass_on(said.body, send)), asyncio.create_task(_gone(receive))
    gone.add_done_callback(lambda _: sending.cancel())
    try:
        await sending
    except asyncio.CancelledError:
        if not gone.done():
            raise
    finally:
        gone.cancel()


async def _pass_on(parts: AsyncGenerator[bytes], send: Send) -> None:
    async with aclosing(parts):
        async for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body"})


async def _gone(receive: Receive) -> None:
    """Wait until whoever asked went away."""
    while (await receive())["type"] != "http.disconnect":
        pass


_MISSING = Reply(404, b'{"error":{"message":"there is no such page","type":"not_found_error","code":404}}')
_WRONG = Reply(405, b'{"error":{"message":"this page is asked otherwise","type":"invalid_request_error","code":405}}')
