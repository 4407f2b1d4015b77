"""Contrasts: what a pair's gates ask of repeats, when another wave is worth its price, and what is suspected."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from statistics import fmean
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
    TOLD = "told"
    """Those of them that could be told, where some could not."""


class Point(NamedTuple):
    """What a contrast is about."""

    gate: str
    slice: str
    form: Form

    @property
    def guard(self) -> bool:
        """Whether it need not be shown to be harmless, as long as nothing points to harm."""
        return bool(self.slice) or self.form is Form.REDEFINED

    @property
    def bound(self) -> bool:
        """Whether the candidate is held against an absolute bound, and not against base."""
        return self.form in {Form.BOUND, Form.TOLD}


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
            found[point] = Contrast(
                matched,
                margin=margin_of(gate, point.slice),
                alpha=noise.alpha[gate.name][bool(point.slice)] / max(forms, 1),
                generalise=gate.generalise,
                exact=(True, noise.exact[1]) if point.bound else noise.exact,
                bound=point.bound,
            )
    return found


def margin_of(gate: Gate, tag: str) -> float:
    """Return the drop worth catching in a slice, or in all cases where `tag` is empty."""
    return (gate.slice_margin or max(gate.margin, SLICE_MARGIN)) if tag else gate.margin


def goal_of(gate: Gate) -> float:
    """Return the mean that passes a bound for sure: half a margin above it, or all."""
    return min((gate.at_least or 0.0) + gate.margin / 2, 1.0)


def _paired(gate: Gate, cases: Sequence[Repeated], bench: Bench, *, fresh: bool) -> dict[Point, list[Matched]]:
    """Return the cases of each contrast between both trees; none where both ask the same in all of them."""
    found: dict[Point, list[Matched]] = {}
    for tag in ("", *gate.slices) if bench.paired else ():
        here = [case for case in cases if not tag or tag in case.tags]
        old = [case for case in here if case.change != "added"]
        found[Point(gate.name, tag, Form.TODAY)] = _matched(gate, here, _fresh if fresh else _today)
        if len(old) < len(here):
            found[Point(gate.name, tag, Form.KNOWN)] = _matched(gate, old, _fresh if fresh else _today)
        if any(case.change == "edited" for case in old) and not fresh:
            found[Point(gate.name, tag, Form.REDEFINED)] = _matched(gate, old, _known)
    return found


class _Asked(NamedTuple):
    """A case in one form: what is asked for it, whether of both trees alike, and what came of it."""

    what: str
    alike: bool
    base: Results
    candidate: Results


def _today(case: Repeated) -> _Asked:
    return _Asked(case.asked, case.alike, case.base, case.candidate)


def _fresh(case: Repeated) -> _Asked:
    """Return the rerun of a case; one that both trees ask alike needs none."""
    today = _today(case)
    return today if case.alike else today._replace(base=case.fresh_base, candidate=case.fresh_candidate)


def _known(case: Repeated) -> _Asked:
    """Return a case in the form that base knows."""
    if case.change != "edited":
        return _today(case)
    base, _, candidate = case.known.partition(" ")
    return _Asked(case.known, bool(base) and base == candidate, case.old_base, case.old_candidate)


def _matched(gate: Gate, cases: Sequence[Repeated], form: Callable[[Repeated], _Asked]) -> list[Matched]:
    """Return each question with its runs on both trees; cases that ask the same are one, of their weight."""
    groups = _shared((asked.what, asked) for asked in map(form, cases))
    if all(group[0].alike for group in groups):
        return []
    found: list[Matched] = []
    for group in groups:
        candidate = _runs([one.candidate for one in group], gate)
        base = candidate if group[0].alike else _runs([one.base for one in group], gate)
        found.append(Matched(base, candidate, float(len(group)), group[0].alike))
    return found


def _bound(gate: Gate, cases: Sequence[Repeated], bench: Bench, *, fresh: bool) -> dict[Point, list[Matched]]:
    """Return the contrast with a bound: half a margin above it passes, half a margin below blocks.

    A case in which the metric could not be told counts as failed, and is left out in a contrast beside it: only what
    both come to is sure. Fresh runs are those that came.
    """
    if not bench.absolute or gate.at_least is None:
        return {}
    goal = Runs.of([goal_of(gate)])
    own = [case for case in cases if case.own and gate.metric in case.measures]
    groups = _shared((case.asked, case.fresh_candidate if fresh else case.candidate) for case in own)
    runs = [(_runs(group, gate), float(len(group))) for group in groups]
    told = [Matched(goal, one, weight) for one, weight in runs if one.n]
    untold = [] if fresh else [Matched(goal, Runs.binary(0, 1), weight) for one, weight in runs if not one.n]
    found = {Point(gate.name, "", Form.BOUND): [*told, *untold] if told else []}
    return {**found, Point(gate.name, "", Form.TOLD): told} if told and untold else found


def _shared[T](asked: Iterable[tuple[str, T]]) -> list[list[T]]:
    """Return what is asked for by the same digest together; what has none is by itself."""
    groups: dict[str, list[T]] = {}
    for number, (what, one) in enumerate(asked):
        groups.setdefault(what or f"#{number}", []).append(one)
    return list(groups.values())


def _runs(group: Sequence[Results], gate: Gate) -> Runs:
    """Return the runs of cases that share their answers: of each answer, the mean over the cases."""
    if len(group) == 1:
        return Runs.of([result.metrics[gate.metric] for result in group[0] if gate.metric in result.metrics])
    shared = [
        [one.metrics[gate.metric] for one in results if gate.metric in one.metrics]
        for results in zip(*group, strict=False)
    ]
    return Runs.of([fmean(scores) for scores in shared if scores])


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
