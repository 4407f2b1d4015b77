"""Corrections: what people say of answers on both trees, beside what a judge says of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import NamedTuple

from harness.compare.corrected import LEAST, true_difference
from harness.core.case import Case
from harness.core.exchange import Exchange
from harness.core.judge import answer_digest
from harness.core.pair import Pair
from harness.core.verdict import Check
from harness.core.words import count
from harness.flows.agenda import Agenda
from harness.flows.benches import Benches
from harness.flows.grading import Grading, judges_of
from harness.flows.pairing import PairPlan
from harness.flows.playing import recalled
from harness.flows.rows import BASE, CANDIDATE, Seat, ready, seats_of, works_at
from harness.gate.corrected import judge_corrected
from harness.ports import Store
from harness.score.judge import KIND
from harness.score.judging import asked_of


class Corrections(NamedTuple):
    """What people's labels have to say of what judges say."""

    checks: Sequence[Check] = ()
    notices: Sequence[str] = ()


@dataclass(slots=True)
class _Moved:
    """How each case moved that asks one judge, from base to candidate."""

    judged: list[float] = field(default_factory=list)
    """By the judge, of cases that nobody labelled on both trees."""
    labelled: list[tuple[float, float]] = field(default_factory=list)
    """By people, and by the judge on the same answers."""
    alike: int = 0
    """Cases that both trees ask alike."""


type _Words = Sequence[tuple[float, float | None]]
"""Of each repeat of an answer the judge's word and people's; None where nobody labelled it, or they are split."""


def correct(agenda: Agenda, benches: Benches, finished: Sequence[PairPlan], store: Store) -> Corrections:
    """Return a check of each judge that alone decides what a gate measures, or why there is none.

    Args:
        agenda: What is judged.
        benches: By what each pair is judged.
        finished: The pairs that were heard to their end.
        store: Where their answers are.
    """
    checks: list[Check] = []
    notices: list[str] = []
    for plan in finished:
        bench = benches[plan.pair]
        if not bench.paired or (bench.noise and bench.noise.chosen):
            continue
        for gate in bench.gates:
            for name, moved in _moved(agenda, plan, gate.metric, store).items():
                if seen := true_difference(moved.judged, moved.labelled, moved.alike):
                    checks.append(judge_corrected(name, seen, gate, bench))
                elif moved.judged or moved.labelled:
                    notices.append(_lacking(plan.pair, name, moved))
    return Corrections(checks, notices)


def _lacking(pair: Pair, name: str, moved: _Moved) -> str:
    labelled = len(moved.labelled)
    cases = count(len(moved.judged) + labelled, "case")
    told = f"{pair}: what judge `{name}` says of both trees is not corrected: of {cases} that they ask differently, "
    told += f"people labelled {labelled} on both, and {LEAST} are needed"
    return f"{told} ({LEAST - labelled} more by `harness judge label {name}`, merged to base)"


def _moved(agenda: Agenda, plan: PairPlan, metric: str, store: Store) -> Mapping[str, _Moved]:
    """Return how the cases of a pair moved by the judges that alone measure a metric of theirs."""
    found: dict[str, _Moved] = {}
    grading = agenda.court.grading
    for row in plan.rows:
        number = _judging(row.pairing.form, metric, grading)
        if number is None:
            continue
        name = judges_of(row.pairing.form.expect[number])[0]
        moved = found.setdefault(name, _Moved())
        if row.keys[BASE] == row.keys[CANDIDATE]:
            moved.alike += 1
            continue
        seats = seats_of([row], base=agenda.base_of(plan), candidate=agenda.court.candidate)
        ours = {seat.place: seat for seat in seats if ready(plan.pair, seat)}
        if BASE in ours and CANDIDATE in ours:
            said = (_words(agenda, plan.pair, ours[place], number, store) for place in (BASE, CANDIDATE))
            _lay(moved, *map(list, said))
    return found


def _judging(form: Case, metric: str, grading: Grading) -> int | None:
    """Return which expectation of a case measures a metric, if it is the only one, of one judge, who decides."""
    found = [number for number, item in enumerate(form.expect) if item.metric == metric]
    if len(found) != 1 or form.arms:
        return None
    item = form.expect[found[0]]
    alone = item.kind == KIND and len(judges_of(item)) == 1
    return found[0] if alone and not grading.advice(item) else None


def _words(agenda: Agenda, pair: Pair, seat: Seat, number: int, store: Store) -> Iterator[tuple[float, float | None]]:
    """Yield what is said of each repeat of a seat's answer of which the judge could tell."""
    item = seat.case.expect[number]
    people = agenda.court.grading.people[judges_of(item)[0]]
    for repeat, result in seat.row.repeats(seat.place):
        for score in result.asked:
            if score.place == number and not score.unable:
                (work,) = works_at(pair, seat, repeat)
                passes = _people(recalled(work, store, agenda.court.player), people) if people else None
                yield score.value, None if passes is None else float(passes != item.negated)


def _people(exchange: Exchange | None, people: Mapping[str, bool]) -> bool | None:
    """Return whether people pass an answer; None where they do not say."""
    try:
        return people.get(answer_digest(exchange.answer, asked_of(exchange))) if exchange else None
    except ValueError:  # half a character has no digest, and no label
        return None


def _lay(moved: _Moved, base: _Words, candidate: _Words) -> None:
    """Count a case: by people and the judge on labelled answers, where both trees have some, or else by the judge."""
    known = [[(said, judge) for judge, said in words if said is not None] for words in (base, candidate)]
    if all(known):
        (people, judge), (later_people, later_judge) = (map(fmean, zip(*words, strict=True)) for words in known)
        moved.labelled.append((later_people - people, later_judge - judge))
    elif base and candidate:
        before, after = (fmean(judge for judge, _ in words) for words in (base, candidate))
        moved.judged.append(after - before)
