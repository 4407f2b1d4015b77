"""What became of each expectation of a case: met, or not and why, on either tree."""

from collections.abc import Iterator

from harness.core.case import Case, Expectation
from harness.core.score import CaseResult, Score
from harness.core.verdict import Expected
from harness.flows.asked import cut, demand
from harness.score.wording import label

SHOWN = 12
"""Expectations of a case that the verdict keeps."""
SAYS_LIMIT = 160
WHY_LIMIT = 240


def expected(case: Case, base: CaseResult | None, candidate: CaseResult | None) -> tuple[Expected, ...]:
    """Return the expectations in the order of a case, then what stands beside them; of many, those that are not met."""
    form = case.arms[0] if case.arms else case
    sides = [dict(_open(form, result)) for result in (base, candidate)]
    says: dict[int | str, str] = {place: demand(item) for place, item in enumerate(form.expect)}
    says |= {where: where for side in sides for where in side if isinstance(where, str)}
    found = [
        Expected(cut(text, SAYS_LIMIT), *(cut(side.get(where, ""), WHY_LIMIT) for side in sides))
        for where, text in says.items()
    ]
    return tuple(found if len(found) <= SHOWN else [one for one in found if one.base or one.candidate][:SHOWN])


def _open(form: Case, result: CaseResult | None) -> Iterator[tuple[int | str, str]]:
    """Yield why expectations are not met, by their place, or by name where they have none in the case."""
    for score in (*result.failed, *result.untold) if result else ():
        inside = 0 <= score.place < len(form.expect)
        yield (score.place, _why(score, form.expect[score.place])) if inside else (score.expectation, _why(score))


def _why(score: Score, item: Expectation | None = None) -> str:
    """Return a reason, without the words in which it names an expectation that stands beside it."""
    told = score.unable or score.reason or "not met"
    told = told.removeprefix(f"{label(item)}: ") if item else told
    return f"nobody can tell: {told}" if score.unable else told
