"""Consistency: how often two answers to one question are alike."""

from collections import Counter
from collections.abc import Hashable, Sequence
from math import comb
from statistics import fmean


def across(cases: Sequence[tuple[Sequence[Hashable], Sequence[Hashable]]]) -> float | None:
    """Return the share of equal pairs of one answer of each side, on the average over cases; None of no pair.

    Args:
        cases: Of each case, what base's answers came to, and the candidate's.
    """
    shares = [_shared(one, other) / (len(one) * len(other)) for one, other in cases if one and other]
    return fmean(shares) if shares else None


def within(cases: Sequence[Sequence[Hashable]]) -> float | None:
    """Return the share of equal pairs among the repeats of a case, on the average over cases; None of no pair."""
    repeated = [answers for answers in cases if len(answers) > 1]
    shares = [sum(comb(n, 2) for n in Counter(one).values()) / comb(len(one), 2) for one in repeated]
    return fmean(shares) if shares else None


def _shared(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    counts = Counter(other)
    return sum(counts[answer] for answer in one)
