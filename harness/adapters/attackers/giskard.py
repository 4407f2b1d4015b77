"""Attackers of giskard-scan: Crescendo and GOAT, after an aim of ours; giskard's own judge is not asked."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple, Protocol, cast
from warnings import catch_warnings

from harness.adapters.graders.quiet import quiet
from harness.core.attack import Strategy
from harness.core.errors import ContentError
from harness.ports import Ask

type Target = Callable[[Sequence[str]], Awaitable[str | None]]
"""Given all that the attacker said so far, gives the answer to the last of it; None ends the conversation."""


class Aim(NamedTuple):
    """What an attacker is told."""

    strategy: Strategy
    goal: str
    """What it shall bring the other to do."""
    description: str
    """Whom it talks to."""
    turns: int
    """How often it speaks, at most."""
    sample: int = 0
    """Which of several conversations after the same aim."""


class _Playing(Protocol):
    """The module that holds what needs the library."""

    async def play(self, aim: Aim, target: Target, ask: Ask) -> tuple[str, ...]:
        """See `play`."""


def installed() -> bool:
    """Return whether the extra is installed; nothing of it is imported."""
    return find_spec("giskard") is not None and find_spec("giskard.scan") is not None


@cache
def _playing() -> _Playing:
    """Return what needs the library, which is imported now.

    Raises:
        ContentError: It is not installed.
    """
    quiet()
    try:
        with catch_warnings(action="ignore"):  # what it imports and should not is its makers' to mend
            import_module("giskard.scan")
    except ImportError:
        what = "giskard-scan, whose attackers are asked for, is not installed"
        raise ContentError(what, hint="pip install 'prompt-harness[giskard]'") from None
    return cast("_Playing", import_module("harness.adapters.attackers.giskard_playing"))


async def play(aim: Aim, target: Target, ask: Ask) -> tuple[str, ...]:
    """Play one conversation, and return what the attacker said, turn by turn; at least once.

    Args:
        aim: What the attacker is told.
        target: Whom it talks to. What this raises ends the conversation, and is raised here.
        ask: The attacker.

    Raises:
        ContentError: The extra is not installed.
        UnableError: The attacker did not answer, or said nothing.
    """
    return await _playing().play(aim, target, ask)
