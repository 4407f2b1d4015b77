"""What stands first in a verdict."""

from harness.core.policy import SUITES
from harness.core.verdict import Check, Flaky


def rank(check: Check) -> tuple[int, int]:
    """Order checks by their outcome, then by how near their suite is to what an answer is for."""
    known = ("", *SUITES)
    return check.outcome.place, known.index(check.suite) if check.suite in known else len(known)


def steadiness(item: Flaky) -> float:
    """Return how far a case is from passing every second time; those that flicker most stand first."""
    return abs(item.passed / item.runs - 0.5)
