"""The sequential probability ratio test of a drop: block, pass, or another wave of repeats."""

from collections.abc import Sequence
from math import floor, log, sqrt
from typing import NamedTuple

from harness.core.runs import Difference, Runs, Step

ALPHA = 0.02
"""The share of pull requests that change nothing and may be blocked, over all their gates."""
SCREEN = 0.10
"""The share of them that may be suspected before the fresh runs, which decide."""
BETA = 0.05
"""The share of real drops that each phase may pass."""
WAVES = 6
"""Waves of repeats in each phase, the first of one run a case among them."""


class Bounds(NamedTuple):
    """Log likelihood ratios at which a test ends."""

    block: float
    passes: float

    @classmethod
    def of(cls, alpha: float, beta: float = BETA) -> "Bounds":
        """Return the bounds for the rates of both errors.

        Source:
            Wald (1945), Ann. Math. Statist. 16, section 3.
        """
        return cls(log((1 - beta) / alpha), log(beta / (1 - alpha)))


def log_ratio(seen: Difference, margin: float) -> float:
    """Return the natural logarithm of the likelihood ratio of a drop by the margin against no change.

    Args:
        seen: Its error is above 0, as `difference` gives it.
        margin: The drop worth catching, in the metric's unit; above 0.
    """
    return -(margin / seen.error**2) * (seen.value + margin / 2)


def step(seen: Difference | None, margin: float, bounds: Bounds) -> Step:
    """Return where the test stands; without a case that ran on both trees, nowhere."""
    if seen is None:
        return Step.MORE
    ratio = log_ratio(seen, margin)
    if ratio >= bounds.block:
        return Step.BLOCK
    return Step.PASS if ratio <= bounds.passes else Step.MORE


def repeats(base: Sequence[Runs], wave: int, rounding: Sequence[float]) -> list[int]:
    """Return how many runs each case shall have by the end of a wave.

    More go to the cases that flicker on base; what the candidate did decides nothing here, since runs that are
    repeated because they failed are biased.

    Args:
        base: The cases' runs on base.
        wave: 0 for the first.
        rounding: For each case a number in [0, 1) that no rerun changes, by which fractions of a run are rounded.
    """
    flicker = [_flicker(runs) for runs in base]
    mean = sum(flicker) / len(flicker) if flicker else 1.0
    return [max(1, floor(wave * one / mean + part)) for one, part in zip(flicker, rounding, strict=True)]


def _flicker(runs: Runs) -> float:
    """Return the standard deviation of a case's score, drawn towards a coin's as long as little is known."""
    rate = (runs.total + 0.25) / (runs.n + 0.5)
    return sqrt(rate * (1 - rate))
