"""What goes wrong on demand: once, on the next request that fits."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
MESSAGES = {
    403: SECONDARY,
    409: "Conflict",
    422: "Validation Failed",
    429: SECONDARY,
    500: "Server Error",
    502: "Server Error",
    503: "Service unavailable",
}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong."""

    status: int = 0
    """What is answered in place of the answer; 0 for the answer itself."""
    headers: dict[str, str] = field(default_factory=dict)
    message: str = ""
    delay: float = 0
    """Seconds before anything is answered."""
    reset: bool = False
    """Whether the connection is cut in place of an answer."""
    after: bool = False
    """Whether the request is carried out all the same: the change is made, its answer lost."""
    action: Callable[[], object] | None = None
    """What somebody else does just before the request arrives."""


def status(code: int, message: str = "", *, after: bool = False) -> Fault:
    """Return the fault of another status, such as 409, 422 or 502."""
    return Fault(status=code, message=message or MESSAGES.get(code, "Error"), after=after)


def secondary_limit(retry_after: int = 1, *, code: int = 403) -> Fault:
    """Return the fault of a client that wrote too fast."""
    return Fault(status=code, headers={"Retry-After": str(retry_after)}, message=SECONDARY)


def primary_limit(reset_at: int) -> Fault:
    """Return the fault of a client whose hour is used up; `reset_at` is when the next begins, in seconds of Unix."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset_at)}
    return Fault(status=403, headers=headers, message="API rate limit exceeded for installation.")


def slow(seconds: float) -> Fault:
    """Return the fault of an answer that takes its time."""
    return Fault(delay=seconds)


def reset(*, after: bool = False) -> Fault:
    """Return the fault of a connection that is cut; `after` the change was made, or before."""
    return Fault(reset=True, after=after)


def meanwhile(action: Callable[[], object]) -> Fault:
    """Return what is no fault of the network: somebody else acts first."""
    return Fault(action=action)


@dataclass
class Faults:
    """The faults that are still to come, in their order."""

    ahead: list[tuple[str, re.Pattern[str], Fault]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def next(self, method: str, pattern: str, fault: Fault, *, times: int = 1) -> None:
        """Let the next requests of a method (`*` for any) whose path has such a part go wrong."""
        with self._lock:
            self.ahead += [(method, re.compile(pattern), fault)] * times

    def take(self, method: str, path: str) -> Fault:
        """Return what goes wrong with a request, and let it be over."""
        with self._lock:
            for at, (wanted, pattern, fault) in enumerate(self.ahead):
                if wanted in {method, "*"} and pattern.search(path):
                    del self.ahead[at]
                    return fault
        return Fault()
