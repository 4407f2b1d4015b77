"""A server that answers what it is told to, over a real socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import override


class Page(ThreadingHTTPServer):
    """Answers each request alike, and keeps what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listen on any free port."""
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = 200
        self.body = b"{}"
        self.headers: dict[str, str] = {}
        self.hangs = False
        self.ended = Event()
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Page

    def do_GET(self) -> None:
        """Answer as told."""
        page = self.server
        page.asked.append((self.path, self.headers.get("authorization", "")))
        if page.hangs:
            page.ended.wait(10)
            return
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@contextmanager
def served_page() -> Iterator[Page]:
    """Serve a page while the block lasts."""
    page = Page()
    thread = Thread(target=page.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield page
    finally:
        page.ended.set()
        page.shutdown()
        thread.join()
        page.server_close()
