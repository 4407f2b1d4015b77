"""Limits on time and memory for reading other people's text in our own process."""

import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic
from types import FrameType

SECONDS = 5.0
"""How long one template may take to compile or to render, one expectation to be read, one function to answer."""
HEADROOM = 1 << 30
"""Bytes that it may take beyond what the process has."""

TICK = 0.05
"""Seconds for which a look at the process's size holds."""


class LimitError(Exception):
    """A piece of work broke a limit; its message says which."""


@contextmanager
def limited() -> Iterator[None]:
    """Bound a piece of work in time and memory.

    Signals reach the main thread only, and address space is bounded on Linux only; elsewhere the work runs unbounded.

    Raises:
        LimitError: The work broke a limit, and was given up.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounded = sys.platform == "linux"
    if bounded:
        resource.setrlimit(resource.RLIMIT_AS, (_lower(_address_space(int(monotonic() / TICK)) + HEADROOM, hard), hard))
    try:
        yield
    except MemoryError:
        message = f"it takes more than {HEADROOM >> 20} MB"
        raise LimitError(message) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if bounded:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@lru_cache(maxsize=1)
def _address_space(_tick: int) -> int:
    """Return the bytes that the process has in its address space, which is what the limit counts; in memory or not.

    Looked up once a tick: reading it costs more than rendering a short template.
    """
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()


def _lower(wanted: int, hard: int) -> int:
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def _stop(_number: int, _frame: FrameType | None) -> None:
    message = f"it takes longer than {SECONDS:g} s"
    raise LimitError(message)
