"""Comparable cases: one that a tree cannot render, or that nobody can mark, tells nothing about the change."""

from collections.abc import Iterator, Sequence

from harness.core.judged import Judged
from harness.core.verdict import Check, Outcome, Rule
from harness.core.words import count, named
from harness.gate.bench import Bench

_REASON = 100
"""Characters of why a case cannot be compared that a check's sentence holds."""


def _unmatched(row: Judged) -> str:
    """Return why a case lacks a result that a comparison would need, or nothing.

    One that is undecided on both trees has nothing to compare, and no tree took it away.
    """
    if row.base and row.candidate and row.base.undecided and row.candidate.undecided:
        return ""
    needed = [("candidate", row.candidate), ("base", row.base)]
    if row.change == "edited":
        needed += [("candidate", row.old_candidate), ("base", row.old_base)]
    for tree, result in needed:
        if result is None:
            return f"{tree} cannot render it"
        if result.passed is None:
            return f"{tree}: {result.problem[:_REASON]}"
    return ""


def incomparable(rows: Sequence[Judged], bench: Bench) -> Iterator[Check]:
    """Doubt a comparison that leaves more cases out than policy allows."""
    found = [f"{row.case} ({why})" for row in rows if (why := _unmatched(row))]
    limit = bench.limits.max_incomparable
    if len(found) > limit * len(rows):
        reason = f"{len(found)} of {count(len(rows), 'case')} cannot be compared, more than the {limit:.0%} that policy"
        reason += f" allows: {named(found)}"
        yield bench.check(Outcome.INCONCLUSIVE, Rule.INCOMPARABLE, reason, n=len(rows), lost=len(found))
