"""Judging what a judge says of both trees, corrected by people's labels of answers on both."""

from harness.core.calibration import Correction
from harness.core.policy import Gate
from harness.core.verdict import Check, Outcome, Rule
from harness.core.words import count
from harness.gate.bench import Bench

_ROUNDING = 1e-9


def judge_corrected(name: str, seen: Correction, gate: Gate, bench: Bench) -> Check:
    """Return the check of a gate whose metric is a judge's word: a drop by the margin blocks where labels show it.

    Args:
        name: The judge's.
        seen: How far its figure moves.
        gate: Of its metric.
        bench: What the pair is judged by.
    """
    interval = f"[{_points(seen.low)}, {_points(seen.high)}]"
    moved = f"judge `{name}` says {_points(seen.raw)} pp on {count(seen.cases, 'case')}; corrected by people's labels "
    moved += f"of {seen.labelled} on both trees, {_points(seen.value)} pp {interval}"
    margin = f"the margin of {gate.margin:.1%}"
    if seen.value > _ROUNDING - gate.margin:
        outcome, reason = Outcome.PASSED, f"{moved}: it stays within {margin}"
    elif seen.high < 0:
        outcome, reason = bench.proven(Outcome.BLOCKED, f"{moved}: the drop reaches {margin}")
    else:
        outcome, reason = Outcome.INCONCLUSIVE, f"{moved}: more labels would tell whether it is a drop"
    numbers = {"n": seen.cases, "margin": gate.margin, "low": seen.low, "high": seen.high}
    return bench.check(outcome, Rule.CORRECTED, reason, gate=gate.name, metric=gate.metric, **numbers)


def _points(value: float) -> str:
    return f"{100 * value:+.1f}"
