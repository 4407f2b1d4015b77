"""Spending compared: whether the candidate takes more than base by the margin, or more than a bound."""

from collections.abc import Sequence
from math import ceil, expm1, fsum, log, log1p, sqrt
from statistics import fmean, stdev, variance

from harness.compare.costs import SLOW, slower
from harness.compare.distributions import beta, student, student_quantile
from harness.compare.sequential import BETA
from harness.core.runs import Step
from harness.core.spending import Growth, Level

LEAST_CASES = 10
"""Cases below which a mean of what varies says too little to judge by."""
SURE = 0.975
"""The quantile at which a 95 % interval ends."""
_ROUNDING = 1e-9
_LEAST = 1e-6
"""What nothing counts as in a ratio."""

type Paired = Sequence[tuple[Sequence[float], Sequence[float]]]
"""Of each case, what each call took on base, and on the candidate."""


def grown(cases: Paired, *, margin: float, alpha: float, exact: bool) -> Growth | None:
    """Return whether the candidate takes more by the margin, or None where no case was answered on both trees.

    What is always the same is compared by the ratio of the means. What varies is compared case by case: the mean of
    the differences of logarithms, with the standard error that these show, by Student's t.

    Args:
        cases: What each call took, >= 0.
        margin: The relative growth worth catching; above 0.
        alpha: The share of harmless changes that it may block.
        exact: Whether one call says all that there is to know.
    """
    told = [(one, other) for one, other in cases if one and other]
    if not told:
        return None
    base, candidate = fmean(fmean(one) for one, _ in told), fmean(fmean(other) for _, other in told)
    moved = [_log(other) - _log(one) for one, other in told]
    error = stdev(moved) / sqrt(len(moved)) if len(moved) > 1 else 0.0
    if exact or (error == 0 and len(moved) >= LEAST_CASES):
        value = candidate / base - 1 if base else float(candidate > 0)
        step = Step.BLOCK if value >= margin - _ROUNDING else Step.PASS
        return Growth(step, base, candidate, value, value, value, len(told))
    mean, reach = fmean(moved), _reach(error, len(moved) - 1)
    step = _step(mean - log1p(margin), error, len(moved), alpha)
    return Growth(step, base, candidate, expm1(mean), expm1(mean - reach), expm1(mean + reach), len(told))


def bounded(cases: Sequence[Sequence[float]], at_most: float, *, alpha: float, exact: bool) -> Level | None:
    """Return whether the mean over cases is more than a bound, or None where there is no call.

    Where calls vary, the error is that of these cases asked again; of cases that were asked once alone, it is that of
    other cases like these, which is wider.

    Args:
        cases: What each call of each case took, >= 0.
        at_most: The bound.
        alpha: As of `grown`.
        exact: As of `grown`.
    """
    told = [calls for calls in cases if calls]
    if not told:
        return None
    value = fmean(map(fmean, told))
    if exact:
        step = Step.BLOCK if value > at_most * (1 + _ROUNDING) else Step.PASS
        return Level(step, value, value, value, len(told))
    error, freedom = _error(told)
    reach = _reach(error, freedom)
    step = _step(value - at_most, error, len(told), alpha, freedom)
    return Level(step, value, value - reach, value + reach, len(told))


def late(calls: Sequence[float], at_most: float, *, alpha: float) -> Level | None:
    """Return whether more than a twentieth of the calls take longer than a bound, or None where there is no call.

    Args:
        calls: shape (calls,), seconds.
        at_most: Seconds.
        alpha: As of `grown`.

    Source:
        Clopper and Pearson (1934), Biometrika 26: the tail of the binomial distribution.
    """
    if not calls:
        return None
    value, beyond, n = quantile(calls, SLOW), sum(one > at_most for one in calls), len(calls)
    if value <= at_most:
        return Level(Step.PASS, value, value, value, n)
    rare = beta(1 - SLOW, beyond, n - beyond + 1) < alpha
    return Level(Step.BLOCK if rare else Step.MORE, value, value, value, n)


def lagging(base: Sequence[float], candidate: Sequence[float], *, margin: float, alpha: float) -> Growth | None:
    """Return whether the candidate's calls take longer than base's by the margin, or None where a side has no call.

    Args:
        base: shape (calls,), seconds.
        candidate: shape (calls,), seconds, measured side by side with base.
        margin: The relative growth worth catching.
        alpha: As of `grown`.
    """
    slow = slower([one * (1 + margin) for one in base], candidate)
    if slow is None:
        return None
    before, after = quantile(base, SLOW), quantile(candidate, SLOW)
    value = after / before - 1 if before else float(after > 0)
    step = Step.PASS if value < margin else Step.BLOCK if slow.p < alpha else Step.MORE
    return Growth(step, before, after, value, value, value, len(candidate))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the least value that a share of the values does not exceed; there must be one."""
    return sorted(values)[max(ceil(share * len(values) - _ROUNDING) - 1, 0)]


def _log(calls: Sequence[float]) -> float:
    """Return the mean logarithm; that of the mean would be lower the fewer calls there are."""
    return fmean(log(max(one, _LEAST)) for one in calls)


def _error(cases: Sequence[Sequence[float]]) -> tuple[float, int]:
    """Return the standard error of the mean over cases, and its degrees of freedom."""
    again = [calls for calls in cases if len(calls) > 1]
    if again:
        freedom = sum(len(calls) - 1 for calls in again)
        pooled = fsum(variance(calls) * (len(calls) - 1) for calls in again) / freedom
        return sqrt(pooled * fsum(1 / len(calls) for calls in cases)) / len(cases), freedom
    if len(cases) > 1:
        return stdev(calls[0] for calls in cases) / sqrt(len(cases)), len(cases) - 1
    return 0.0, 0


def _step(beyond: float, error: float, cases: int, alpha: float, freedom: int = 0) -> Step:
    """Return where a mean stands that lies so far beyond its bound."""
    if cases < LEAST_CASES:
        return Step.MORE
    if error == 0:
        return Step.BLOCK if beyond > 0 else Step.PASS
    below = student(beyond / error, freedom or cases - 1)
    if 1 - below < alpha:
        return Step.BLOCK
    return Step.PASS if below < BETA else Step.MORE


def _reach(error: float, freedom: int) -> float:
    """Return how far a 95 % interval reaches; of no freedom there is no error, and it is the value itself."""
    return student_quantile(SURE, freedom) * error if error else 0.0
