"""Calls of GitHub's interface that are done once, though an answer may be lost, and refusals in our words."""

from collections.abc import Callable, Iterator
from typing import Any

from harness.adapters.github.client import Client, RefusedError, UnsureError
from harness.core.errors import UnavailableError

_MISSING = 404
_TIMES = 3


class Careful:
    """Reads to the end, writes what may be written twice, and makes what may not."""

    def __init__(self, client: Client) -> None:
        """Take who asks."""
        self._client = client

    def make(self, what: str, make: Callable[[], object], stands: Callable[[], bool]) -> None:
        """Make something once, though an answer may be lost: look whether it stands before it is made again."""
        for _ in range(_TIMES):
            try:
                make()
            except RefusedError as refused:
                raise denied(what, refused) from None
            except UnsureError:
                if stands():
                    return
            else:
                return
        raise UnavailableError(f"GitHub does not answer while {what}", hint="run it again later")

    def read(self, what: str, operation: str, /, *given: object, key: str = "", **named: object) -> Iterator[Any]:
        """Yield all items of a list; see `Client.pages`."""
        try:
            yield from self._client.pages(operation, *given, key=key, **named)
        except RefusedError as refused:
            raise denied(what, refused) from None

    def write(self, what: str, operation: str, /, *given: object, gone: bool = False, **named: object) -> None:
        """Write what may be written twice; `gone` allows it to be missing already."""
        for _ in range(_TIMES):
            try:
                self._client.call(operation, *given, **named)
            except RefusedError as refused:
                if gone and refused.status == _MISSING:
                    return
                raise denied(what, refused) from None
            except UnsureError:
                continue
            return
        raise UnavailableError(f"GitHub does not answer while {what}", hint="run it again later")


def denied(what: str, refused: RefusedError) -> UnavailableError:
    """Return a refusal as our error."""
    hint = "the job's `permissions:` lack what this needs" if refused.status == 403 else ""  # noqa: PLR2004
    return UnavailableError(f"GitHub refuses {what}: {refused}", hint=hint)
