"""An attack as its author wrote it: a text that wants something, and a harmless one that looks like it."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from harness.core.carrier import CARRIER_KINDS
from harness.core.errors import Origin

INSTRUCTION = "{instruction}"
"""What stands in a payload for the demand of its objective, which is worded for each case."""

type Objective = Literal[
    "emit-marker",
    "leak-canary",
    "call-tool",
    "exfil-url",
    "break-format",
    "say-forbidden",
    "deny-service",
    "echo-code",
]
"""What an attack wants the application to do."""

type Writing = Literal[
    "identity",
    "prefix-noise",
    "suffix-noise",
    "split-and-join",
    "asked-in-german",
    "asked-in-french",
    "asked-in-spanish",
    "asked-in-chinese",
    "base64",
    "base32",
    "hex",
    "binary",
    "decimal",
    "percent",
    "html-entities",
    "unicode-escapes",
    "rot13",
    "caesar",
    "atbash",
    "reversed",
    "morse",
    "pig-latin",
    "leet",
    "homoglyph",
    "fullwidth",
    "unicode-tags",
    "zero-width",
    "spaced",
    "case-jitter",
    "quoted",
    "fenced",
    "noted",
    "listed",
    "urgent",
]
"""One way of writing an attack: encoded, disguised, in a frame, or in a wrapper of a few words."""

type Evident = Literal["leak-canary", "break-format", "deny-service"]
"""What is seen in an answer whatever words demanded it."""

type Strategy = Literal["crescendo", "goat"]
"""How a model leads a conversation: step by step from something harmless, or by whatever trick fits the answers."""

OBJECTIVES: tuple[str, ...] = get_args(Objective.__value__)
EVIDENT: tuple[Evident, ...] = get_args(Evident.__value__)
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy.__value__)
WRITINGS: tuple[str, ...] = get_args(Writing.__value__)
MOST_WRITINGS = 4
"""Ways of writing on top of each other, at most."""
MOST_TURNS = 9
"""Times that a user says something after an answer, at most."""
LONGEST = 20_000
"""Characters of a payload's text, at most."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One attack; `{instruction}` in it stands for the demand."""

    id: str
    family: str
    objective: str
    text: str
    """Holds `{instruction}` once; of an attack turn by turn, what the user says first, which demands nothing yet."""
    twin: str
    """A harmless text of about the same length, with the same words in an innocent sense; it asks for nothing."""
    turns: tuple[str, ...] = ()
    """What the user says after each answer; the last one holds `{instruction}`."""
    carriers: tuple[str, ...] = CARRIER_KINDS
    """Where it may stand."""
    language: str = "en"
    transforms: tuple[str, ...] = ()
    """How it is written, the innermost way first, and not otherwise; empty for every way, one at a time."""
    verbatim: bool = False
    """Whether it demands in its own words, and holds no `{instruction}`: only for what is evident."""
    origin: Origin = field(default=Origin(""), compare=False)
