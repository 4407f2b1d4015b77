"""The ledger's nouns: what a call may cost at most, what it did cost, and to whose account."""

from enum import StrEnum
from typing import NamedTuple

from harness.core.completion import Answer


class Claim(NamedTuple):
    """The wish to ask for one trial: nobody else asks meanwhile, and its worst cost is set aside."""

    key: str
    trial: str
    amount: int
    """The most it can cost, in micro-USD."""
    accounts: tuple[str, ...] = ()
    """Who pays: `run <id>`, `day 2026-01-31`, ..."""


class Grant(StrEnum):
    """What became of a claim."""

    GRANTED = "granted"
    ANSWERED = "answered"
    """Somebody has asked meanwhile, and the answer is in the store."""
    TAKEN = "taken"
    """Somebody else is asking just now."""
    OVER = "over"
    """It does not fit into what an account has left."""


class Granted(NamedTuple):
    """The answer to a claim."""

    grant: Grant
    account: str = ""
    """The account that is too small, for `OVER`."""
    held: int = 0
    """Micro-USD that calls in flight hold of that account; they may come free."""


class Settlement(NamedTuple):
    """The end of a claim: with an answer, with nothing, or with nobody knowing."""

    key: str
    trial: str = ""
    cost: int = 0
    """Micro-USD that are booked to the claim's accounts."""
    answer: Answer | None = None
    unknown: bool = False
    """Whether it is booked although nobody knows whether it was billed."""


class Asked(NamedTuple):
    """Calls of one kind, together."""

    role: str
    """As what the model was asked: `target`, `judge`, `embedder`, ..."""
    purpose: str
    """For what: a prompt, or what is graded."""
    calls: int
    input_tokens: int
    output_tokens: int
    cost: int
    """Micro-USD, at the pins' prices."""
