"""An HTTP server on this machine: Starlette on uvicorn, with bounds on what is sent and how slowly."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from harness.core.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

HOST = "127.0.0.1"
"""Nobody else may ask: whoever wants that puts what checks their keys in front."""
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
    body: bytes | AsyncIterator[bytes]
    """All of it, or its parts as they come."""
    type: str = "application/json"
    headers: Mapping[str, str] = {}


type Route = Callable[[Call], Awaitable[Reply]]
type Routes = Mapping[tuple[str, str], Route]
"""By method and path."""


def bind(port: int) -> socket.socket:
    """Return a socket that listens here; port 0 takes any that is free.

    Raises:
        UnavailableError: The port is taken.
    """
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
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
        from starlette.applications import Starlette
        from starlette.routing import Route as At
    except ImportError:
        hint = 'run `pip install "prompt-harness[serve]"`'
        raise UsageError("the extra `serve` is not installed", hint=hint) from None

    app = Starlette(routes=[At(path, _endpoint(route), methods=[method]) for (method, path), route in routes.items()])
    config = uvicorn.Config(
        app,
        http="httptools",
        loop="asyncio",
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


def _endpoint(route: Route) -> "Callable[[Request], Awaitable[Response]]":
    from starlette.responses import Response, StreamingResponse

    async def answer(request: "Request") -> "Response":
        body, fault = await _read(request)
        said = await route(Call(request.path_params.get("name", ""), body, fault, request.headers))
        if isinstance(said.body, bytes):
            return Response(said.body, said.status, dict(said.headers), said.type)
        return StreamingResponse(said.body, said.status, dict(said.headers), said.type)

    return answer


async def _read(request: "Request") -> tuple[bytes, int]:
    seen = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                seen += chunk
                if len(seen) > LONGEST:
                    return b"", 413
    except TimeoutError:
        return b"", 408
    return bytes(seen), 0
