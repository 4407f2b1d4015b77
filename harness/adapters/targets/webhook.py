"""A target behind HTTP: told by one signed POST, which it may get twice and must then do once."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus

from harness.adapters.openai.authorities import read_later
from harness.core.call import CallError
from harness.core.environment import Target
from harness.core.errors import UnavailableError
from harness.core.jsons import Json
from harness.core.rollout import Rollout
from harness.core.urls import url_problem

SIGNATURE = "x-harness-signature"
KEY = "idempotency-key"
LEAST_KEY = 16
"""Characters of a key that signs."""
CONNECT = 10.0
"""Seconds within which a connection must stand."""
_SHOWN = 200
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class Webhook:
    """See `ports.Target`. No proxy is asked, no redirect followed: the URL is the only one that is told anything."""

    def __init__(self, place: Target, environ: Mapping[str, str]) -> None:
        """Take where it is, and the surroundings that hold its key."""
        self._place = place
        self._url = place.url or environ.get(place.url_from, "").strip()
        self._key = environ.get(place.key_from, "").strip()

    def problems(self) -> Sequence[str]:
        """Return what is wrong with the place, whatever the surroundings say; see `ports.Target`."""
        return list(_problems(self._place))

    async def apply(self, rollout: Rollout, said: Json) -> None:
        """Tell it how a rollout stands; see `ports.Target`."""
        if wrong := _unusable(self._place, self._url, self._key):
            raise UnavailableError(wrong)
        body = json.dumps({"rollout": said}, sort_keys=True, separators=(",", ":")).encode()
        headers = {
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            KEY: f"{rollout.environment}/{rollout.generation}/{rollout.moves}",
            SIGNATURE: signature(self._key, body),
        }
        await _post(self._url, body, headers)


def signature(key: str, body: bytes) -> str:
    """Return what says that a body comes from who has the key: HMAC-SHA256 over its bytes, as `sha256=<hex>`."""
    return f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"


def _problems(place: Target) -> Iterator[str]:
    if not (place.url or place.url_from):
        yield "a webhook needs `url` or `url_from`"
    if place.url and (wrong := url_problem(place.url)):
        yield f"the URL of the webhook {wrong}"
    if not place.key_from:
        yield "a webhook needs `key_from`, the variable with the key that signs what it is told"


def _unusable(place: Target, url: str, key: str) -> str:
    if not url:
        return f"the variable `{place.url_from}` with the URL of the webhook is empty"
    if wrong := url_problem(url):
        return f"the URL of the webhook {wrong}"
    if len(key) < LEAST_KEY:
        return f"the variable `{place.key_from}` holds no key of {LEAST_KEY} characters or more"
    return ""


async def _post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    with read_later():
        import aiohttp

    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT)
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout, trust_env=False) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            _check(answer.status, await answer.content.read(_SHOWN), answer.headers.get("Retry-After", ""))
    except aiohttp.ClientConnectorCertificateError:
        raise CallError("its certificate is not to be trusted", fatal=True) from None
    except aiohttp.ClientSSLError:
        raise CallError("there is no encrypted connection", fatal=True) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise CallError("there is no connection", retry=True) from None
    except (aiohttp.ClientError, OSError):
        raise CallError("the connection broke", retry=True) from None


def _check(status: int, said: bytes, after: str) -> None:
    """Take any 2xx for done.

    Raises:
        CallError: For anything else.
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    words = " ".join(said.decode(errors="replace").split())
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        words = "which sends elsewhere, and nobody follows"
    passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING
    wait = float(after) if after.isdecimal() else None
    raise CallError(f"it answers {status}{words and f', {words}'}", retry=passing, wait=wait, fatal=not passing)
