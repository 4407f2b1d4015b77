"""What a model said, and what became of a trial."""

from typing import NamedTuple

from harness.core.jsons import Json


class ToolCall(NamedTuple):
    """One call of a declared tool that the model asked for."""

    name: str
    arguments: dict[str, Json]


class Completion(NamedTuple):
    """An answer with what it used; `cost` is None when the pin has no price."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str = "stop"
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int | None = None
    """Micro-USD."""
    latency_ms: float = 0.0
    fingerprint: str = ""
    """What the provider says about the exact model that answered."""
    model: str = ""
    """The name of the model that answered, by its own word."""
    metered: bool = True
    """Whether the tokens are the provider's own count."""
    logprobs: Json = None
    """Log-probabilities of the answer's tokens as the provider gives them, where they were asked for."""


class Failure(NamedTuple):
    """Why a trial has no answer: a value, not an exception; never taken for a wrong answer."""

    reason: str


class Trial(NamedTuple):
    """Case x prompt x pin x repeat, named for people and keyed by all that determines its answer."""

    name: str
    """`prompt/case#repeat`."""
    key: str


class Sample(NamedTuple):
    """A trial with its completion, or with its failure."""

    trial: Trial
    outcome: Completion | Failure
    cached: bool = False


class Answer(NamedTuple):
    """A completion as it is recorded: with its trial and the ingredients of the trial's key."""

    trial: Trial
    completion: Completion
    parts: dict[str, str]
    """The short digest of each ingredient by name, so that a later miss can be explained."""
