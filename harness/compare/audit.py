"""Figures for auditors beside a verdict: they describe what was seen, and decide nothing."""

from collections.abc import Mapping
from fractions import Fraction
from math import comb


def mcnemar(lost: int, gained: int) -> float:
    """Return the two-sided exact p-value of single runs: as many cases were lost as gained, but for chance.

    Source:
        McNemar (1947), Psychometrika 12, with the binomial distribution in place of the normal.
    """
    n = lost + gained
    tail = sum(comb(n, k) for k in range(min(lost, gained) + 1))
    return float(min(Fraction(1), Fraction(2 * tail, 2**n)))


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """Return p-values adjusted for their number, by name, in the order given.

    Source:
        Holm (1979), Scand. J. Stat. 6.
    """
    adjusted: dict[str, float] = {}
    least = 0.0
    for place, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        least = max(least, min(1.0, value * (len(values) - place)))
        adjusted[name] = least
    return {name: adjusted[name] for name in values}


def benjamini_hochberg(values: Mapping[str, float]) -> dict[str, float]:
    """Return p-values adjusted so that of all that are called real a share is not, by name, in the order given.

    For tables that are looked through for hints; what blocks is adjusted by `holm`.

    Source:
        Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57.
    """
    adjusted: dict[str, float] = {}
    most = 1.0
    for place, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1], reverse=True)):
        most = min(most, value * len(values) / (len(values) - place))
        adjusted[name] = most
    return {name: adjusted[name] for name in values}
