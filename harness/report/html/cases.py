"""The cases as the page shows them: question, expectations, and both answers side by side."""

from typing import NamedTuple

from harness.core.verdict import Expected, Failing, Flaky, Flip, Incomparable, Verdict
from harness.report.html.asked import Given, demands, given
from harness.report.html.difference import Piece, pieces
from harness.report.html.part import Part, part, same
from harness.report.summary import blame
from harness.report.text import bearable

BIAS = "bias"
FLIPS = 100
"""Lost cases that are shown with both answers, and as many gained ones."""
ROWS = 100
"""Cases of any other kind."""


class Shown(NamedTuple):
    """One case, taken apart."""

    case: str
    place: str
    critical: bool
    tags: tuple[str, ...]
    reason: str
    note: str
    """What else is known: how many runs pass, in whose form it was judged, what base does."""
    given: tuple[Given, ...]
    demands: tuple[str, ...]
    unmet: tuple[str, ...]
    """Why it fails, or failed: its first unmet expectations, each with its reason."""
    loser: str
    """On which tree they are not met."""
    expectations: tuple[Expected, ...]
    """Those of which it is known what they came to on either tree; `demands` are the others."""
    met: str
    """The word for one that is as it should be: of a pair of the suite `bias`, that both answers are alike in it."""
    base: tuple[Piece, ...]
    candidate: tuple[Piece, ...]
    """One piece where there is nothing to compare with."""


class Cases(NamedTuple):
    """All of them, in the order of the document."""

    lost: Part[Shown]
    gained: Part[Shown]
    failing: Part[Shown]
    untold: Part[Incomparable]
    flaky: Part[Flaky]


def cases(verdict: Verdict) -> Cases:
    """Return the cases that are shown."""
    return Cases(
        lost=part(verdict.lost, FLIPS, _flip),
        gained=part([flip for flip in verdict.flips if flip.change != "lost"], FLIPS, _flip),
        failing=part([item for item in verdict.other_failing if not item.unable], ROWS, _failing),
        untold=part(verdict.incomparable, ROWS, same),
        flaky=part(verdict.flaky, ROWS, same),
    )


def _flip(flip: Flip) -> Shown:
    base, candidate = pieces(bearable(flip.base_answer), bearable(flip.candidate_answer))
    form = "in the form that base knows" if flip.form == "base" else ""
    runs = f"{flip.runs} runs pass" if flip.runs else ""
    known = {one.says for one in flip.expectations}
    return Shown(
        case=flip.case,
        place=f"{flip.suite} / {flip.prompt}",
        critical=flip.critical,
        tags=flip.tags,
        reason=bearable(flip.reason),
        note=", ".join(filter(None, (runs, form))),
        given=given(bearable(flip.vars)),
        demands=tuple(one for one in demands(bearable(flip.expected)) if one not in known),
        unmet=() if known else demands(bearable(flip.reason)),
        loser="candidate" if flip.change == "lost" else "base",
        expectations=flip.expectations,
        met="alike" if flip.suite == BIAS else "met",
        base=base,
        candidate=candidate,
    )


def _failing(item: Failing) -> Shown:
    return Shown(
        case=item.case,
        place=f"{item.suite} / {item.prompt}",
        critical=item.critical,
        tags=(),
        reason=bearable(item.reason),
        note=blame(item),
        given=given(bearable(item.vars)),
        demands=demands(bearable(item.expected)),
        unmet=demands(bearable(item.reason)),
        loser="candidate",
        expectations=(),
        met="met",
        base=(),
        candidate=(Piece(bearable(item.answer), own=False),) if item.answer else (),
    )
