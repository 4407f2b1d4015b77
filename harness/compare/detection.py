"""How well a detector finds what people labelled: shares with intervals that hold for few answers too."""

from math import sqrt
from statistics import NormalDist

from harness.compare.agreement import agreement
from harness.core.calibration import Detection, Figure, Table

CONFIDENCE = 0.95
SOURCES = (
    "Wilson (1927) for shares, and for F1 as 2s / (1 + s) of the share s of hits among hits, false alarms and misses; "
    "Fleiss, Cohen and Everitt (1969) for kappa"
)
"""Where the intervals come from, in a sentence for people."""

_HALF = 0.5


def detection(table: Table) -> Detection:
    """Return what a table of found and labelled answers comes to, with 95 % intervals."""
    hits, alarms, misses, rejections = table
    return Detection(
        precision=share(hits, hits + alarms),
        recall=share(hits, hits + misses),
        alarm_rate=share(alarms, alarms + rejections),
        f1=f1(table),
        kappa=kappa(table),
    )


def share(some: int, n: int) -> Figure | None:
    """Return a share with its interval, in [0, 1]; None of nothing.

    Args:
        some: How many of them, in [0, n].
        n: All of them, >= 0.

    Source:
        Wilson (1927), J. Am. Stat. Assoc. 22: the score interval, which holds near 0 and 1.
    """
    if not n:
        return None
    z2 = z() ** 2
    middle = (some + z2 / 2) / (n + z2)
    half = sqrt(z2 * (some * (n - some) / n + z2 / 4)) / (n + z2)
    return Figure(some / n, max(0.0, middle - half), min(1.0, middle + half))


def f1(table: Table) -> Figure | None:
    """Return the harmonic mean of precision and recall; None when nothing was found or labelled so.

    F1 is 2s / (1 + s) of the share s of hits among all answers that were found or labelled so. It rises with s, so the
    interval of s gives its own.
    """
    found = share(table.hits, table.hits + table.false_alarms + table.misses)
    return found and Figure(*(2 * s / (1 + s) for s in (found.value, found.low, found.high)))


def kappa(table: Table) -> Figure | None:
    """Return Cohen's kappa of detector and labels; None of no answers.

    The interval is that of the table with half an answer added to each cell: by the table itself, a detector without
    a mistake would be sure of itself after two answers.

    Source:
        Fleiss, Cohen and Everitt (1969), Psychol. Bull. 72, equation 13; Haldane (1956) for the halves.
    """
    found = agreement(*table)
    if found is None:
        return None
    return _around(found.kappa, *_kappa_error(*(cell + _HALF for cell in table)))


def ac1(table: Table) -> Figure | None:
    """Return Gwet's AC1 of judge and labels, which holds where nearly all pass; None of no answers.

    Source:
        Gwet (2008), Br. J. Math. Stat. Psychol. 61; its interval by the delta method, with halves added as for kappa.
    """
    found = agreement(*table)
    return found and _around(found.ac1, *_ac1_error(*(cell + _HALF for cell in table)))


def _around(value: float, middle: float, error: float) -> Figure:
    """Return a value beyond chance with the interval around the middle of its table with halves."""
    low, high = middle - z() * error, middle + z() * error
    return Figure(value, max(-1.0, min(low, value)), min(1.0, max(high, value)))


def _ac1_error(hits: float, alarms: float, misses: float, rejections: float) -> tuple[float, float]:
    """Return AC1 and its standard error, of a table without an empty cell."""
    n = hits + alarms + misses + rejections
    both, parted, neither = hits / n, (alarms + misses) / n, rejections / n
    rate = both + parted / 2
    chance = 2 * rate * (1 - rate)
    lack = parted / (1 - chance)
    tilt = lack * (1 - 2 * rate)
    mean = both * (1 - 2 * tilt) - parted * tilt + neither
    variance = both * (1 - 2 * tilt) ** 2 + parted * tilt**2 + neither - mean**2
    return 1 - lack, sqrt(max(0.0, variance) / n) / (1 - chance)


def _kappa_error(hits: float, alarms: float, misses: float, rejections: float) -> tuple[float, float]:
    """Return kappa and its standard error, of a table without an empty cell."""
    n = hits + alarms + misses + rejections
    a, b, c, d = hits / n, alarms / n, misses / n, rejections / n
    found, labelled = a + b, a + c
    chance = found * labelled + (1 - found) * (1 - labelled)
    value = (a + d - chance) / (1 - chance)
    lack = 1 - value
    agreeing = a * (1 - (found + labelled) * lack) ** 2 + d * (1 - (2 - found - labelled) * lack) ** 2
    parted = lack**2 * (b * (labelled + 1 - found) ** 2 + c * (found + 1 - labelled) ** 2)
    variance = agreeing + parted - (value - chance * lack) ** 2
    return value, sqrt(max(0.0, variance) / n) / (1 - chance)


def z() -> float:
    """Return how many standard errors lie on either side of a figure."""
    return NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
