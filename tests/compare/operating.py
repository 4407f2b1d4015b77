"""Operating characteristics of the paired test, simulated through the project's own functions.

`python -m tests.compare.operating [REPLICATES]` prints the table.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import exp
from random import Random
from typing import NamedTuple

from harness.compare.breadth import LEVEL, breadth
from harness.compare.difference import difference
from harness.compare.sequential import ALPHA, SCREEN, WAVES, Bounds, repeats, step
from harness.core.runs import Matched, Runs, Step

DEPTH = 10
"""Runs a case that base has already."""
TYPICAL, CURATED, NOISY = (0.6, 0.12), (2.0, 0.06), (1.2, 0.4)
"""Beta distributions of how often a case passes: their means are .83, .97 and .75."""

type Rates = list[float]
type Change = Callable[[Random, Rates], Rates]


class Outcome(NamedTuple):
    """What one simulated gate came to."""

    verdict: str
    runs: float
    """Calls a case, of both trees; those that base had already are not counted."""


def same(_dice: Random, rates: Rates) -> Rates:
    """Change nothing."""
    return rates


def drop(points: float) -> Change:
    """Lower the mean by so many points, by the same shift of every case's logit."""

    def shifted(rates: Rates, shift: float) -> Rates:
        odds = exp(shift)
        return [0.0 if rate <= 0 else 1 / (1 + (1 / rate - 1) * odds) if rate < 1 else 1.0 for rate in rates]

    def change(_dice: Random, rates: Rates) -> Rates:
        near = [min(max(rate, 1e-6), 1 - 1e-6) for rate in rates]
        goal = sum(near) / len(near) - points / 100
        low, high = 0.0, 40.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if sum(shifted(near, middle)) / len(near) > goal else (low, middle)
        return shifted(near, low)

    return change


def swap(dice: Random, rates: Rates) -> Rates:
    """Draw a tenth of the cases anew."""
    return [dice.betavariate(*TYPICAL) if dice.random() < 0.1 else rate for rate in rates]


def slice_broken(_dice: Random, rates: Rates) -> Rates:
    """Break a tenth of the cases altogether."""
    return [0.0 if number % 10 == 0 else rate for number, rate in enumerate(rates)]


def more(dice: Random, have: Sequence[Runs], rates: Rates, goal: Sequence[int]) -> list[Runs]:
    """Run each case until it has as many runs as it shall have."""
    found: list[Runs] = []
    for runs, rate, want in zip(have, rates, goal, strict=True):
        missing = max(0, want - runs.n)
        passed = [dice.random() < rate for _ in range(missing)]
        found.append(runs.plus(Runs.binary(sum(passed), missing)) if passed else runs)
    return found


def gate(dice: Random, base: Rates, candidate: Rates, *, margin: float, cached: Rates, depth: int = DEPTH) -> Outcome:
    """Judge one change as a gate does: a screen against base's cached runs, then fresh runs of both trees."""
    cases = len(base)
    rounding = [dice.random() for _ in base]
    known = more(dice, [Runs()] * cases, cached, [depth] * cases)
    mine = [Runs()] * cases
    state = Step.MORE
    for wave in range(WAVES):
        mine = more(dice, mine, candidate, repeats(known, wave, rounding))
        state = step(difference([*map(Matched, known, mine)]), margin, Bounds.of(SCREEN))
        if state is not Step.MORE:
            break
    spent = sum(runs.n for runs in mine)
    if state is not Step.BLOCK:
        return Outcome("pass" if state is Step.PASS else "undecided", spent / cases)
    old, new = [Runs()] * cases, [Runs()] * cases
    for wave in range(WAVES):
        goal = repeats(known, wave, rounding)
        old, new = more(dice, old, base, goal), more(dice, new, candidate, goal)
        pairs = [*map(Matched, old, new)]
        state = step(difference(pairs), margin, Bounds.of(ALPHA / SCREEN))
        if state is not Step.MORE:
            break
    spent += sum(runs.n for runs in (*old, *new))
    broad = state is Step.BLOCK and breadth(pairs) <= LEVEL
    verdict = "pass" if state is Step.PASS else "block" if broad else "undecided"
    return Outcome(verdict, spent / cases)


class Suite(NamedTuple):
    """A suite whose gates are simulated."""

    cases: int
    margin: float
    profile: tuple[float, float] = TYPICAL
    """The Beta distribution of the cases' rates."""
    depth: int = DEPTH
    drift: float = 0.0
    """Points by which the provider got worse since base was run."""


@cache
def simulate(change: Change, suite: Suite, *, replicates: int, seed: int = 1) -> tuple[Mapping[str, int], float]:
    """Return how often each verdict came, and the mean calls a case; what was simulated once is not simulated again."""
    dice = Random(seed)
    found: Counter[str] = Counter()
    runs = 0.0
    for _ in range(replicates):
        rates = [dice.betavariate(*suite.profile) for _ in range(suite.cases)]
        now = drop(suite.drift)(dice, rates) if suite.drift else rates
        said = gate(dice, now, change(dice, now), margin=suite.margin, cached=rates, depth=suite.depth)
        found[said.verdict] += 1
        runs += said.runs
    return found, runs / replicates


CHANGES: dict[str, Change] = {
    "nothing changed": same,
    "2 points worse": drop(2),
    "5 points worse": drop(5),
    "10 points worse": drop(10),
    "a tenth of the cases drawn anew": swap,
    "a tenth of the cases broken": slice_broken,
}
SUITES = (Suite(30, 0.10), Suite(100, 0.05), Suite(300, 0.05))


def main(replicates: int) -> None:
    """Print the table."""
    rows = [(name, change, suite) for suite in SUITES for name, change in CHANGES.items()]
    rows += [("nothing changed, provider 3 points worse", same, suite._replace(drift=3.0)) for suite in SUITES]
    head = f"{'change':42}{'cases':>6}{'margin':>8}{'blocked':>9}{'passed':>9}{'undecided':>11}{'runs/case':>11}\n"
    sys.stdout.write(head)
    for name, change, suite in rows:
        found, runs = simulate(change, suite, replicates=replicates)
        block, passed, undecided = (found[verdict] / replicates for verdict in ("block", "pass", "undecided"))
        sys.stdout.write(f"{name:42}{suite.cases:>6}{suite.margin:>8.0%}{block:>9.1%}{passed:>9.1%}{undecided:>11.1%}")
        sys.stdout.write(f"{runs:>11.2f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
