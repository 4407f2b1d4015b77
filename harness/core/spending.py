"""Spending: what the requests of a prompt cost and take, on both trees, and how two figures of it compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harness.core.document import Document
from harness.core.runs import Step

ALERTS = (100, 80, 50)
"""The shares of what a month may cost, in per cent, that are told; the largest first."""


class Call(NamedTuple):
    """What one answer took."""

    input_tokens: int
    output_tokens: int
    cost: float | None
    """Micro-USD at today's price; None where nobody knows it."""
    seconds: float
    said: str = ""
    """What it said, by digest."""
    passed: bool | None = None
    metered: bool = True
    """Whether the tokens are the provider's own count."""


class Called(NamedTuple):
    """One case with its calls on both trees; on which it was not answered, there are none."""

    case: str
    base: Sequence[Call]
    candidate: Sequence[Call]


class Growth(NamedTuple):
    """How much more the candidate takes than base, where 0.1 is 10 % more."""

    step: Step
    """BLOCK for a growth by the margin, PASS for less, MORE where neither is shown."""
    base: float
    candidate: float
    value: float
    """1 where base takes nothing and the candidate something."""
    low: float
    """The 95 % interval of the value; the value itself where nothing is estimated."""
    high: float
    cases: int


class Level(NamedTuple):
    """What the candidate takes, beside a bound."""

    step: Step
    """BLOCK for more than the bound, PASS for no more, MORE where neither is shown."""
    value: float
    low: float
    """The 95 % interval of the value; the value itself where nothing is estimated."""
    high: float
    n: int
    """Cases; of a latency, calls."""


class Asked(NamedTuple):
    """What the samples answer to one gate of the budget."""

    growth: Growth | None = None
    level: Level | None = None
    base: float | None = None
    """What base takes, beside the bound; None without a base."""
    runaways: int = 0
    """The candidate's calls that took many times what their case ever took on base."""
    missing: str = ""
    """Why there is no answer."""
    advisory: str = ""
    """What is told where it judges nothing."""
    exact: bool = True
    """Whether nothing of it is estimated."""


@dataclass(frozen=True, slots=True)
class Section(Document):
    """A part of the prompt, and the input tokens of a request that fall to it: shared by length, an estimate."""

    name: str
    base: float | None
    """None where base has no such part, or there is no base."""
    candidate: float | None

    @property
    def growth(self) -> float:
        """How many tokens it takes more than on base."""
        return (self.candidate or 0.0) - (self.base or 0.0)


@dataclass(frozen=True, slots=True)
class Usage(Document):
    """What a request takes on one tree, on the average over the cases that were answered on each."""

    requests: int
    """The answers that were counted."""
    input_tokens: float
    output_tokens: float
    per_1000: int | None
    """Micro-USD that 1,000 requests cost; null where the pin has no price."""
    p50: float
    """Seconds that half of the answers took at most, whenever they were given."""
    p95: float


@dataclass(frozen=True, slots=True)
class Consistency(Document):
    """How often equal questions get equal answers: the share of pairs of answers, in [0, 1]; null of no pair."""

    answers: float | None = None
    """Base's and the candidate's answers to one case that are equal to the letter."""
    results: float | None = None
    """Those that pass alike."""
    repeated_answers: float | None = None
    """Repeats of the candidate's that are equal to the letter, where answers vary."""
    repeated_results: float | None = None


@dataclass(frozen=True, slots=True)
class Spending(Document):
    """What the requests of a prompt cost and take."""

    prompt: str
    base: Usage | None
    """Null where there is nothing to compare with."""
    candidate: Usage
    sections: tuple[Section, ...] = ()
    """Those first that grew most."""
    monthly_requests: int = 0
    """The declared traffic; 0 where nobody declared any."""
    monthly: int | None = None
    """Micro-USD that it costs in a month; null where traffic or price is unknown."""
    monthly_limit: int | None = None
    """Micro-USD that all prompts together may cost in a month."""
    alert: int = 0
    """The share of that limit, 50, 80 or 100 per cent, that this prompt alone reaches; 0 below."""
    turns: float = 1.0
    """Requests in a conversation."""
    per_conversation: float | None = None
    """Micro-USD."""
    notional: bool = False
    """Whether nobody is billed."""
    counted: bool = True
    """Whether all tokens are the provider's own count, rather than estimated by length."""
    fresh: bool = False
    """Whether both trees were asked side by side, so that their latencies can be compared."""
    consistency: Consistency = Consistency()
