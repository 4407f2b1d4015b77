"""What a judge's errors do to a rate or a difference, mended by people's labels of some of the answers."""

from collections.abc import Sequence
from math import sqrt
from statistics import covariance, fmean, variance

from harness.compare.clusters import Mean
from harness.compare.detection import z
from harness.core.calibration import Correction, Figure, Table

LEAST = 30
"""Labelled cases without which a difference is not corrected."""
SURE = 0.99
"""The confidence of a corrected difference: by it alone a change may be blocked, beside all other checks."""


def true_rate(passed: int, n: int, table: Table) -> Figure | None:
    """Return the rate of passes behind a judge's word, in [0, 1], with a 95 % interval.

    The interval knows that the judge's errors are themselves known from some labels only. It holds as long as the
    judge errs on these answers as it does on the labelled ones.

    Args:
        passed: Answers that the judge passes, in [0, n].
        n: Those that it judged; none of the labelled ones is among them.
        table: The judge's passes on the labelled answers, against people's.

    Returns:
        None of no answer, of labels that all say the same, and of a judge no better than chance.

    Source:
        Rogan and Gladen (1978), Am. J. Epidemiol. 107; Lang and Reiczigel (2014), Prev. Vet. Med. 113, for the
        interval.
    """
    passes, fails = table.hits + table.misses, table.false_alarms + table.rejections
    if not n or not passes or not fails:
        return None
    known = table.hits / passes + table.rejections / fails - 1
    right, wrong = (table.hits + 1) / (passes + 2), (table.false_alarms + 1) / (fails + 2)
    if known <= 0 or right <= wrong:
        return None
    value = _within((passed / n - table.false_alarms / fails) / known)
    judged, judgements = (passed + z() ** 2 / 2) / (n + z() ** 2), n + z() ** 2
    middle = (judged - wrong) / (right - wrong)
    unsure, unsure_fails = right * (1 - right) / (passes + 2), wrong * (1 - wrong) / (fails + 2)
    shift = 2 * z() ** 2 * (middle * unsure - (1 - middle) * unsure_fails)
    spread = judged * (1 - judged) / judgements + middle**2 * unsure + (1 - middle) ** 2 * unsure_fails
    half = z() * sqrt(spread) / (right - wrong)
    low, high = _within(middle + shift - half), _within(middle + shift + half)
    return Figure(value, min(low, value), max(high, value))


def _within(rate: float) -> float:
    return min(1.0, max(0.0, rate))


def true_mean(judged: Sequence[float], labelled: Sequence[tuple[float, float]]) -> Mean | None:
    """Return the mean of a judge's scores, corrected by people's of some other answers; None of fewer than two labels.

    Of differences, candidate less base on the same case with both labelled, it is the corrected difference: a judge
    who is kinder to one side is corrected for that, which no one table of its errors can do. The less the judge
    follows people, the less it counts: of one who rolls dice, or who judged next to nothing else, the labels' mean
    remains. The error is that of two more labels of which one is off either way, since a judge who never erred so far
    still may.

    Args:
        judged: shape (cases,), by the judge, of what nobody labelled; each in [-1, 1].
        labelled: shape (labels,), people's word and the judge's on the same; drawn from the same cases.

    Source:
        Angelopoulos et al. (2023), Science 382: prediction-powered inference; Angelopoulos, Duchi and Zrnic (2023),
        arXiv:2311.01453, for the weight of the judge.
    """
    n, others = len(labelled), len(judged)
    if n < 2:  # noqa: PLR2004 (a variance needs two)
        return None
    people, judge = [one for one, _ in labelled], [one for _, one in labelled]
    weight, known, unsure = 0.0, 0.0, 0.0
    if others > 1 and (spread := variance([*judged, *judge])):
        weight = _within(covariance(people, judge) / (spread * (1 + n / others)))
        known, unsure = fmean(judged), variance(judged) / others
    off = [person - weight * word for person, word in labelled]
    mean = fmean(off)
    error = weight**2 * unsure + variance([*off, mean - 1, mean + 1]) / n
    return Mean(weight * known + mean, sqrt(error), n - 1)


def true_difference(judged: Sequence[float], labelled: Sequence[tuple[float, float]], alike: int) -> Correction | None:
    """Return how far a judge's figure moves from base to candidate, corrected; None of fewer than `LEAST` labels.

    Args:
        judged: As of `true_mean`; candidate less base.
        labelled: The same.
        alike: Cases that both trees ask alike, which move by nothing whoever labels them.
    """
    found = true_mean(judged, labelled)
    if found is None or len(labelled) < LEAST:
        return None
    told = [*judged, *(judge for _, judge in labelled)]
    share = len(told) / (len(told) + alike)
    low, high = found.interval(SURE)
    return Correction(
        raw=share * fmean(told),
        value=share * found.value,
        low=share * max(low, -1.0),
        high=share * min(high, 1.0),
        cases=len(told) + alike,
        labelled=len(labelled),
    )
