"""A call that brought no answer: why, and what may be done about it."""

from dataclasses import dataclass


@dataclass(eq=False)
class CallError(Exception):
    """One attempt at a model failed; the client decides by these facts whether to try again.

    Raised by providers. A trial whose attempts all failed becomes a counted failure, never a wrong answer.
    """

    reason: str
    retry: bool = False
    """Whether another attempt may succeed."""
    busy: bool = False
    """Whether the endpoint asks for fewer calls."""
    wait: float | None = None
    """Seconds that the endpoint asks to wait; None when it names none."""
    billed: bool = False
    """Whether it may have been paid for: the request went out, and nobody knows what became of it."""
    fatal: bool = False
    """Whether every other call of the same pin must fail alike: a wrong key, a model that is not there."""

    def __post_init__(self) -> None:
        """Let a traceback show the reason."""
        super().__init__(self.reason)
