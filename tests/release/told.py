"""A page that is told of rollouts: it does each thing once, by its key, and fails as it is told to."""

import socket
import ssl
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

HANG = 3.0


@dataclass
class Page:
    """What it was asked, and what it did."""

    url: str = ""
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    """The keys of what it did, each once."""
    elsewhere: list[str] = field(default_factory=list)
    """What came to another path."""


@contextmanager
def page(faults: Sequence[str] = (), certificate: tuple[Path, Path] | None = None) -> Iterator[Page]:
    """Serve a page that begins with these faults in turn: a status, `hang`, `reset`, or `late` when it is done."""
    found, left = Page(), list(faults)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if self.path != "/told":
                found.elsewhere.append(self.path)
            found.asked.append((headers, body))
            fault = left.pop(0) if left else "204"
            if fault in {"204", "late"} and headers["idempotency-key"] not in found.done:
                found.done.append(headers["idempotency-key"])
            if fault == "hang":
                time.sleep(HANG)
            if fault in {"reset", "late", "hang"}:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(int(fault))
            if fault == "307":
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *words: object) -> None:  # noqa: A002 (the base's name)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is no fault
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    found.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}/told"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
