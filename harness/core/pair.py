"""A pair: one suite on one prompt, the unit of planning and judging, and what became of it."""

from dataclasses import dataclass
from typing import NamedTuple

from harness.core.document import Document


class Pair(NamedTuple):
    """A suite and a prompt; sorts by suite, then prompt."""

    suite: str
    prompt: str

    def __str__(self) -> str:
        """Return the pair as reports write it."""
        return f"{self.suite} / {self.prompt}"


@dataclass(frozen=True, slots=True)
class PairReport(Document):
    """What became of one pair."""

    suite: str
    prompt: str
    status: str
    """`unchanged`, `changed`, `added`, `removed`, `not selected`, or `all` when judged without having changed."""
    base_digest: str = ""
    candidate_digest: str = ""
    cases: int = 0
    passed: int | None = None
    """How many the candidate passes; null when they were not all judged."""
    added: int = 0
    removed: int = 0
    edited: int = 0
    why: tuple[str, ...] = ()
    """What differs, in words."""
    pin: str = ""
    """Who answers, as `alias = provider/model@revision`, with base's and `->` before it where base has another."""
