"""Judging answers that vary, by what looks at their repeats have come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from harness.core.judged import Judged, Standing
from harness.core.policy import Gate
from harness.core.runs import Difference, Look, Step
from harness.core.verdict import Check, Outcome, Rule
from harness.core.words import count
from harness.gate.bench import Bench
from harness.gate.contrasts import Form, Looks, Point, goal_of, margin_of, weighs
from harness.gate.exact import unmeasured, untold
from harness.gate.sentence import Why, bound_sentence, drop_sentence, moved


class Weighed(NamedTuple):
    """What the repeats of a pair showed."""

    screen: Looks
    """Against the runs that base has."""
    fresh: Looks
    """Both trees asked again, side by side, for what the screen suspects."""
    standings: Mapping[str, Standing]
    """Of each critical case."""
    depth: int = 0
    """The runs that base has of each case at least; 0 without a base."""


def paired(rows: Sequence[Judged], gate: Gate, bench: Bench, weighed: Weighed) -> Iterator[Check]:
    """Judge a gate and its slices by what the repeats showed."""
    for tag in ("", *gate.slices):
        here = [row for row in rows if not tag or tag in row.tags]
        points = [Point(gate.name, tag, form) for form in (Form.TODAY, Form.KNOWN)]
        checks = [check for point in points if (check := _weigh(point, gate, bench, weighed))]
        if not checks and tag and not here:
            continue
        check = min(checks, key=_badness) if checks else _unasked(here, gate, tag, bench)
        yield check
        if check.outcome is Outcome.PASSED:
            yield from _redefined(gate, tag, bench, weighed) or untold(here, gate, tag, bench, margin_of(gate, tag))


def _badness(check: Check) -> tuple[int, float]:
    """Order checks of one gate: the worse outcome first, then the larger drop."""
    return check.outcome.place, (check.candidate or 0.0) - (check.base or 0.0)


def _unasked(rows: Sequence[Judged], gate: Gate, tag: str, bench: Bench) -> Check:
    """Return the check of a gate with nothing to weigh: nothing was asked differently, or nobody could measure."""
    both = [(row.base, row.candidate) for row in rows if row.base and row.candidate]
    told = [sides for sides in both if all(gate.metric in side.metrics for side in sides)]
    if not told:
        return unmeasured(gate, tag, bench)
    reason = f"both trees ask the same in {count(len(told), 'case')}"
    return bench.check(Outcome.PASSED, Rule.PAIRED, reason, gate=gate.name, metric=gate.metric, slice=tag)


def _redefined(gate: Gate, tag: str, bench: Bench, weighed: Weighed) -> list[Check]:
    """A loss that shows only in the base's form of edited cases is for people to decide."""
    look = weighed.screen.get(Point(gate.name, tag, Form.REDEFINED))
    if look is None or look.seen is None or look.step is Step.PASS or look.ratio <= 0:
        return []
    reason = f"cases were redefined: in the form that base knows, {moved(look.seen, look.runs)}"
    return [bench.check(Outcome.INCONCLUSIVE, Rule.REDEFINED, reason, **_numbers(look, look.seen, gate, tag))]


def absolute(gate: Gate, bench: Bench, weighed: Weighed) -> Iterator[Check]:
    """Judge the candidate's own cases against the bound."""
    if gate.at_least is None:
        return
    what = f"`{gate.metric}` was measured on no case"
    unknown = bench.check(Outcome.INCONCLUSIVE, Rule.ABSOLUTE, what, gate=gate.name, metric=gate.metric)
    check = _weigh(Point(gate.name, "", Form.BOUND), gate, bench, weighed) or unknown
    told = _weigh(Point(gate.name, "", Form.TOLD), gate, bench, weighed)
    doubt = _doubt(check, told)
    yield replace(check, outcome=Outcome.INCONCLUSIVE, reason=f"{check.reason}; {doubt}") if doubt else check


def _doubt(check: Check, told: Check | None) -> str:
    """Return what speaks against a check of a bound; empty where nothing does.

    Args:
        check: With what could not be told as failed.
        told: Without it, where some could not.
    """
    below = check.candidate is not None and check.at_least is not None and check.candidate < check.at_least
    if check.outcome is Outcome.PASSED and below:  # half a margin above a high bound is out of reach
        return "yet the mean is below the bound"
    return "some cannot be told" if told and told.outcome is not check.outcome else ""


def _weigh(point: Point, gate: Gate, bench: Bench, weighed: Weighed) -> Check | None:
    """Return the check of one contrast, or None where nobody could measure its metric."""
    look, again = weighed.screen.get(point), weighed.fresh.get(point, Look(Step.MORE))
    seen = look.seen if look else None
    if look is None or seen is None:
        return None
    outcome, why = _conclude(point, look, again)
    if point.bound:
        outcome, reason = bench.proven(outcome, bound_sentence(why, seen, look, again, gate))
        beyond = seen._replace(value=seen.value + goal_of(gate) - (gate.at_least or 0.0))
        return bench.check(outcome, Rule.ABSOLUTE, reason, **_numbers(look, beyond, gate, ""), at_least=gate.at_least)
    margin = margin_of(gate, point.slice)
    outcome, reason = bench.proven(outcome, drop_sentence(why, seen, look, again, margin))
    numbers = _numbers(look, seen, gate, point.slice)
    return bench.check(outcome, Rule.PAIRED, reason, **numbers, base=seen.base, margin=margin)


def _conclude(point: Point, look: Look, again: Look) -> tuple[Outcome, Why]:
    """Return what a contrast comes to: nothing is blocked that did not come back, across the cases, side by side."""
    if not weighs(point, look):
        return Outcome.INCONCLUSIVE, Why.FEW
    if look.step is Step.PASS:
        return Outcome.PASSED, Why.HARMLESS
    if look.step is Step.MORE:
        quiet = point.guard and look.ratio <= 0
        return (Outcome.PASSED, Why.QUIET) if quiet else (Outcome.INCONCLUSIVE, Why.OPEN)
    if again.step is Step.MORE or not weighs(point, again):
        return Outcome.INCONCLUSIVE, Why.UNCONFIRMED
    if again.step is Step.PASS:
        return Outcome.INCONCLUSIVE if point.bound else Outcome.PASSED, Why.GONE
    wide = again.broad or point.bound
    return (Outcome.BLOCKED, Why.BACK) if wide else (Outcome.INCONCLUSIVE, Why.NARROW)


def _numbers(look: Look, seen: Difference, gate: Gate, tag: str) -> dict[str, object]:
    low, high = seen.within()
    return {
        "gate": gate.name,
        "metric": gate.metric,
        "slice": tag,
        "candidate": seen.candidate,
        "n": seen.cases,
        "runs": look.runs,
        "low": low,
        "high": high,
        "ratio": look.ratio,
    }
