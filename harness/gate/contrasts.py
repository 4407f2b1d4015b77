"""Contrasts: what a pair's gates ask of repeats, when another wave is worth its price, and what is suspected."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from harness.core.judged import Repeated, Results
from harness.core.policy import Gate
from harness.core.runs import Contrast, Look, Matched, Runs, Step
from harness.gate.bench import Bench, Noise

LEAST_CASES = 10
"""Cases below which a mean says too little to judge by."""
LEAST_IN_SLICE = 5
"""The same of a slice, which need only not point to harm."""
SLICE_MARGIN = 0.20
"""The drop worth catching in a slice whose gate names none: few cases cannot show less."""


class Form(StrEnum):
    """In which form the cases of a contrast were asked."""

    TODAY = "today"
    KNOWN = "known"
    """Today's, without the cases that base does not have, which could hide a loss among them."""
    REDEFINED = "redefined"
    """Edited cases as base knows them."""
    BOUND = "bound"
    """The candidate's own cases, against the absolute bound."""


class Point(NamedTuple):
    """What a contrast is about."""

    gate: str
    slice: str
    form: Form

    @property
    def guard(self) -> bool:
        """Whether it need not be shown to be harmless, as long as nothing points to harm."""
        return bool(self.slice) or self.form is Form.REDEFINED


type Looks = Mapping[Point, Look]


def contrasts(cases: Sequence[Repeated], bench: Bench, noise: Noise, *, fresh: bool = False) -> dict[Point, Contrast]:
    """Return the questions of a pair's gates, with the runs of one phase.

    A gate's share of alpha is parted between its forms, since each of them may block.
    """
    found: dict[Point, Contrast] = {}
    for gate in bench.gates:
        asked = {**_paired(gate, cases, bench, fresh=fresh), **_bound(gate, cases, bench, fresh=fresh)}
        for point, matched in asked.items():
            forms = sum(point.slice == other.slice and other.form is not Form.REDEFINED for other in asked)
            bound = point.form is Form.BOUND
            found[point] = Contrast(
                matched,
                margin=margin_of(gate, point.slice),
                alpha=noise.alpha[gate.name][bool(point.slice)] / max(forms, 1),
                generalise=gate.generalise,
                exact=(True, noise.exact[1]) if bound else noise.exact,
            )
    return found


def margin_of(gate: Gate, tag: str) -> float:
    """Return the drop worth catching in a slice, or in all cases where `tag` is empty."""
    return (gate.slice_margin or max(gate.margin, SLICE_MARGIN)) if tag else gate.margin


def _paired(gate: Gate, cases: Sequence[Repeated], bench: Bench, *, fresh: bool) -> dict[Point, list[Matched]]:
    found: dict[Point, list[Matched]] = {}
    asked = [case for case in cases if not case.alike] if bench.paired else []
    today = [(case, _matched(*_sides(case, fresh=fresh), gate)) for case in asked]
    for tag in ("", *gate.slices) if bench.paired else ():
        here = [(case, matched) for case, matched in today if not tag or tag in case.tags]
        old = [(case, matched) for case, matched in here if case.change != "added"]
        found[Point(gate.name, tag, Form.TODAY)] = [matched for _, matched in here]
        if len(old) < len(here):
            found[Point(gate.name, tag, Form.KNOWN)] = [matched for _, matched in old]
        if any(case.change == "edited" for case, _ in old) and not fresh:
            known = [
                _matched(case.old_base, case.old_candidate, gate) if case.change == "edited" else matched
                for case, matched in old
            ]
            found[Point(gate.name, tag, Form.REDEFINED)] = known
    return found


def _sides(case: Repeated, *, fresh: bool) -> tuple[Results, Results]:
    return (case.fresh_base, case.fresh_candidate) if fresh else (case.base, case.candidate)


def _bound(gate: Gate, cases: Sequence[Repeated], bench: Bench, *, fresh: bool) -> dict[Point, list[Matched]]:
    """Return the contrast with a bound: half a margin above it passes, half a margin below blocks.

    A case in which the metric could not be told counts as failed.
    """
    if not bench.absolute or gate.at_least is None:
        return {}
    goal = Runs.of([gate.at_least + gate.margin / 2])
    own = [_sides(case, fresh=fresh)[1] for case in cases if case.own and gate.metric in case.measures]
    runs = [_runs(results, gate) for results in own]
    matched = [Matched(goal, one if one.n else Runs.binary(0, 1)) for one in runs] if any(one.n for one in runs) else []
    return {Point(gate.name, "", Form.BOUND): matched}


def _matched(base: Results, candidate: Results, gate: Gate) -> Matched:
    return Matched(_runs(base, gate), _runs(candidate, gate))


def _runs(results: Results, gate: Gate) -> Runs:
    return Runs.of([result.metrics[gate.metric] for result in results if gate.metric in result.metrics])


def unsettled(looks: Looks) -> bool:
    """Return whether another wave is worth its price: until all is shown harmless, or something is suspected."""
    open_points = [(point, look) for point, look in looks.items() if weighs(point, look) and look.step is Step.MORE]
    if any(not point.guard for point, _ in open_points):
        return True
    return not suspects(looks) and any(look.ratio > 0 for _, look in open_points)


def suspects(looks: Looks) -> list[Point]:
    """Return what is suspected of harm, and is to be asked again."""
    return [
        point
        for point, look in looks.items()
        if look.step is Step.BLOCK and weighs(point, look) and point.form is not Form.REDEFINED
    ]


def weighs(point: Point, look: Look) -> bool:
    """Return whether there are enough cases to say anything."""
    return look.seen is not None and look.seen.cases >= (LEAST_IN_SLICE if point.slice else LEAST_CASES)
