"""A case: inputs, and what is expected of the answer to them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from harness.core.errors import Origin
from harness.core.jsons import Json


class Expectation(NamedTuple):
    """One demand on an answer: a scorer by name, what it expects, and how much of it is enough."""

    kind: str
    """The scorer's name without `not-`; `any-of` and `all-of` hold `parts` instead of a value."""
    value: Json = None
    negated: bool = False
    weight: float = 1.0
    threshold: float = 1.0
    """The score, in [0, 1], at which the expectation counts as met."""
    metric: str = ""
    """A name under which this score is averaged as well, or empty."""
    parts: tuple["Expectation", ...] = ()

    @property
    def name(self) -> str:
        """The kind as its author wrote it."""
        return f"not-{self.kind}" if self.negated else self.kind


class User(NamedTuple):
    """Somebody whom a model plays in a conversation."""

    goal: str
    """What they want of it."""
    turns: int
    """Messages after the first question, at most."""
    persona: str = ""
    """Who they are."""


class Staging(NamedTuple):
    """How the asking of a case departs from its prompt; one that is empty asks the prompt as it is."""

    head: str = ""
    """Set before the text of the first system message."""
    tail: str = ""
    """Set after it."""
    bare: str = ""
    """Asked as a user's message by itself, without the prompt."""
    turns: tuple[str, ...] = ()
    """What the user says next, after each answer."""
    user: User | None = None
    """Who says something next, where a model plays the user."""


AS_IT_IS = Staging()


@dataclass(frozen=True, slots=True)
class Case:
    """One line of an evalset, bound to its suite and prompt by the file's path; or one that a suite composed."""

    id: str
    vars: dict[str, Json]
    expect: tuple[Expectation, ...]
    reference: str = ""
    tags: tuple[str, ...] = ()
    critical: bool = False
    threshold: float | None = None
    """The weighted mean of the scores that passes; None asks every expectation for its own threshold."""
    origin: Origin = field(default=Origin(""), compare=False)
    staging: Staging = AS_IT_IS
    arms: tuple["Case", ...] = ()
    """The questions that are asked instead of this one, where a case needs several answers for one result."""
    measures: tuple[str, ...] = ()
    """The metrics of that result, beside whether it passed."""
