"""The base as a side of a gate: its faults are told as its own, since the candidate may be what repairs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import override

from harness.content.evalsets import ParseExpectations
from harness.content.templates import Templates
from harness.content.tree import Content
from harness.core.case import Case
from harness.core.errors import ContentError
from harness.core.pair import Pair
from harness.flows.foreign import ForeignTemplates
from harness.flows.side import Side
from harness.plan.trials import Asking
from harness.ports import Vault, Workspace


class UnreadableBaseError(ContentError):
    """A file of the base is wrong."""


@contextmanager
def in_base(name: str) -> Iterator[None]:
    """Say of every fault that it is in the base, so that nobody looks for it in the working tree."""
    try:
        yield
    except ContentError as error:
        raise UnreadableBaseError(f"in base ({name}): {error.what}", where=error.where, hint=error.hint) from None


class BaseSide(Side):
    """See `Side`."""

    def __init__(
        self, workspace: Workspace, content: Content, vault: Vault, parse: ParseExpectations, *, name: str
    ) -> None:
        """Take what every side takes, and the base's ref and commit."""
        super().__init__(workspace, content, vault, parse)
        self._name = name

    @override
    def templates(self, prompt: str) -> Templates | ForeignTemplates:
        with in_base(self._name):
            return super().templates(prompt)

    @override
    def asking(self, prompt: str) -> Asking:
        with in_base(self._name):
            return super().asking(prompt)

    @override
    def cases(self, pair: Pair) -> dict[str, Case]:
        with in_base(self._name):
            return super().cases(pair)
