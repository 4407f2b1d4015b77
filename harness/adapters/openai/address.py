"""Where a pin's calls go, and which key goes with them: decided before anything is sent."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from string import hexdigits
from urllib.parse import SplitResult, urlsplit

from harness.adapters.openai.proxy import proxy
from harness.core.errors import UnavailableError
from harness.core.pin import Endpoint, Pin

SECRET = 8
"""Characters from which on a key is a secret; shorter ones are the dummies that local servers want."""


@dataclass(frozen=True, slots=True)
class Address:
    """A URL as the pin gives it, with the key that may go there, and the proxy on the way."""

    url: str
    key: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)

    @property
    def letters(self) -> str:
        """What the key is written with, however JSON escapes it; empty where there is none to hide."""
        return f"{self.key}\\u{hexdigits}" if len(self.key) >= SECRET else ""

    def hide(self, text: str) -> str:
        """Return a text without the key, wherever an endpoint may have put it, and however JSON escapes it."""
        if len(self.key) < SECRET:
            return text
        plain, key = text.replace("\\", ""), self.key.replace("\\", "")
        if key not in plain and "u00" not in plain:
            return text  # most are; the pattern takes its time
        return _pattern(self.key).sub("***", text)


def problems(endpoint: Endpoint) -> Iterator[str]:
    """Yield what is wrong with an endpoint, whatever the environment says."""
    if bool(endpoint.url) == bool(endpoint.url_from):
        yield "`endpoint` needs either `url` or `url_from`"
        return
    if endpoint.url:
        if wrong := _url_problem(endpoint, _parts(endpoint.url)):
            yield f"the endpoint's URL {wrong}"
    elif endpoint.key_from and not endpoint.host:
        yield "`endpoint` takes its URL from the environment, so it must name the one `host` that may see the key"


def address(pin: Pin, environ: Mapping[str, str]) -> Address:
    """Return where a pin's calls go.

    Raises:
        UnavailableError: A variable is not set, or what it holds cannot be used; no message shows a key.
    """
    endpoint = pin.endpoint
    url = endpoint.url or _variable(endpoint.url_from, pin, environ, "the URL of its endpoint")
    parts = _parts(url)
    if wrong := _url_problem(endpoint, parts):
        raise UnavailableError(f"pin `{pin.alias}`: the URL in `{endpoint.url_from}` {wrong}", where=pin.origin)
    return Address(url, key_of(pin, environ), proxy(pin, parts, environ))


def key_of(pin: Pin, environ: Mapping[str, str]) -> str:
    """Return a pin's key; empty when it names none.

    Raises:
        UnavailableError: Its variable is not set, or what it holds cannot be used.
    """
    name = pin.endpoint.key_from
    key = _variable(name, pin, environ, "its key").strip() if name else ""
    if not (key.isascii() and key.isprintable()) or " " in key:
        what = f"the key in `{name}` holds a character that no header can carry"
        raise UnavailableError(f"pin `{pin.alias}`: {what}", where=pin.origin)
    return key


def _variable(name: str, pin: Pin, environ: Mapping[str, str], what: str) -> str:
    if value := environ.get(name, "").strip():
        return value
    hint = f"export {name}=... (the pin says that it holds {what}), or judge from recorded answers: `--replay FILE`"
    raise UnavailableError(f"pin `{pin.alias}`: `{name}` is not set", where=pin.origin, hint=hint)


def _parts(url: str) -> SplitResult:
    """Return a URL in its parts; of what is none, nothing."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else urlsplit("")  # reading it refuses what is no number
    except ValueError:
        return urlsplit("")


def _url_problem(endpoint: Endpoint, url: SplitResult) -> str:
    if url.scheme not in {"http", "https"} or not url.hostname:
        return "does not begin with http:// or https:// and a host"
    if url.username or url.password:
        return "holds a user name: name the variable of the key by `key_from` instead"
    if url.query or url.fragment:
        return "ends in `?` or `#`: give the part up to `/v1` alone"
    host = url.netloc.rpartition("@")[2]
    if endpoint.key_from and endpoint.host not in {"", host, url.hostname}:
        return f"leads to {host}, and the key may go to {endpoint.host} alone"
    if endpoint.key_from and url.scheme == "http" and not endpoint.cleartext and not _is_here(url.hostname):
        return f"would send the key to {host} unencrypted: use https, or say `cleartext: true`"
    return ""


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=8)
def _pattern(key: str) -> re.Pattern[str]:
    """Return what finds a key, each letter as it is or as an escape, in JSON and in JSON within its strings."""
    letters = (rf"\\{{0,8}}(?:{re.escape(char)}|u00(?i:{ord(char):02x}))" for char in key)
    return re.compile("".join(letters))
