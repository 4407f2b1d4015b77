"""Judging one pair: every rule, in the order in which a reader wants them."""

from collections.abc import Sequence

from harness.core.judged import Judged
from harness.core.verdict import Check, Outcome, Rule
from harness.gate import exact, noisy
from harness.gate.bench import Bench
from harness.gate.comparable import incomparable
from harness.gate.critical import critical
from harness.gate.noisy import Weighed


def judge(rows: Sequence[Judged], bench: Bench, weighed: Weighed | None = None) -> list[Check]:
    """Return the checks of one pair; a pair that nothing judges gets one that says so.

    Args:
        rows: What each case came to on both trees; where answers vary, what most of its repeats came to.
        bench: What the pair is judged by.
        weighed: What repeats showed, where answers vary.
    """
    if not bench.gates:
        hint = "no gate of the policy judges it: add one under `gates:` (it counts once merged)"
        return [bench.check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, hint)]
    if bench.noise and bench.noise.chosen:
        what = "its answers vary, and cases chosen since they failed tell nothing: `harness diff CASE` shows them"
        return [bench.check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, what)]
    checks: list[Check] = []
    if bench.paired:
        for gate in bench.gates:
            checks += noisy.paired(rows, gate, bench, weighed) if weighed else exact.paired(rows, gate, bench)
        checks += incomparable(rows, bench)
    if bench.absolute:
        for gate in bench.gates:
            checks += noisy.absolute(gate, bench, weighed) if weighed else exact.absolute(rows, gate, bench)
    checks += critical(rows, bench, weighed.standings if weighed else {})
    if not checks:
        what = "its gates have no `at_least`, so nothing judges it without a base"
        checks.append(bench.check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, what))
    return checks
