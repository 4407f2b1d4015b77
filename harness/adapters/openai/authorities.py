"""aiohttp, imported without reading the machine's authorities twice: whoever first connects by TLS reads them."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Unread(ssl.SSLContext):
    """A context that has yet to read whom it trusts; at the first look at it, it does, and is like any other."""

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 (whatever a context has)
        ssl.SSLContext.set_default_verify_paths(self)
        self.__class__ = ssl.SSLContext  # type: ignore[assignment]
        return getattr(self, name)


@contextmanager
def read_later() -> Iterator[None]:
    """Let the contexts that are made meanwhile read the machine's authorities when they are used.

    aiohttp makes two at its import, used or not, and OpenSSL parses every authority for each: a fifth of a start.
    """
    made: list[ssl.SSLContext] = []

    def note(self: ssl.SSLContext) -> None:
        made.append(self)

    ssl.SSLContext.set_default_verify_paths = note  # type: ignore[method-assign]
    try:
        yield
    finally:
        del ssl.SSLContext.set_default_verify_paths
        for context in made:
            context.__class__ = _Unread
