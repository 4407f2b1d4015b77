"""Agreement of a judge with people, and what a judge's errors do to a rate."""

from collections.abc import Sequence
from math import fsum, sqrt
from statistics import fmean, variance
from typing import NamedTuple


class Agreement(NamedTuple):
    """How far two raters agree beyond chance; 1 is perfect, 0 is chance."""

    kappa: float
    """Cohen's, which falls apart where nearly everything passes."""
    ac1: float
    """Gwet's, which does not."""


def agreement(both: int, first: int, second: int, neither: int) -> Agreement | None:
    """Return the agreement of two raters who pass or fail, or None where they rated nothing.

    Args:
        both: Cases that both pass.
        first: Cases that only the first passes.
        second: Cases that only the second passes.
        neither: Cases that both fail.

    Source:
        Cohen (1960), Educ. Psychol. Meas. 20; Gwet (2008), Br. J. Math. Stat. Psychol. 61.
    """
    n = both + first + second + neither
    if not n:
        return None
    seen = (both + neither) / n
    one, other = (both + first) / n, (both + second) / n
    mean = (one + other) / 2
    return Agreement(
        kappa=_beyond(seen, one * other + (1 - one) * (1 - other)), ac1=_beyond(seen, 2 * mean * (1 - mean))
    )


def _beyond(seen: float, chance: float) -> float:
    return (seen - chance) / (1 - chance) if chance < 1 else 1.0


def true_rate(judged: float, *, sensitivity: float, specificity: float) -> float | None:
    """Return the rate of passes behind a judge's, in [0, 1]; None of a judge no better than chance.

    Args:
        judged: The rate of passes by the judge's word.
        sensitivity: The share of real passes that it passes.
        specificity: The share of real fails that it fails.

    Source:
        Rogan and Gladen (1978), Am. J. Epidemiol. 107.
    """
    skill = sensitivity + specificity - 1
    return min(1.0, max(0.0, (judged + specificity - 1) / skill)) if skill > 0 else None


class Corrected(NamedTuple):
    """A mean by a judge's word, corrected by people's."""

    value: float
    error: float
    """Its standard error."""


def corrected(judged: Sequence[float], labelled: Sequence[tuple[float, float]]) -> Corrected | None:
    """Return the mean of many judged scores, corrected by what people say of some others; None of fewer than two.

    Args:
        judged: shape (cases,), the judge's scores where nobody else looked.
        labelled: shape (labels,), a person's and the judge's score of the same answer.

    Source:
        Angelopoulos et al. (2023), Science 382: prediction-powered inference of a mean.
    """
    off = [person - judge for person, judge in labelled]
    if min(len(judged), len(off)) < 2:  # noqa: PLR2004 (a variance needs two)
        return None
    return Corrected(fmean(judged) + fmean(off), sqrt(fsum([variance(judged) / len(judged), variance(off) / len(off)])))
