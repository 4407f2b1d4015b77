"""The wire itself: one POST, bounded in size, with every way it can end told apart."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from harness.adapters.openai.address import Address
from harness.adapters.openai.authorities import read_later
from harness.adapters.openai.wire import read_error, read_json_object
from harness.core.call import CallError
from harness.core.jsons import Json

if TYPE_CHECKING:
    import aiohttp

LIMIT = 16 * 2**20
"""Bytes of an answer's body that are read."""
CONNECT = 10.0
"""Seconds within which a connection must stand."""


class Transport:
    """Connections to one address, kept open between calls."""

    def __init__(self, address: Address) -> None:
        """Open the session; nothing is sent yet."""
        with read_later():
            import aiohttp

        self._address = address
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

        url = self._address.url.rstrip("/") + path if path else self._address.url
        data = json.dumps(body).encode()
        try:
            async with self._session.post(
                url, data=data, allow_redirects=False, proxy=self._address.proxy or None
            ) as said:
                text = self._address.hide(await _read(said))
                if said.status != HTTPStatus.OK:
                    raise read_error(said.status, text, retry_after(said.headers.get("Retry-After", "")))
        except aiohttp.ClientConnectorCertificateError as error:
            reason = f"its certificate is not to be trusted: {error.certificate_error}"
            raise CallError(self._address.hide(reason), fatal=True) from None
        except aiohttp.ClientSSLError as error:
            raise CallError(self._address.hide(f"no encrypted connection: {_words(error)}"), fatal=True) from None
        except aiohttp.ClientHttpProxyError as error:
            refused = error.status in {HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, HTTPStatus.FORBIDDEN}
            reason = f"no connection: the proxy answered {error.status}"
            raise CallError(reason, retry=not refused, fatal=refused) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise CallError(self._address.hide(f"no connection: {_words(error)}"), retry=True) from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            reason = f"the connection broke: {_words(error)}"
            raise CallError(self._address.hide(reason), retry=True, billed=True) from None
        return _object(text)

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()


async def _read(said: "aiohttp.ClientResponse") -> str:
    """Return the body as text, refusing one that is too long or packed."""
    if said.headers.get("Content-Encoding", "identity") != "identity":
        raise CallError("the endpoint packs its answers, though it was asked not to", billed=True)
    seen = bytearray()
    while chunk := await said.content.readany():
        seen += chunk
        if len(seen) > LIMIT:
            said.close()
            raise CallError(f"the endpoint's answer is longer than {LIMIT >> 20} MB", billed=True)
    return seen.decode(errors="replace")


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
