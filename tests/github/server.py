"""The fake on a real socket, for as long as a `with` block lasts."""

import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.github.fake import Fake, Reply
from tests.github.people import GitHub
from tests.github.repository import Repository
from tests.github.world import World

PATIENCE = 30


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = PATIENCE
    fake: Fake

    def answer(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        reply = self.fake.handle(self.command, self.path, dict(self.headers.items()), body)
        if reply.reset:
            self._cut()
        else:
            self._write(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer  # noqa: N815  # by the standard library

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()

    def _cut(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # by the standard library
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, fake: Fake) -> None:
        super().__init__(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
        self.fake = fake

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  # by the standard library
        """Count what went wrong in a thread, where no test would see it; a client that hangs up is no fault."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.fake.violations.append(f"our own server: {error!r}")


@contextmanager
def github(folder: Path, *, full_name: str = "acme/desk", branch: str = "main") -> Iterator[GitHub]:
    """Start a fake GitHub over the bare repository in a folder, made where there is none; it ends with the block."""
    path = folder / (full_name.replace("/", "+") + ".git")
    git = Repository(path) if path.exists() else Repository.create(path, branch=branch)
    fake = GitHub(World(git, full_name=full_name, branch=branch, known=git.refs()))
    with serving(fake):
        yield fake


@contextmanager
def serving(fake: Fake) -> Iterator[str]:
    """Serve a fake on a port of this machine's own choice, and yield its address."""
    with _Server(fake) as server:
        fake.world.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield fake.world.url
        finally:
            server.shutdown()
            thread.join(PATIENCE)
