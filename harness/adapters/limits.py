"""Limits on time and memory for reading other people's text in our own process."""

import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic
from types import FrameType, TracebackType

SECONDS = 5.0
"""How long one template may take to compile or to render, one expectation to be read, one function to answer."""
HEADROOM = 1 << 30
"""Bytes that it may take beyond what the process has."""

TICK = 0.05
"""Seconds for which a look at the process's size holds."""


type _Handler = Callable[[int, FrameType | None], object] | int | None


class LimitError(Exception):
    """A piece of work broke a limit; its message says which."""


class limited:  # noqa: N801 (read as a word, `with limited():`; entered for every case, so no generator)
    """Bound a piece of work in time and memory.

    Signals reach the main thread only, and address space is bounded on Linux only; elsewhere the work runs unbounded.

    Raises:
        LimitError: The work broke a limit, and was given up.
    """

    __slots__ = ("_before", "_space")

    def __enter__(self) -> None:
        """Set the alarm, and the bound of the address space."""
        self._before: _Handler = None
        self._space: tuple[int, int] | None = None
        if not _in_main_thread():
            return
        self._before = signal.signal(signal.SIGALRM, _stop) or signal.SIG_DFL
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        if sys.platform == "linux":
            self._space = resource.getrlimit(resource.RLIMIT_AS)
            hard = self._space[1]
            room = _address_space(int(monotonic() / TICK)) + HEADROOM
            resource.setrlimit(resource.RLIMIT_AS, (_lower(room, hard), hard))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take both back."""
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
        if self._space:
            resource.setrlimit(resource.RLIMIT_AS, self._space)
        if kind is MemoryError:
            message = f"it takes more than {HEADROOM >> 20} MB"
            raise LimitError(message) from None


@lru_cache(maxsize=1)
def _address_space(_tick: int) -> int:
    """Return the bytes that the process has in its address space, which is what the limit counts; in memory or not.

    Looked up once a tick: reading it costs more than rendering a short template.
    """
    return _size()


def _size() -> int:
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()


@contextmanager
def lifted() -> Iterator[None]:
    """Lift the limits meanwhile, for what nobody else's text can make long: the first import of a library."""
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0) if _in_main_thread() else (0.0, 0.0)
    if not left:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounded = sys.platform == "linux" and soft != resource.RLIM_INFINITY
    size = _size() if bounded else 0
    if bounded:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        if bounded:
            resource.setrlimit(resource.RLIMIT_AS, (_lower(soft + _size() - size, hard), hard))
        signal.setitimer(signal.ITIMER_REAL, left)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _lower(wanted: int, hard: int) -> int:
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def _stop(_number: int, _frame: FrameType | None) -> None:
    message = f"it takes longer than {SECONDS:g} s"
    raise LimitError(message)
