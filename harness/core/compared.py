"""Pins beside each other: what each came to on the cases of a prompt."""

from typing import NamedTuple

from harness.core.spending import Usage


class PinResult(NamedTuple):
    """What one pin came to on the cases of a prompt."""

    pin: str
    quality: float
    """The share of cases that pass."""
    low: float
    """The 95 % interval of the quality; the quality itself where answers do not vary."""
    high: float
    usage: Usage
    agreement: float | None
    """How often repeats of a case answer alike; None where there are none."""
    front: bool
    """Whether no other pin beats it in quality, cost and latency."""
    standing: str
    """Beside the present pin: `present`, `not worse`, `worse` or `undecided`."""


class PromptComparison(NamedTuple):
    """The pins on one prompt."""

    prompt: str
    cases: int
    margin: float
    pins: tuple[PinResult, ...]
    """The present one first, the others as they were named."""
    cheapest: str
    """The cheapest pin that is not worse than the present one; empty where nobody knows what the present one costs."""
    open: tuple[str, ...] = ()
    """The pins that would be cheaper, and of which it is not decided whether they are worse."""
