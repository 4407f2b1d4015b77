"""How an answer leaves: at once, slowly, without an end, or not at all; as steps for whoever holds the socket."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from struct import pack

from tests.endpoint.wire import chunk, head, http_date

JSON = "application/json"
FILLER = b" " * 65536
ZEROS = bytes(1024 * 1024)
GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
GRACE = 0.01
"""Seconds between half an answer and the RST, so that the half is read and not thrown away with the connection."""

type Step = tuple[float, bytes]
"""The seconds to wait and the bytes to write then: not the other way round, for after the last byte a client may go."""


class Manner(StrEnum):
    """The ways in which an answer is written, or is not."""

    PLAIN = "plain"
    DRIP = "drip"
    PIECES = "pieces"
    SLOW_HEADERS = "slow-headers"
    UNFRAMED = "unframed"
    RESET = "reset"
    RESET_AFTER = "reset-after"
    CLOSE = "close"
    HANG = "hang"


SILENT = frozenset({Manner.RESET, Manner.CLOSE, Manner.HANG})
"""Nothing is written."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it will be written, and what it costs if it is one that is paid for.

    `stream` gives the body in pieces when it is too large to be held; it is then chunked and `body` is not used.
    """

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = JSON
    manner: Manner = Manner.PLAIN
    stream: Callable[[], Iterator[bytes]] | None = None
    tokens: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When an answer is written and on which connection: what its headers say beside the reply's own."""

    serial: int
    now: float
    keep_alive: bool
    drip: float


def rendered_head(reply: Reply, occasion: Occasion) -> bytes:
    """Return the head of an answer."""
    headers = [("Content-Type", reply.content_type), ("Date", http_date(int(occasion.now)))]
    headers.append(("x-request-id", f"req_{occasion.serial:032x}"))
    if reply.manner is Manner.UNFRAMED:
        return head(reply.status, [*headers, *reply.headers], version="1.0")
    if reply.stream:
        headers.append(("Transfer-Encoding", "chunked"))
    else:
        headers.append(("Content-Length", str(len(reply.body))))
    headers.append(("Connection", "keep-alive" if occasion.keep_alive else "close"))
    return head(reply.status, [*headers, *reply.headers])


def steps(reply: Reply, occasion: Occasion) -> Iterator[Step]:
    """Return what to write and when; nothing at all for an answer that is not given."""
    if reply.manner in SILENT:
        return
    first = rendered_head(reply, occasion)
    if reply.manner is Manner.SLOW_HEADERS:
        yield from slowly(first, occasion.drip)
        yield 0, reply.body
    elif reply.manner is Manner.DRIP:
        yield 0, first
        yield from slowly(reply.body, occasion.drip)
    elif reply.manner is Manner.RESET_AFTER:
        yield 0, first + reply.body[: len(reply.body) // 2]
        yield GRACE, b""
    elif reply.stream:
        yield 0, first
        pause = occasion.drip if reply.manner is Manner.PIECES else 0
        yield from ((pause, chunk(piece)) for piece in reply.stream() if piece)
        yield 0, chunk(b"")
    else:
        yield 0, first + reply.body


def slowly(data: bytes, pause: float) -> Iterator[Step]:
    """Return one step a byte."""
    return ((pause, data[place : place + 1]) for place in range(len(data)))


def at_once(reply: Reply) -> bool:
    """Return whether one write is the whole of it, so that no task is needed: nearly every answer."""
    return reply.manner is Manner.PLAIN and reply.stream is None


def filled(body: bytes, size: int) -> Iterator[bytes]:
    """Return a body behind so many bytes of spaces, which JSON allows."""
    yield from (FILLER for _ in range(size // len(FILLER)))
    yield b" " * (size % len(FILLER))
    yield body


def bomb(size: int) -> Iterator[bytes]:
    """Return so many zeros as gzip, a thousandth of it on the wire; sizes are rounded up to whole MiB.

    A piece ends in a full flush, which forgets what came before: so one piece, compressed once, is valid any number
    of times, and a gigabyte costs no more than its checksum.
    """
    press = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = press.compress(ZEROS) + press.flush(zlib.Z_FULL_FLUSH)
    times = -(-size // len(ZEROS))
    checksum = 0
    yield GZIP_HEAD
    for _ in range(times):
        checksum = zlib.crc32(ZEROS, checksum)
        yield piece
    yield b"\x03\x00" + pack("<II", checksum, times * len(ZEROS) % 2**32)
