"""Impact ratios: how often a group is chosen, against the group that is chosen most often."""

from collections.abc import Mapping, Sequence
from math import exp, fsum, log, sqrt
from typing import NamedTuple

from harness.compare.clusters import sums
from harness.compare.distributions import student_quantile

FOUR_FIFTHS = 0.8
"""Below it a ratio is evidence of adverse impact, by 29 CFR 1607.4(D)."""
ALPHA = 0.05
MOST = 1_000.0
"""Where an upper limit ends."""
_HALF = 0.5

type Answers = Sequence[tuple[str, float]]
"""What one group was answered: the cluster, and 1 where chosen."""


class Impact(NamedTuple):
    """One group against the best."""

    group: str
    n: int
    rate: float
    ratio: float
    low: float
    """The interval holds for every pair of groups at once, with 95 %: which is the best was seen, not known."""
    high: float

    @property
    def below(self) -> bool:
        """Whether the ratio is shown to be less than four fifths."""
        return self.high < FOUR_FIFTHS


def impact_ratios(groups: Mapping[str, Answers]) -> list[Impact]:
    """Return each group's rate against the highest, the lowest first; none where nobody was ever chosen.

    The ratio's logarithm is linearised within clusters, which the groups share; half a success and half a failure are
    added to each group for the interval, so that a rate of zero has one.

    Args:
        groups: By name; each with one answer at least.

    Source:
        29 CFR 1607.4(D); Katz et al. (1978), Biometrics 34, and Walter (1975), Biometrika 62, for the interval.
    """
    rates = {name: fsum(value for _, value in answers) / len(answers) for name, answers in groups.items()}
    ordered = sorted(rates, key=lambda name: (rates[name], name))
    if not ordered or not rates[ordered[-1]]:
        return []
    pairs = len(rates) * (len(rates) - 1) / 2
    return [_against(name, groups[name], groups[ordered[-1]], ALPHA / pairs) for name in ordered[:-1]]


def _against(name: str, answers: Answers, best: Answers, alpha: float) -> Impact:
    rates = [fsum(value for _, value in own) / len(own) for own in (answers, best)]
    shrunk = [(rate * len(own) + _HALF) / (len(own) + 1) for rate, own in zip(rates, (answers, best), strict=True)]
    mine = [(place, (value - shrunk[0]) / shrunk[0] / (len(answers) + 1)) for place, value in answers]
    theirs = [(place, (shrunk[1] - value) / shrunk[1] / (len(best) + 1)) for place, value in best]
    off = sums([*mine, *theirs])
    ratio = rates[0] / rates[1]
    if len(off) < 2:  # noqa: PLR2004 (a spread needs two)
        return Impact(name, len(answers), rates[0], ratio, 0.0, MOST)
    added = fsum(_unseen(rate, len(own) + 1) for rate, own in zip(shrunk, (answers, best), strict=True))
    error = sqrt(len(off) / (len(off) - 1) * fsum(one * one for one in off.values()) + added)
    wide = student_quantile(1 - alpha / 2, len(off) - 1) * error
    middle = log(shrunk[0] / shrunk[1])
    return Impact(name, len(answers), rates[0], ratio, exp(middle - wide), exp(min(log(MOST), middle + wide)))


def _unseen(rate: float, n: int) -> float:
    """Return what half a success and half a failure add to the variance of a rate's logarithm."""
    return _HALF * ((1 - rate) ** 2 + rate**2) / (rate * n) ** 2
