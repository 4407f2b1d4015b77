"""A pin: an alias resolved to one exact model, its parameters and its price."""

from dataclasses import dataclass, field
from typing import NamedTuple

from harness.core.errors import Origin
from harness.core.jsons import Json
from harness.core.money import token_cost

APPLICATIONS = frozenset({"http", "python"})
"""The providers that stand for the user's own application: it is given inputs, not messages."""


class Price(NamedTuple):
    """What a pin costs, in micro-USD per million tokens; `notional` when nobody is billed."""

    input_per_million: int
    output_per_million: int
    notional: bool = False
    per_call: int = 0
    """Micro-USD that one call of an application costs at most; 0 for a model, whose tokens tell."""

    def of(self, input_tokens: int, output_tokens: int) -> int:
        """Return the cost of one call in micro-USD, each side rounded up; its most where tokens have no price."""
        if self.per_call and not (self.input_per_million or self.output_per_million):
            return self.per_call
        return token_cost(input_tokens, self.input_per_million) + token_cost(output_tokens, self.output_per_million)

    def most(self, input_tokens: int, output_tokens: int) -> int:
        """Return what a call of at most so many tokens can cost, in micro-USD."""
        return self.per_call or self.of(input_tokens, output_tokens)


class Endpoint(NamedTuple):
    """Where a pin's model is asked, and which key goes there; a key goes nowhere else."""

    url: str = ""
    """The base URL, such as `https://api.example.com/v1`."""
    url_from: str = ""
    """The environment variable that holds the base URL instead."""
    key_from: str = ""
    """The environment variable that holds the key; empty when none is sent."""
    host: str = ""
    """The only host, with its port if it has one, to which the key may go; the URL's own when empty."""
    cleartext: bool = False
    """Whether the key may go over plain HTTP to a host that is not this machine."""
    concurrency: int = 16
    """Calls in flight at most."""
    timeout: float = 600.0
    """Seconds that any call may take, whatever was learned."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One entry of `models:` in params.yaml."""

    alias: str
    provider: str
    model: str
    revision: str = ""
    parameters: dict[str, Json] = field(default_factory=dict)
    endpoint: Endpoint = field(default_factory=Endpoint)
    price: Price | None = None
    licence: str = ""
    retire_after: str = ""
    """The last day, as YYYY-MM-DD, on which the provider serves this model; empty when unknown."""
    floating: bool = False
    reason: str = ""
    origin: Origin = field(default=Origin(""), compare=False)
    folder: str = field(default="", compare=False)
    """Where the code of a Python application stands; its `revision` is then the digest of that code."""

    @property
    def application(self) -> bool:
        """Whether it is the user's own application, and no model."""
        return self.provider in APPLICATIONS
