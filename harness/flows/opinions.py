"""What judges said of the judged answers, and how far that is to be believed, for a reader of the verdict."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import fmean
from typing import NamedTuple

from harness.compare.corrected import true_rate
from harness.compare.detection import ac1
from harness.core.calibration import Table
from harness.core.case import Expectation
from harness.core.score import Score
from harness.core.words import count
from harness.flows.grading import Grading, judges_of, purpose_of
from harness.flows.pairing import PairPlan
from harness.flows.rows import BASE, CANDIDATE, Row
from harness.score.judge import KIND


class _Said(NamedTuple):
    """What one judge said of one pair's answers; None where it could not tell."""

    item: Expectation
    base: list[float | None]
    candidate: list[float | None]
    votes: list[tuple[bool, ...]]
    """What each of several judges said of the candidate's, where all could tell."""


def opinions(plans: Sequence[PairPlan], grading: Grading) -> Iterator[str]:
    """Yield a sentence for each judge of each pair, and one for all else that models say of it.

    Of one who only advises it says so, and why; of one who decides, what its errors make of what it says; of several,
    how far they agree; and of any, how often it cannot tell.
    """
    for plan in plans:
        unheld: list[str] = []
        for purpose, said in _said(plan, grading).items():
            figures = f"{purpose} {_means(said)}{_agreement(said.votes)}"
            told = f"{plan.pair}: {figures}"
            why = grading.advice(said.item)
            if why and said.item.kind != KIND:
                unheld.append(figures)
            elif why:
                yield f"{told}, which neither passes nor blocks: {why}"
            elif mended := _mended(said, grading):
                yield f"{told}; {mended}"
            elif said.votes or None in said.candidate:
                yield told
        if unheld:
            why = "nobody held this against people's word, so it neither passes nor blocks"
            yield f"{plan.pair}: {why}: {'; '.join(unheld)}"


def _said(plan: PairPlan, grading: Grading) -> dict[str, _Said]:
    found: dict[str, _Said] = {}
    for row in plan.rows:
        for number, item in enumerate(row.pairing.form.expect):
            if grading.grader(item.kind):
                said = found.setdefault(purpose_of(item), _Said(item, [], [], []))
                said.base.extend(_value(row, BASE, number))
                said.candidate.extend(_value(row, CANDIDATE, number))
                said.votes.extend(score.votes for score in _scores(row, CANDIDATE, number) if score.votes)
    return {purpose: said for purpose, said in found.items() if said.candidate}


def _scores(row: Row, place: int, number: int) -> Iterator[Score]:
    result = row.results[place]
    yield from (score for score in (result.asked if result else ()) if score.place == number)


def _value(row: Row, place: int, number: int) -> Iterator[float | None]:
    yield from (None if score.unable else score.value for score in _scores(row, place, number))


def _agreement(votes: Sequence[tuple[bool, ...]]) -> str:
    """Return how far several judges agree with each other; nothing of one by itself."""
    if not votes:
        return ""
    whole = sum(len({*said}) == 1 for said in votes)
    pairs = combinations(zip(*votes, strict=True), 2)
    least = min((found.value for one, other in pairs if (found := ac1(_table(one, other)))), default=None)
    known = "" if least is None else f", AC1 {least:.2f} between those who agree least"
    return f" (all agree on {whole} of {len(votes)}{known})"


def _table(one: Sequence[bool], other: Sequence[bool]) -> Table:
    cells = Counter(zip(one, other, strict=True))
    return Table(cells[True, True], cells[True, False], cells[False, True], cells[False, False])


def _means(said: _Said) -> str:
    known = [[value for value in some if value is not None] for some in (said.base, said.candidate)]
    unable = len(said.candidate) - len(known[1])
    doubt = f"cannot tell of {count(unable, 'answer')}" if unable else ""
    if not known[1]:
        return doubt
    means = " -> ".join(f"{fmean(some):.2f}" for some in known if some)
    told = f"gives {means} on {count(len(known[1]), 'answer')}"
    return f"{told} and {doubt}" if doubt else told


def _mended(said: _Said, grading: Grading) -> str:
    """Return the rate behind a judge's word, where one judge alone decides."""
    if said.item.kind != KIND or len(names := judges_of(said.item)) != 1:
        return ""
    told = [value for value in said.candidate if value is not None]
    rate = true_rate(sum(value == 1 for value in told), len(told), grading.tables[names[0]])
    if rate is None:
        return ""
    return f"corrected for its errors, {rate.value:.1%} [{rate.low:.1%}, {rate.high:.1%}] pass"
