"""A pair: one suite on one prompt, the unit of planning and judging."""

from typing import NamedTuple


class Pair(NamedTuple):
    """A suite and a prompt; sorts by suite, then prompt."""

    suite: str
    prompt: str

    def __str__(self) -> str:
        """Return the pair as reports write it."""
        return f"{self.suite} / {self.prompt}"
