"""Calls of GitHub's interface: one connection, patience with its limits, and pages to their end."""

import re
from collections.abc import Callable, Iterator, Mapping
from json import JSONDecodeError
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from harness.core.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from ghapi.core import APIError, GhApi

VERSION = "2022-11-28"
"""Of the interface: a later one lacks what we read."""
PAGE = 100
PATIENCE = 600.0
"""Seconds for which one call is tried again."""
TRIES = 6
_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')
_LIMITED = frozenset({403, 429})
_SAFE = frozenset({"GET", "PUT", "PATCH", "DELETE"})
"""Done twice they come to what they come to once; a POST that nobody answered may have been done."""


class Account(NamedTuple):
    """As whom GitHub is asked, and about what."""

    repository: str
    """As `owner/name`."""
    token: str
    url: str = "https://api.github.com"


class RefusedError(Exception):
    """GitHub will not do it: the status says why. It names no request, for a request carries the token."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class UnsureError(Exception):
    """Nobody knows whether it was done."""


class Client:
    """Asks GitHub one thing at a time."""

    def __init__(
        self, account: Account, *, wait: Callable[[float], None] = sleep, clock: Callable[[], float] = monotonic
    ) -> None:
        """Take as whom to ask, and how time passes.

        Raises:
            UsageError: The repository is not written as `owner/name`.
            UnavailableError: The extra is not installed.
        """
        owner, _, name = account.repository.partition("/")
        if not owner or not name or "/" in name:
            raise UsageError(f"`{account.repository}` names no repository", hint="write it as owner/name")
        self.slug = account.repository
        self._api = _api(owner, name, account)
        self._wait = wait
        self._clock = clock

    def call(self, name: str, /, *given: object, **named: object) -> Any:  # noqa: ANN401 (GitHub's JSON)
        """Return what an operation such as `issues.create_comment` answers; what passes is waited out.

        Raises:
            RefusedError: GitHub refuses it.
            UnsureError: It makes something, and no answer came: look before it is done again.
            UnavailableError: GitHub did not answer for a long time.
        """
        group, _, operation = name.partition(".")
        ask = getattr(getattr(self._api, group), operation)
        began, turn = self._clock(), 0
        while isinstance(came := _asked(ask, given, named), _Fault):
            if not came.passing:
                raise RefusedError(came.status, came.message)
            if came.unsure and ask.verb not in _SAFE:
                raise UnsureError(came.message)
            pause, turn = came.pause or float(2**turn), turn + 1
            if turn == TRIES or self._clock() - began + pause > PATIENCE:
                raise UnavailableError(f"GitHub does not answer: {came.message}", hint="run it again later")
            self._wait(pause)
        return came.value

    def pages(self, name: str, /, *given: object, key: str = "", **named: object) -> Iterator[Any]:
        """Yield the items of every page of a list.

        Args:
            name: The operation.
            given: What it is given by position.
            key: Where the list stands in an answer that wraps it.
            named: What it is given by name.
        """
        page = 1
        while True:
            answer = self.call(name, *given, **named, per_page=PAGE, page=page)
            yield from answer[key] if key else answer
            if not _NEXT.search(self._api.recv_hdrs.get("link") or ""):
                return
            page += 1

    def close(self) -> None:
        """Hang up."""
        self._api.transport.close()


class _Answer(NamedTuple):
    value: Any


class _Fault(NamedTuple):
    """Why an answer did not come."""

    status: int
    message: str
    passing: bool
    """Whether the same call may be answered later."""
    unsure: bool = False
    """Whether it may have been done all the same."""
    pause: float = 0.0
    """Seconds that GitHub asks for."""


def _asked(ask: Callable[..., object], given: tuple[object, ...], named: Mapping[str, object]) -> _Answer | _Fault:
    from ghapi.core import APIError

    try:
        value = ask(*given, **named)
    except APIError as error:
        return _told(error)
    except JSONDecodeError:
        value = "no JSON"
    if isinstance(value, str | bytes):  # a proxy's page
        return _Fault(0, "it answers something that is no JSON", passing=True, unsure=True)
    return _Answer(value)


def _told(error: "APIError") -> _Fault:
    """Return a fault as ours: GitHub's own words, without the request, which carries the token."""
    status = error.status_code or 0
    message = " ".join(str(error.message or "no answer").split())[:300]
    headers = getattr(error.response, "headers", None) or {}
    if not status:
        return _Fault(0, message, passing=True, unsure=True)
    limited = status in _LIMITED and ("retry-after" in headers or headers.get("x-ratelimit-remaining") == "0")
    if limited or status == 429 or (status == 403 and "rate limit" in message.lower()):  # noqa: PLR2004
        return _Fault(status, message, passing=True, pause=_pause(headers))
    return _Fault(status, message, passing=status >= 500, unsure=status >= 500)  # noqa: PLR2004 (a server's fault)


def _pause(headers: Mapping[str, str]) -> float:
    """Return the seconds to wait: as asked, or a minute, as GitHub's documentation says of its secondary limits."""
    asked = headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 60.0


def _api(owner: str, name: str, account: Account) -> "GhApi":
    try:
        import httpx2
        from ghapi.core import GhApi
    except ImportError:
        hint = "install `prompt-harness[github]`"
        raise UnavailableError("talking to GitHub needs `ghapi`", hint=hint) from None
    api: GhApi = GhApi(  # type: ignore[no-untyped-call]
        owner=owner, repo=name, token=account.token, gh_host=account.url, sync=True
    )
    api.transport.base_headers["X-GitHub-Api-Version"] = VERSION
    api.transport.client = httpx2.Client(timeout=60, follow_redirects=True)
    api.transport.retries = 0
    return api
