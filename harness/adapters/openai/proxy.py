"""The proxy on the way to an encrypted endpoint, as the environment names it; plain ones are reached directly."""

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from harness.core.errors import UnavailableError
from harness.core.pin import Pin


def proxy(pin: Pin, url: SplitResult, environ: Mapping[str, str]) -> str:
    """Return the URL of the proxy to an endpoint, or "": no proxy sees what is not encrypted, for that has the key.

    Raises:
        UnavailableError: The variable holds no such URL; what it holds is not shown, for it may be a password.
    """
    name = next((name for name in ("HTTPS_PROXY", "https_proxy") if environ.get(name)), "")
    without = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    if url.scheme != "https" or not name or any(_matches(one.strip().lower(), url) for one in without.split(",")):
        return ""
    found = environ[name].strip()
    found = found if "://" in found else f"http://{found}"
    if not _is_proxy(found):
        what = f"pin `{pin.alias}`: `{name}` holds no URL of an HTTP proxy"
        hint = f"export {name}=http://HOST:PORT, or name the endpoint's host in NO_PROXY"
        raise UnavailableError(what, where=pin.origin, hint=hint)
    return found


def _matches(name: str, url: SplitResult) -> bool:
    """Return whether an entry of `NO_PROXY` means this host: its name, with its port, its domain, or `*` for all."""
    host, bare = url.hostname or "", name.removeprefix("*").lstrip(".")
    return name == "*" or (bool(bare) and (bare in {host, url.netloc.lower()} or host.endswith(f".{bare}")))


def _is_proxy(found: str) -> bool:
    try:
        parts = urlsplit(found)
        usable = parts.port != 0  # reading it refuses what is no number
    except ValueError:
        return False
    printable = found.isascii() and found.isprintable() and " " not in found
    return usable and printable and parts.scheme in {"http", "https"} and bool(parts.hostname)
