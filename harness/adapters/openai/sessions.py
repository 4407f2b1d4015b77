"""Sessions of aiohttp: imported when somebody is asked, and with the authorities read only where they are needed."""

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiohttp

CONNECT = 10.0
"""Seconds within which a connection must stand."""


def open_session(url: str, headers: Mapping[str, str]) -> "aiohttp.ClientSession":
    """Return a session that keeps connections open, believes certificates by the machine's authorities, and no cookie.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` name authorities of one's own.
    """
    with _no_authorities():
        import aiohttp

    trusted = ssl.create_default_context() if url.startswith("https:") else True
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, ssl=trusted),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT),
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )


@contextmanager
def _no_authorities() -> Iterator[None]:
    """Let OpenSSL find no authority: aiohttp reads all of them twice at its import, which takes a fifth of a start.

    Its own two contexts then trust nobody; none of our sessions uses them for an encrypted connection.
    """
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, os.devnull))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
