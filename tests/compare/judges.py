"""Judges who err, simulated: what they say of a rate and of a difference, raw and corrected by people's labels.

`python -m tests.compare.judges [REPLICATES]` prints both side by side.
"""

import sys
from collections import Counter
from functools import cache
from random import Random
from statistics import fmean
from typing import NamedTuple

from harness.compare.corrected import true_difference, true_mean, true_rate
from harness.compare.detection import share
from harness.compare.difference import difference
from harness.compare.exact import compare
from harness.compare.sequential import ALPHA, Bounds, step
from harness.core.calibration import Figure, Table
from harness.core.pair import Pair
from harness.core.policy import Gate, SuitePolicy
from harness.core.runs import Difference, Matched, Runs
from harness.core.verdict import Outcome
from harness.gate.bench import Bench
from harness.gate.corrected import judge_corrected

MARGIN = 0.05


class Judge(NamedTuple):
    """How often a judge is right."""

    sensitivity: float
    """On answers that are to pass."""
    specificity: float
    """On answers that are to fail."""

    def says(self, dice: Random, passes: bool) -> bool:  # noqa: FBT001 (what people say)
        """Return whether it passes an answer."""
        return (dice.random() < self.sensitivity) if passes else (dice.random() >= self.specificity)


FOUR_OF_FIVE = Judge(0.8, 0.8)


class Coverage(NamedTuple):
    """How many of the intervals hold the truth."""

    raw: float
    corrected: float
    width: float
    """Of a corrected interval, on average."""


def holds(interval: Figure, truth: float) -> bool:
    """Return whether the truth lies in an interval."""
    return interval.low <= truth <= interval.high


@cache
def coverage(judge: Judge, rate: float, *, labels: int, judged: int = 1000, replicates: int) -> Coverage:
    """Return how often a judge's rate covers the true one, when people labelled some other answers."""
    dice = Random(f"{judge} {rate} {labels}")
    raw = corrected = 0
    widths: list[float] = []
    for _ in range(replicates):
        real = dice.binomialvariate(judged, rate)
        passed = dice.binomialvariate(real, judge.sensitivity)
        passed += dice.binomialvariate(judged - real, 1 - judge.specificity)
        passes = dice.binomialvariate(labels, rate)
        hits = dice.binomialvariate(passes, judge.sensitivity)
        alarms = dice.binomialvariate(labels - passes, 1 - judge.specificity)
        table = Table(hits, alarms, passes - hits, labels - passes - alarms)
        plain = share(passed, judged)
        mended = true_rate(passed, judged, table) or Figure(0.5, 0.0, 1.0)
        raw += plain is not None and holds(plain, rate)
        corrected += holds(mended, rate)
        widths.append(mended.high - mended.low)
    return Coverage(raw / replicates, corrected / replicates, fmean(widths))


class Change(NamedTuple):
    """A change of a prompt, and who judges it."""

    base: float
    """The true rate of passes."""
    candidate: float
    of_base: Judge
    of_candidate: Judge
    """The judge may see the candidate's style otherwise."""

    def case(self, dice: Random) -> tuple[float, float]:
        """Return what people and the judge say of one case, candidate less base."""
        before, after = dice.random() < self.base, dice.random() < self.candidate
        return after - before, self.of_candidate.says(dice, after) - self.of_base.says(dice, before)


LENIENT = Change(0.85, 0.80, Judge(0.95, 0.90), Judge(0.95, 0.60))
"""Five points worse, in a style that the judge likes."""
HARSH = Change(0.85, 0.85, Judge(0.95, 0.90), Judge(0.89, 0.90))
"""No worse, in a style that it does not."""

LIKED = Change(0.85, 0.85, Judge(0.95, 0.90), Judge(0.97, 0.60))
"""No worse, in a style that it likes."""
MUCH_WORSE = LENIENT._replace(candidate=0.75)
"""Ten points worse, in that style."""


class Told(NamedTuple):
    """What simulated gates came to."""

    verdicts: Counter[str]
    estimate: float
    """On average."""
    covered: float
    """The share of 95 % intervals that hold the truth."""


@cache
def tell(change: Change, *, labels: int, cases: int = 1000, replicates: int) -> tuple[Told, Told]:
    """Return what gates say of a change by the judge alone, and by the judge corrected by labels of both sides."""
    dice = Random(f"{change} {labels}")
    seen: tuple[list[Difference], list[Difference]] = ([], [])
    ends: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for _ in range(replicates):
        labelled = [change.case(dice) for _ in range(labels)]
        judged = [change.case(dice)[1] for _ in range(cases - labels)]
        plain = raw([*judged, *(judge for _, judge in labelled)])
        mended = true_mean(judged, labelled)
        assert mended
        seen[0].append(plain)
        ends[0].append(plain.interval())
        seen[1].append(Difference(mended.value, mended.error, 0, 0, cases))
        ends[1].append(mended.interval())
    truth = change.candidate - change.base
    first, second = (
        Told(
            Counter(str(step(one, MARGIN, Bounds.of(ALPHA))) for one in found),
            fmean(one.value for one in found),
            fmean(low <= truth <= high for low, high in intervals),
        )
        for found, intervals in zip(seen, ends, strict=True)
    )
    return first, second


@cache
def gated(change: Change, *, labels: int, cases: int = 1000, replicates: int) -> Counter[Outcome]:
    """Return what the corrected checks of gates come to, when people labelled so many cases on both sides."""
    dice = Random(f"{change} {labels} {cases}")
    gate = Gate("grounded", "regression", metric="grounding", margin=MARGIN)
    bench = Bench(Pair("regression", "desk"), [gate], SuitePolicy("regression"), compare, paired=True, absolute=False)
    found: Counter[Outcome] = Counter()
    for _ in range(replicates):
        labelled = [change.case(dice) for _ in range(labels)]
        seen = true_difference([change.case(dice)[1] for _ in range(cases - labels)], labelled, alike=0)
        assert seen
        found[judge_corrected("grounded", seen, gate, bench).outcome] += 1
    return found


def raw(differences: list[float]) -> Difference:
    """Return what the gate sees of single runs that pass or fail, by these differences."""
    pairs = [Matched(Runs.binary(one < 0, 1), Runs.binary(one > 0, 1)) for one in differences]
    found = difference(pairs)
    assert found
    return found


def main(replicates: int) -> None:
    """Print both tables."""
    write = sys.stdout.write
    write(f"{'judge':12}{'true rate':>10}{'labels':>8}{'raw covers':>12}{'corrected':>11}{'width':>8}\n")
    for judge in (FOUR_OF_FIVE, Judge(0.95, 0.80), Judge(0.80, 0.95)):
        for rate in (0.95, 0.9, 0.8, 0.7):
            for labels in (100, 300):
                found = coverage(judge, rate, labels=labels, replicates=replicates)
                write(f"{judge.sensitivity:.0%} / {judge.specificity:.0%}".ljust(12) + f"{rate:>10.0%}{labels:>8}")
                write(f"{found.raw:>12.1%}{found.corrected:>11.1%}{found.width:>8.3f}\n")
    write(f"\n{'change':26}{'labels':>8}{'':>11}{'passed':>8}{'blocked':>9}{'undecided':>11}{'mean':>8}{'covers':>8}\n")
    for name, change in (("5 worse, judge lenient", LENIENT), ("no worse, judge harsh", HARSH)):
        for labels in (100, 200, 300):
            for kind, told in zip(
                ("raw", "corrected"), tell(change, labels=labels, replicates=replicates), strict=True
            ):
                passed, blocked, more = (told.verdicts[word] / replicates for word in ("pass", "block", "more"))
                write(f"{name:26}{labels:>8}{kind:>11}{passed:>8.1%}{blocked:>9.1%}{more:>11.1%}")
                write(f"{told.estimate:>+8.3f}{told.covered:>8.1%}\n")
    write(f"\n{'corrected checks':26}{'labels':>8}{'cases':>8}{'passed':>8}{'blocked':>9}{'undecided':>11}\n")
    changes = {
        "10 worse, judge lenient": MUCH_WORSE,
        "5 worse, judge lenient": LENIENT,
        "no worse, judge lenient": LIKED,
    }
    for name, change in {**changes, "no worse, judge harsh": HARSH}.items():
        for labels, cases in ((30, 300), (100, 300), (200, 1000)):
            came = gated(change, labels=labels, cases=cases, replicates=replicates)
            shares = [came[one] / replicates for one in (Outcome.PASSED, Outcome.BLOCKED, Outcome.INCONCLUSIVE)]
            write(f"{name:26}{labels:>8}{cases:>8}{shares[0]:>8.1%}{shares[1]:>9.1%}{shares[2]:>11.1%}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
