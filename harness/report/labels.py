"""The label that says on a list of pull requests how far the gate is."""

from harness.core.verdict import Outcome
from harness.report.marker import RUNNING, STATES

LABELS = tuple(f"gate:{state}" for state in STATES)


def labels(outcome: Outcome | None) -> tuple[str, tuple[str, ...]]:
    """Return the label to add and those to take away; of no outcome, that the gate is running."""
    added = f"gate:{RUNNING if outcome is None else outcome}"
    return added, tuple(label for label in LABELS if label != added)
