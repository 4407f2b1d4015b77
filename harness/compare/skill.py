"""How well a judge passes and fails what people do, whether that is enough to decide, and whether it has changed."""

from collections.abc import Iterable
from math import hypot
from typing import NamedTuple

from harness.compare.audit import mcnemar
from harness.compare.detection import ac1, kappa, share
from harness.core.calibration import Drift, Figure, Flips, Skill, Table
from harness.core.words import count

LABELS = 100
"""Labels below which a judge only advises."""
FAILS = 30
"""Those among them that are fails: of a judge who saw a handful, nobody knows what it lets through."""
FLOOR = 0.7
"""What the skill of a judge who decides is at least, at the low end of its interval."""
SOURCES = (
    "Wilson (1927) for shares; Newcombe (1998), method 10, for both less 1; Fleiss, Cohen and Everitt (1969) for "
    "kappa; Gwet (2008) for AC1; Lang and Reiczigel (2014) for what is corrected"
)
"""Where the intervals come from, in a sentence for people."""


def skill(table: Table) -> Skill:
    """Return what a table comes to, with 95 % intervals; what is found is what the judge passes."""
    return Skill(*_shares(table), youden=youden(table), kappa=kappa(table), ac1=ac1(table))


def youden(table: Table) -> Figure | None:
    """Return sensitivity and specificity less 1, in [-1, 1]; None unless people passed some and failed some.

    Source:
        Youden (1950), Cancer 3; Newcombe (1998), Stat. Med. 17, 873, method 10, for the interval.
    """
    one, other = _shares(table)
    if not one or not other:
        return None
    value = one.value + other.value - 1
    low = value - hypot(one.value - one.low, other.value - other.low)
    return Figure(value, low, value + hypot(one.high - one.value, other.high - other.value))


def advisory(table: Table) -> str:
    """Return why a judge neither passes nor blocks, but only advises; nothing of one that may decide."""
    n, fails = sum(table), table.false_alarms + table.rejections
    if n < LABELS:
        return f"{count(n, 'label')} of people, and {LABELS} are needed"
    if fails < FAILS:
        return f"people failed {fails} of {n} answers, and {FAILS} are needed"
    found = youden(table)
    if not found:
        return f"people passed none of {n} answers"
    if found.low < FLOOR:
        return f"sensitivity + specificity - 1 may be as low as {found.low:.2f}, and {FLOOR:.2f} is needed"
    return ""


class Twice(NamedTuple):
    """One labelled answer, judged last time and now."""

    passes: bool
    """What people say."""
    then: bool
    now: bool


def drift(labels: Iterable[Twice]) -> Drift:
    """Return how a judge changed since last time, on labels that it judged both times.

    Passes and fails are tested apart: one who becomes kind to all is more often right on the ones and wrong on the
    others, and right as often as before. The smaller p-value counts twice, for there are two.
    """
    told = list(labels)
    passes, fails = (_flips(one for one in told if one.passes is kind) for kind in (True, False))
    return Drift(passes, fails, min(1.0, 2 * min(mcnemar(*passes), mcnemar(*fails))))


def _flips(labels: Iterable[Twice]) -> Flips:
    moved = [one.now for one in labels if one.now is not one.then]
    return Flips(sum(moved), len(moved) - sum(moved))


def _shares(table: Table) -> tuple[Figure | None, Figure | None]:
    hits, alarms, misses, rejections = table
    return share(hits, hits + misses), share(rejections, alarms + rejections)
