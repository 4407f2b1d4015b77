"""Exact bounds for what must be rare."""

from harness.compare.distributions import beta_quantile

CONFIDENCE = 0.95


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
