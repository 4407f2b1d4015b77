"""The wire itself: one POST, bounded in size, with every way it can end told apart."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from harness.adapters.openai.address import Address
from harness.adapters.openai.authorities import read_later
from harness.adapters.openai.events import EVENTS, read_events
from harness.adapters.openai.wire import read_error, read_json_object
from harness.core.call import CallError
from harness.core.jsons import Json

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    import aiohttp

LIMIT = 16 * 2**20
"""Bytes of an answer's body that are read."""
MOMENT = 0.05
"""Seconds that the end of a body may come after the last event in it: then the connection serves the next call."""
CONNECT = 10.0
"""Seconds within which a connection must stand."""


class Transport:
    """Connections to one address, kept open between calls."""

    def __init__(self, address: Address) -> None:
        """Open the session; nothing is sent yet."""
        with read_later():
            import aiohttp

        self.address = address
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "Content-Type": "application/json"}
        if address.key:
            headers["Authorization"] = f"Bearer {address.key}"
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT),
            headers=headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def post(self, path: str, body: Mapping[str, Json]) -> dict[str, Json]:
        """Return the JSON object that the endpoint answers with.

        Args:
            path: Below the address's URL; empty for that URL itself, to the letter.
            body: What is sent.

        Raises:
            CallError: Whatever else it does.
        """
        import aiohttp

        try:
            async with self._send(path, body) as said:
                text = await self._text(said)
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise self._failure(error) from None
        return _object(text)

    async def stream(self, path: str, body: Mapping[str, Json]) -> AsyncGenerator[dict[str, Json]]:
        """Yield the JSON objects of a stream of events; of an endpoint that answers at once, the only one.

        Closing it hangs up.

        Raises:
            CallError: The endpoint does anything else; also in the middle.
        """
        import aiohttp

        try:
            async with self._send(path, body) as said:
                if said.status != HTTPStatus.OK or said.content_type != EVENTS:
                    yield _object(await self._text(said))
                    return
                _check_packing(said)
                async for text in read_events(said.content.readany, LIMIT):
                    yield _object(self.address.hide(text))
                with suppress(TimeoutError):
                    async with asyncio.timeout(MOMENT):
                        await said.content.readany()
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            raise self._failure(error) from None

    def _send(self, path: str, body: Mapping[str, Json]) -> "AbstractAsyncContextManager[aiohttp.ClientResponse]":
        url = self.address.url.rstrip("/") + path if path else self.address.url
        data = json.dumps(body).encode()
        return self._session.post(url, data=data, allow_redirects=False, proxy=self.address.proxy or None)

    async def _text(self, said: "aiohttp.ClientResponse") -> str:
        text = self.address.hide(await _read(said))
        if said.status != HTTPStatus.OK:
            raise read_error(said.status, text, retry_after(said.headers.get("Retry-After", "")))
        return text

    def _failure(self, error: Exception) -> CallError:
        """Return what it means for the call that nothing could be sent, or not all of the answer be read."""
        import aiohttp

        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            reason = f"its certificate is not to be trusted: {error.certificate_error}"
            return CallError(self.address.hide(reason), fatal=True)
        if isinstance(error, aiohttp.ClientSSLError):
            return CallError(self.address.hide(f"no encrypted connection: {_words(error)}"), fatal=True)
        if isinstance(error, aiohttp.ClientHttpProxyError):
            refused = error.status in {HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, HTTPStatus.FORBIDDEN}
            reason = f"no connection: the proxy answered {error.status}"
            return CallError(reason, retry=not refused, fatal=refused)
        if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            return CallError(self.address.hide(f"no connection: {_words(error)}"), retry=True)
        return CallError(self.address.hide(f"the connection broke: {_words(error)}"), retry=True, billed=True)

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()


async def _read(said: "aiohttp.ClientResponse") -> str:
    """Return the body as text, refusing one that is too long or packed."""
    _check_packing(said)
    seen = bytearray()
    while chunk := await said.content.readany():
        seen += chunk
        if len(seen) > LIMIT:
            said.close()
            raise CallError(f"the endpoint's answer is longer than {LIMIT >> 20} MB", billed=True)
    return seen.decode(errors="replace")


def _check_packing(said: "aiohttp.ClientResponse") -> None:
    if said.headers.get("Content-Encoding", "identity") != "identity":
        raise CallError("the endpoint packs its answers, though it was asked not to", billed=True)


def _object(text: str) -> dict[str, Json]:
    body = read_json_object(text)
    if body is None:
        start = " ".join(text[:60].split())
        raise CallError(f"the endpoint's answer is no JSON object; it begins: {start}", retry=True, billed=True)
    return body


def retry_after(value: str) -> float | None:
    """Return the seconds of a `Retry-After` header, which is a number or a date; None when it is neither."""
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _words(error: BaseException) -> str:
    """Return an error in words, by its kind when it has none of its own.

    What aiohttp says of an answer that breaks HTTP ends in bytes of that answer, cut anywhere: also within a key.
    """
    import aiohttp

    said = str(error)
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError):
        said = getattr(error, "message", said).partition(":")[0]
    return " ".join(said.split()) or type(error).__name__
