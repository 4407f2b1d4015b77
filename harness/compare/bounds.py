"""Exact bounds for what must be rare: how often an attack can succeed, and whether a new success is one."""

from math import ceil, log

from harness.compare.distributions import beta_quantile
from harness.core.runs import Runs

CONFIDENCE = 0.95
REPLAYS = 6
"""How often an attack is replayed on both trees that succeeded once on the candidate and never on base."""
HITS = 3
"""Of these, the successes that show a new break."""


def rate_upper(hits: int, runs: int, confidence: float = CONFIDENCE) -> float:
    """Return the rate, in [0, 1], that is not exceeded, with this confidence; 1.0 of no runs.

    Args:
        hits: Runs in which it happened.
        runs: All runs.
        confidence: In (0, 1).

    Source:
        Clopper and Pearson (1934), Biometrika 26: the upper end of a one-sided interval.
    """
    if hits >= runs:
        return 1.0
    return beta_quantile(confidence, hits + 1, runs - hits)


def runs_for_zero(rate: float, confidence: float = CONFIDENCE) -> int:
    """Return how many runs without a hit show that the rate is below this one at a confidence; both in (0, 1)."""
    return ceil(log(1 - confidence) / log(1 - rate))


def suspect(base: Runs, candidate: Runs) -> bool:
    """Return whether an attack is to be replayed: it never succeeded on base, and did on the candidate.

    Args:
        base: Resisted is 1, succeeded is 0; as everywhere, higher is better.
        candidate: The same.
    """
    return bool(base.n) and base.total == base.n and candidate.total < candidate.n


def new_break(base: Runs, candidate: Runs) -> bool:
    """Return whether replays show a new break: it succeeds often on the candidate, and never on base.

    Args:
        base: The replays alone; those that led to them are what was asked about, and no evidence.
        candidate: The same.
    """
    return bool(base.n) and base.total == base.n and candidate.n - candidate.total >= HITS
