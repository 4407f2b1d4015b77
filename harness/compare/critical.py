"""Critical cases: they must pass, and one unlucky answer does not make one fail."""

from collections.abc import Sequence

from harness.compare.sequential import Step

FIRST = 2
"""Runs of a critical case."""
ALL = 6
"""Its runs once one of them has failed."""
FAILURES = 2
"""Of these, the failures that block."""


def critical(passed: Sequence[bool]) -> Step:
    """Return what the runs of a critical case come to; for MORE, it shall have `runs_of` them."""
    failures = len(passed) - sum(passed)
    if failures >= FAILURES:
        return Step.BLOCK
    return Step.PASS if len(passed) >= runs_of(passed) else Step.MORE


def runs_of(passed: Sequence[bool]) -> int:
    """Return how many runs a critical case shall have, by those that it had."""
    return FIRST if all(passed) else ALL
