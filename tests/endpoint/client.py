"""A client that hides nothing: the tests of the fault server see each byte, each header and each way to end."""

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from tests.endpoint.launch import Endpoint

TIMEOUT = 5.0


@dataclass(frozen=True)
class Response:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:  # noqa: ANN401  # JSON
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def choice(self) -> Any:  # noqa: ANN401  # JSON
        """The only choice of a completion."""
        (choice,) = self.document["choices"]
        return choice

    @property
    def code(self) -> str | None:
        """The code of an error, which has OpenAI's four fields and no other."""
        assert set(self.document) == {"error"}
        assert set(self.document["error"]) == {"message", "type", "param", "code"}
        code: str | None = self.document["error"]["code"]
        return code


def question(text: str, **parameters: object) -> dict[str, object]:
    """Return the body of a completion's request with one user message."""
    return {"model": "m", "messages": [{"role": "user", "content": text}], **parameters}


def tool(name: str) -> dict[str, object]:
    """Return the declaration of a tool."""
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}


def encoded(server: Endpoint, document: object, *, mode: str = "", route: str = "/chat/completions") -> bytes:
    """Return a POST as the bytes of a client that stays."""
    body = json.dumps(document).encode()
    target = f"{server.url(mode)}{route}".split(str(server.port))[1]
    return (
        f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer sk-test\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def ask(
    server: Endpoint, document: object, *, mode: str = "", route: str = "/chat/completions", key: str = "sk-test"
) -> Response:
    """POST a document, or bytes as they are, over a connection of its own."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    path = f"{server.url(mode)}{route}".split(str(server.port))[1]
    return fetch(server, "POST", path, body, {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})


def fetch(
    server: Endpoint, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Do one request over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    try:
        connection.request(method, path, body, headers or {})
        got = connection.getresponse()
        return Response(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
    finally:
        connection.close()


@contextmanager
def line(server: Endpoint) -> Iterator[socket.socket]:
    """Open a connection for bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT) as opened:
        yield opened


def answer_on(opened: socket.socket) -> Response:
    """Read one answer that has a Content-Length, and leave what comes after it where it is."""
    while b"\r\n\r\n" not in (seen := opened.recv(65536, socket.MSG_PEEK)):
        if not seen:
            raise EOFError
    first, *lines = exactly(opened, seen.index(b"\r\n\r\n") + 4).decode().rstrip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
    return Response(int(first.split(" ")[1]), headers, exactly(opened, int(headers["content-length"])))


def exactly(opened: socket.socket, size: int) -> bytes:
    """Read so many bytes; an end of the connection before that is an error."""
    data = b""
    while len(data) < size:
        more = opened.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def rest(opened: socket.socket) -> bytes:
    """Return what arrives until the server closes the connection."""
    return b"".join(iter(lambda: opened.recv(65536), b""))


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until this holds: what a server notices of a client that went away takes a moment."""
    deadline = time.monotonic() + TIMEOUT
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)
