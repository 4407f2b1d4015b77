"""Planting a drop: results that passed are failed at random, to see whether a gate finds it."""

from harness.core.digest import fraction
from harness.core.score import CaseResult
from harness.flows.rows import BASE, CANDIDATE, FRESH_CANDIDATE, Row, Slot


class Rate:
    """How many answers of a pair's base passed, of all so far."""

    def __init__(self) -> None:
        """Begin with none."""
        self.passed = self.told = 0

    def add(self, row: Row) -> None:
        """Count what the repeats of a case came to on base."""
        results = row.passes(BASE)
        self.passed += sum(results)
        self.told += len(results)


class Spoiler:
    """Fails passing results of the candidate at random, so that a pair's mean falls by so much."""

    def __init__(self, name: str, drop: float, rate: Rate) -> None:
        """Plant a drop.

        Args:
            name: Of the gate that shall find it; the same name always fails the same results.
            drop: Of the mean, in [0, 1].
            rate: At which base has passed so far, which says what share of passes makes that drop.
        """
        self.name = name
        self.rate = rate
        self.share = min(1.0, drop * rate.told / rate.passed) if rate.passed else 0.0

    def __call__(self, slot: Slot, result: CaseResult) -> CaseResult:
        """Return what a trial came to, or a failure in its place."""
        if not self.share or not result.passed or slot.place not in {CANDIDATE, FRESH_CANDIDATE}:
            return result
        if fraction(f"{self.name} {slot.place} {slot.case.id} {slot.repeat}") >= self.share:
            return result
        return CaseResult(passed=False, metrics=dict.fromkeys(result.metrics, 0.0))
