"""HTTP/1.1 as bytes that arrive and bytes that leave; it knows nothing of sockets or of the API."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

LONGEST_HEAD = 256 * 1024
LONGEST_BODY = 64 * 1024 * 1024
END_OF_HEAD = b"\r\n\r\n"
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
DIGITS = re.compile(r"[0-9]{1,15}")
HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*(?:;.*)?")

type Headers = Iterable[tuple[str, str]]


class MalformedError(Exception):
    """These bytes are no request; the connection cannot be used any further."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """A request that arrived whole; header names are in lower case, repeated headers joined by a comma."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    keep_alive: bool


class Reader:
    """Bytes go in as they arrive, whole requests come out."""

    def __init__(self) -> None:
        self.wants_continue = False
        self._buffer = bytearray()
        self._body = bytearray()
        self._head: Request | None = None
        self._missing: int | None = None

    @property
    def holds_more(self) -> bool:
        """Whether bytes of a later request are here already."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take what arrived."""
        self._buffer += data

    def take(self) -> Request | None:
        """Return the next request, or None until its last byte is here.

        Raises:
            MalformedError: This is not HTTP/1.x, or it is larger than a request to this API can be.
        """
        if self._head is None and not self._begin():
            return None
        if not (self._chunks() if self._missing is None else self._plain(self._missing)):
            return None
        head, body = self._head, bytes(self._body)
        assert head is not None
        self._head, self.wants_continue = None, False
        self._body.clear()
        return Request(head.method, head.target, head.headers, body, head.keep_alive)

    def _begin(self) -> bool:
        """Read the head, and how the body is framed: `_missing` is its length, or None when it comes in chunks."""
        buffer = self._buffer
        while buffer.startswith(b"\r\n"):
            del buffer[:2]
        if buffer and buffer[0] < ord(" "):
            raise MalformedError(400, "the request is not HTTP: perhaps the client began to encrypt")
        end = buffer.find(END_OF_HEAD)
        if end > LONGEST_HEAD or (end < 0 and len(buffer) > LONGEST_HEAD):
            raise MalformedError(431, "the request's head is too long")
        if end < 0:
            return False
        self._head = parse_head(buffer[:end].decode("latin-1"))
        self._missing = framing(self._head.headers)
        self.wants_continue = self._head.headers.get("expect", "").lower() == "100-continue"
        del buffer[: end + 4]
        return True

    def _plain(self, length: int) -> bool:
        if len(self._buffer) < length:
            return False
        self._body += self._buffer[:length]
        del self._buffer[:length]
        return True

    def _chunks(self) -> bool:
        """Move the chunks that are whole to the body; returns whether the last one was among them."""
        buffer = self._buffer
        while (end := buffer.find(b"\r\n")) >= 0:
            if not HEXADECIMAL.fullmatch(buffer[:end]):
                raise MalformedError(400, "a chunk has no size")
            size = int(buffer[:end].split(b";")[0], 16)
            if len(self._body) + size > LONGEST_BODY:
                raise MalformedError(413, "the request's body is too long")
            if size == 0:
                last = buffer.find(END_OF_HEAD, end)
                del buffer[: last + 4 if last >= 0 else 0]
                return last >= 0
            start = end + 2
            if len(buffer) < start + size + 2:
                return False
            if buffer[start + size : start + size + 2] != b"\r\n":
                raise MalformedError(400, "a chunk is longer than it says")
            self._body += buffer[start : start + size]
            del buffer[: start + size + 2]
        if len(buffer) > LONGEST_HEAD:
            raise MalformedError(400, "a chunk has no size")
        return False


@lru_cache(maxsize=1024)
def parse_head(text: str) -> Request:
    """Return the request line and the headers as a request whose body is still to come.

    A client says the same again and again, so what was read once is kept: this is a fifth of the server's speed.
    """
    first, *lines = text.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not TOKEN.fullmatch(words[0]) or words[2] not in {"HTTP/1.1", "HTTP/1.0"}:
        raise MalformedError(400, "the request line is not HTTP/1.x")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.fullmatch(name):
            raise MalformedError(400, "a header is malformed")
        key, said = name.lower(), value.strip(" \t")
        headers[key] = f"{headers[key]}, {said}" if key in headers else said
    if words[2] == "HTTP/1.1" and "host" not in headers:
        raise MalformedError(400, "the Host header is missing")
    wish = headers.get("connection", "").lower()
    keep_alive = "close" not in wish if words[2] == "HTTP/1.1" else "keep-alive" in wish
    return Request(words[0], words[1], headers, b"", keep_alive)


def framing(headers: dict[str, str]) -> int | None:
    """Return the length of the body in bytes, or None when it comes in chunks."""
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if coding is not None:
        if length is not None or coding.lower() != "chunked":
            raise MalformedError(400, "the body is framed in two ways, or in one that is not known")
        return None
    if length is None:
        return 0
    if not DIGITS.fullmatch(length):
        raise MalformedError(400, "the Content-Length is not one number")
    if int(length) > LONGEST_BODY:
        raise MalformedError(413, "the request's body is too long")
    return int(length)


@lru_cache(maxsize=8)
def http_date(second: int) -> str:
    """Return a time in seconds since 1970 as HTTP writes it."""
    return formatdate(second, usegmt=True)


@lru_cache(maxsize=64)
def status_line(status: int, *, version: str = "1.1") -> str:
    """Return the first line of an answer, without its end."""
    return f"HTTP/{version} {status} {HTTPStatus(status).phrase}"


def head(status: int, headers: Headers, *, version: str = "1.1") -> bytes:
    """Return the head of an answer with the empty line that ends it; a name may occur more than once."""
    lines = [status_line(status, version=version), *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def chunk(data: bytes) -> bytes:
    """Return a piece of a chunked body; an empty piece ends it."""
    return b"%x\r\n%b\r\n" % (len(data), data)
