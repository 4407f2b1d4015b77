"""The cases in `report.md`: what was lost, what else fails, and what nobody can judge."""

from collections.abc import Iterator, Sequence

from harness.core.verdict import Failing, Flaky, Flip, Incomparable, Verdict
from harness.core.words import count
from harness.report.quoting import code, fence
from harness.report.summary import blame

ANSWERS = 10
"""Lost cases that are shown with both answers."""
ROWS = 50
"""Cases of one kind that are named; the rest is counted."""
ASKED = 1_600
"""Characters of what a case gives and expects."""


def lost_cases(verdict: Verdict) -> Iterator[Iterator[str]]:
    """Yield the lost cases piece by piece: how many, the first with their answers, the others by name."""
    lost = verdict.lost
    if not verdict.flips:
        return
    yield iter(["", f"## {count(len(lost), 'case')} lost, {len(verdict.flips) - len(lost)} gained"])
    yield from map(_answers, lost[:ANSWERS])
    yield _rows([f"{_name(flip)}: {code(flip.reason)}" for flip in lost[ANSWERS:ROWS]], len(lost) - ROWS)


def failing_cases(verdict: Verdict) -> Iterator[str]:
    """Yield the cases that fail without having been lost."""
    found = [item for item in verdict.other_failing if not item.unable]
    if found:
        yield ""
        fail = "fails" if len(found) == 1 else "fail"
        yield f"## {count(len(found), 'other case' if verdict.lost else 'case')} {fail}"
    yield from _rows([f"{_name(item)}, {blame(item)}: {code(item.reason)}" for item in found[:ROWS]], len(found) - ROWS)


def untold_cases(verdict: Verdict) -> Iterator[str]:
    """Yield the cases that nobody can judge on one of the trees."""
    found = verdict.incomparable
    if found:
        yield ""
        yield f"## {count(len(found), 'case')} cannot be judged"
    yield from _rows([f"{_name(item)}: {code(item.reason)}" for item in found[:ROWS]], len(found) - ROWS)


def flaky_cases(verdict: Verdict) -> Iterator[str]:
    """Yield the cases that flicker on base, those first that flicker most."""
    found = verdict.flaky
    if found:
        yield ""
        flickers = "flickers" if len(found) == 1 else "flicker"
        yield f"## {count(len(found), 'case')} {flickers} on base"
    rows = [f"{_where(item)}: passes {item.passed} of {count(item.runs, 'run')}" for item in found[:ROWS]]
    yield from _rows(rows, len(found) - ROWS)


def _rows(rows: Sequence[str], left: int) -> Iterator[str]:
    """Yield a list of cases, and how many of them are only in the document."""
    if rows:
        yield ""
    for row in rows:
        yield f"- {row}"
    if left > 0:
        yield f"- and {left} more in `verdict.json`"


def _answers(flip: Flip) -> Iterator[str]:
    yield ""
    yield f"### {_name(flip)}"
    yield ""
    runs = f", {code(flip.runs, 40)} runs pass" if flip.runs else ""
    yield f"{code(flip.reason)}{runs}, judged in the {flip.form}'s form."
    yield ""
    yield f"- given: {code(flip.vars, ASKED)}"
    yield f"- expected: {code(flip.expected, ASKED)}"
    yield from fence("base", flip.base_answer)
    yield from fence("candidate", flip.candidate_answer)


def _name(item: Flip | Failing | Incomparable) -> str:
    return f"{_where(item)}{' (critical)' if item.critical else ''}"


def _where(item: Flip | Failing | Incomparable | Flaky) -> str:
    return f"{code(item.case)} of {code(f'{item.suite} / {item.prompt}')}"
