"""A carrier: the way by which somebody else's text reaches a prompt."""

from typing import Literal, NamedTuple, get_args

from harness.core.errors import Origin

type CarrierKind = Literal[
    "user",
    "document-start",
    "document-middle",
    "document-end",
    "tool-output",
    "file-name",
    "html-comment",
    "email",
    "code-comment",
    "history",
    "memory",
]
"""Where an attack can stand among what the application reads."""

CARRIER_KINDS: tuple[CarrierKind, ...] = get_args(CarrierKind.__value__)


class Carrier(NamedTuple):
    """One entry of `suites: injection: carriers:`: which variable of a prompt holds text that nobody vouches for."""

    kind: CarrierKind
    var: str
    at: str = ""
    """A JSON Pointer into the variable's value; empty for a text, or for the text of a list's first document."""
    origin: Origin = Origin("")

    @property
    def name(self) -> str:
        """What tells it from the prompt's other carriers."""
        return f"{self.kind} {self.var}{self.at}"
