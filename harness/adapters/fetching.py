"""One HTTP request in bounds, to somebody whose answers are read and not believed."""

from collections.abc import Mapping
from typing import NamedTuple

from harness.adapters.openai.authorities import read_later


class FetchError(Exception):
    """There is no answer, and why; the reason never shows where it was asked, which may hold a password."""


class Sent(NamedTuple):
    """What is sent."""

    method: str
    url: str
    params: Mapping[str, str] | None = None
    data: bytes | None = None


class Bounds(NamedTuple):
    """What an answer may take."""

    seconds: float
    """Until all of it is here."""
    bytes: int


async def fetch(sent: Sent, bounds: Bounds, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Return the status and the body of an answer; redirects are not followed, and no proxy is asked.

    Raises:
        FetchError: None came, or one that is too long.
    """
    with read_later():
        import aiohttp

    asked = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
    seen = bytearray()
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=bounds.seconds), headers=asked, auto_decompress=False
            ) as session,
            session.request(sent.method, sent.url, params=sent.params, data=sent.data, allow_redirects=False) as said,
        ):
            async for chunk in said.content.iter_any():
                seen += chunk
                if len(seen) > bounds.bytes:
                    raise FetchError(f"its answer is longer than {bounds.bytes >> 20} MB")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else "no connection, or one that broke"
        raise FetchError(why) from None
    return said.status, bytes(seen)
