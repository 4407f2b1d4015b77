"""Critical cases: they must pass."""

from collections.abc import Iterator, Mapping, Sequence

from harness.core.judged import Judged, Standing
from harness.core.verdict import Check, Outcome, Rule
from harness.core.words import named
from harness.gate.bench import Bench


def critical(rows: Sequence[Judged], bench: Bench, standings: Mapping[str, Standing]) -> Iterator[Check]:
    """Critical cases must pass, unless base fails them too; an added one has no base to hide behind.

    Args:
        rows: All cases of the pair.
        bench: What it is judged by.
        standings: What each critical case came to whose answers vary.
    """
    found: dict[Standing, list[str]] = {standing: [] for standing in Standing}
    for row in rows:
        if row.critical and not (row.candidate and row.candidate.undecided):
            found[standings.get(row.case) or _standing(row, paired=bench.paired)].append(row.case)
    total = sum(map(len, found.values()))
    if total:
        outcome, reason = _worst(found, total)
        if found[Standing.KNOWN]:
            reason += f"; base fails {'them at times ' if standings else ''}too: {named(found[Standing.KNOWN])}"
        if standings:
            outcome, reason = bench.proven(outcome, reason)
        yield bench.check(outcome, Rule.CRITICAL, reason, n=total, lost=len(found[Standing.BROKEN]))


def _worst(found: Mapping[Standing, Sequence[str]], total: int) -> tuple[Outcome, str]:
    """Return what the worst of them come to, and why."""
    if broken := found[Standing.BROKEN]:
        return Outcome.BLOCKED, f"must pass and fails: {named(broken)}"
    if unclear := found[Standing.UNCLEAR]:
        return Outcome.INCONCLUSIVE, f"must pass and cannot be judged: {named(unclear)}"
    if redefined := found[Standing.REDEFINED]:
        reason = f"cases were redefined: fails in the form that base knows: {named(redefined)}"
        return Outcome.INCONCLUSIVE, reason
    if found[Standing.KNOWN]:
        return Outcome.PASSED, "no critical case fails that base passes"
    return Outcome.PASSED, "the critical case passes" if total == 1 else f"all {total} critical cases pass"


def _standing(row: Judged, *, paired: bool) -> Standing:
    """Return what a critical case came to."""
    fails = row.candidate is not None and row.candidate.passed is False
    base_passes = row.base is not None and row.base.passed is True
    if fails and (base_passes or row.change == "added" or not paired):
        return Standing.BROKEN
    if row.old_base and row.old_base.passed and not (row.old_candidate and row.old_candidate.passed):
        return Standing.REDEFINED
    if fails:
        return Standing.KNOWN
    return Standing.UNCLEAR if row.candidate is None or row.candidate.passed is None else Standing.FINE
