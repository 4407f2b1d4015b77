"""Critical cases: they must pass, and one unlucky answer does not make one fail."""

from collections.abc import Sequence

from harness.core.judged import Standing
from harness.core.runs import Step

FIRST = 2
"""Runs of a critical case."""
ALL = 6
"""Its runs once one of them has failed."""
FAILURES = 2
"""Of these, the failures that make it suspect."""
AGAIN = 3
"""Failures by which as many fresh runs must exceed base's to block."""
COLLAPSE = 5
"""The same of a case that fails base now and then."""


def critical(passed: Sequence[bool]) -> Step:
    """Return what the first runs of a critical case come to; for MORE, it shall have `runs_of` them."""
    failures = passed[:ALL].count(False)
    if failures >= FAILURES:
        return Step.BLOCK
    return Step.PASS if len(passed) >= runs_of(passed) else Step.MORE


def runs_of(passed: Sequence[bool]) -> int:
    """Return how many runs a critical case shall have, by those that it had."""
    return FIRST if all(passed[:ALL]) else ALL


def standing(
    base: Sequence[bool], candidate: Sequence[bool], fresh_base: Sequence[bool], fresh_candidate: Sequence[bool]
) -> Standing:
    """Return what a case that must pass came to; UNCLEAR until it has the runs that it shall have.

    What fails here must fail again, when it is asked side by side with base, and clearly more often; the more so where
    base fails it now and then, which excuses all but a collapse.

    Args:
        base: Whether each run of base passed; empty for a case that has no base to hide behind.
        candidate: The same of the candidate.
        fresh_base: Base once more, for this gate alone.
        fresh_candidate: The same of the candidate.
    """
    match critical(candidate):
        case Step.PASS:
            return Standing.FINE
        case Step.MORE:
            return Standing.UNCLEAR
    if len(fresh_candidate) < ALL or (base and len(fresh_base) < ALL):
        return Standing.UNCLEAR
    excused = fresh_base[:ALL].count(False) if base else 0
    more = fresh_candidate[:ALL].count(False) - excused
    steady = all(base)
    if more >= (AGAIN if steady else COLLAPSE):
        return Standing.BROKEN
    return Standing.FINE if steady else Standing.KNOWN
