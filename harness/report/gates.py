"""The checks as a table: what each compared, how far it moved, its limit, and what decided."""

from collections.abc import Iterator, Sequence
from math import exp
from typing import NamedTuple

from harness.core.money import MICRO, show_rate
from harness.core.policy import Spent
from harness.core.verdict import Check, Lifted, Outcome, Rule, Verdict
from harness.core.words import count
from harness.report.quoting import cell, code
from harness.report.summary import place
from harness.report.tables import wide

SIGN = {Outcome.PASSED: "✅", Outcome.BLOCKED: "⛔", Outcome.INCONCLUSIVE: "⚠️", Outcome.UNAVAILABLE: "⚠️"}
LET_THROUGH = "☑️"
SHOWN = 12
"""Checks on the first screen, worst first."""
MORE = 60
"""Checks whose reason is told."""
REASON = 110
"""Characters of a reason in the table."""
WHOLE = 600
"""Characters of a reason that is told in full."""

RULES = {
    Rule.PAIRED: "base against candidate",
    Rule.ABSOLUTE: "the candidate alone",
    Rule.CRITICAL: "critical cases",
    Rule.REDEFINED: "edited cases",
    Rule.INCOMPARABLE: "cases not comparable",
    Rule.UNJUDGED: "not judged",
    Rule.SPENDING: "spending",
    Rule.CORRECTED: "a judge corrected",
}
"""What a check without a gate is called."""

WOULD_BLOCK = "would block: "
"""How the reason begins of a check that only advises."""

_GATE = ("gate", "rule", "suite", "prompt")
_NUMBERS = {Rule.PAIRED, Rule.ABSOLUTE, Rule.SPENDING}
_MINUS = "\u2212"
_SPACE = "\u00a0"
_NONE = "–"  # noqa: RUF001 (a dash)
_SURE = 13.8
"""The natural logarithm of a million, above which odds are not counted."""


class _Figures(NamedTuple):
    base: str
    candidate: str
    difference: str
    limit: str
    decided: str


def gate_table(verdict: Verdict, checks: Sequence[Check]) -> Iterator[str]:
    """Yield checks of a verdict as a table, or nothing where there are none; of several prompts each is named."""
    if checks:
        interval = " [95%]" if any(check.low is not None for check in checks) else ""
        names = [check.gate or RULES[check.rule] for check in checks]
        yield f"| | {wide('Check', names)} | Base | Candidate | Difference{interval} | Limit | Decided by |"
        yield "|:--|:--|--:|--:|--:|--:|:--|"
    several = len({check.prompt for check in checks}) > 1
    for before, check in zip((None, *checks), checks, strict=False):
        yield _row(check, _about(check, before, several=several), verdict.leave(check))


def reasons(verdict: Verdict) -> Iterator[str]:
    """Yield in its own sentence why a check came to what it did, where the table does not say all of it."""
    told = [check for check in verdict.checks if not _told_by_numbers(check)]
    for check in told[:MORE]:
        leave = verdict.leave(check)
        sign, through = (LET_THROUGH, f", let through by {code(leave.by, 60)}") if leave else (SIGN[check.outcome], "")
        yield f"- {sign} {check.outcome}{through}, {code(title(check), 120)}: {code(check.reason, WHOLE)}"
    if len(told) > MORE:
        yield f"- and {len(told) - MORE} more"


def title(check: Check) -> str:
    """Return what a check is called: its gate or its rule, and what it is about."""
    return f"{check.gate or RULES[check.rule]}: {place(check)}"


def percent(value: float) -> str:
    """Return a share."""
    return f"{value:.1%}"


def points(value: float, unit: str = f"{_SPACE}pp") -> str:
    """Return a difference of shares, in percentage points, with its sign."""
    return f"{100 * value:+.1f}".replace("-", _MINUS) + unit


def amount(value: float, metric: str) -> str:
    """Return what the suite `budget` measures, in its unit."""
    if metric == Spent.COST:
        return show_rate(value * MICRO) if value >= 0 else f"{_MINUS}{show_rate(-value * MICRO)}"
    return f"{value:.2f}{_SPACE}s" if metric == Spent.LATENCY else f"{value:,.1f}"


def _row(check: Check, about: str, leave: Lifted | None) -> str:
    outcome, figures = f"{SIGN[check.outcome]}{_SPACE}{check.outcome}", _figures(check)
    if leave:
        outcome = f"{LET_THROUGH}{_SPACE}let{_SPACE}through"
        figures = figures._replace(decided=f"{figures.decided}<br>{cell(f'{leave.how} by {leave.by}', 80)}")
    elif check.outcome is not Outcome.PASSED:
        outcome = f"**{outcome}**"
    return f"| {outcome} | {about} | {' | '.join(figures)} |"


def _about(check: Check, before: Check | None, *, several: bool) -> str:
    """Return what a row is about; a slice right below its gate, or below another slice of it, is named alone."""
    part = f"↳{_SPACE}{cell(check.slice, 60)}" if check.slice else ""
    if part and before and all(getattr(check, key) == getattr(before, key) for key in _GATE):
        return part
    name = cell(check.gate, 60) if check.gate else RULES[check.rule]
    where = check.prompt if check.gate else place(check)
    where = where if several else "" if check.gate else check.suite
    return "<br>".join(filter(None, [name, where and cell(where, 90), part]))


def _figures(check: Check) -> _Figures:
    """Return the numbers of a check where it has any, and else its sentence."""
    if check.candidate is None:
        return _Figures(_NONE, _NONE, _NONE, _NONE, cell(check.reason, REASON))
    if check.rule is Rule.SPENDING:
        figures = _spent(check, check.candidate)
    elif check.at_least is not None:
        figures = _bounded(check, check.candidate, check.at_least)
    else:
        figures = _paired(check, check.candidate)
    doubt = _doubt(check)
    return figures._replace(decided=f"{figures.decided}<br>{doubt}") if doubt else figures


def would_block(check: Check) -> bool:
    """Return whether a check is inconclusive only because its gate may do no more than advise."""
    return check.outcome is Outcome.INCONCLUSIVE and check.reason.startswith(WOULD_BLOCK)


def _told_by_numbers(check: Check) -> bool:
    exact = check.candidate is not None and check.ratio is None and check.low is None
    return exact and check.outcome in {Outcome.PASSED, Outcome.BLOCKED} and check.rule in _NUMBERS


def _doubt(check: Check) -> str:
    """Return what numbers alone do not say: why they decide nothing."""
    if check.outcome not in {Outcome.INCONCLUSIVE, Outcome.UNAVAILABLE}:
        return ""
    return "would block: advisory only" if would_block(check) else cell(check.reason.rpartition("; ")[2], REASON)


def _paired(check: Check, candidate: float) -> _Figures:
    base = check.base
    moved = _NONE if base is None else _strong(points(candidate - base), check)
    limit = _NONE if check.margin is None else f">{_SPACE}{points(-check.margin)}"
    decided = f"{check.lost:,} lost, {check.gained:,} gained of {check.n:,}"
    return _Figures(
        _NONE if base is None else percent(base), percent(candidate), moved + _interval(check), limit,
        decided if check.ratio is None else _odds(check),
    )  # fmt: skip


def _bounded(check: Check, candidate: float, bound: float) -> _Figures:
    base = _NONE if check.base is None else percent(check.base)
    beside = f"{_strong(points(candidate - bound), check)}{_interval(check)}<br>from the limit"
    decided = f"bound on {count(check.n, 'case')}" if check.ratio is None else _odds(check)
    return _Figures(base, percent(candidate), beside, f"≥{_SPACE}{percent(bound)}", decided)


def _spent(check: Check, candidate: float) -> _Figures:
    n = count(check.n, "call" if check.metric == Spent.LATENCY else "case")
    told = amount(candidate, check.metric)
    base = _NONE if check.base is None else amount(check.base, check.metric)
    if check.at_most is not None:
        low, high = (None if edge is None else amount(edge, check.metric) for edge in (check.low, check.high))
        beside = f"{_strong(_signed(candidate - check.at_most, check.metric), check)}<br>from the limit"
        decided = f"bound on {n}" if low is None or high is None else f"bound on {n}<br>[{low}, {high}]"
        return _Figures(base, told, beside, f"≤{_SPACE}{amount(check.at_most, check.metric)}", decided)
    growth = (candidate - check.base) / check.base if check.base else float(candidate > 0)
    limit = _NONE if check.margin is None else f"<{_SPACE}{points(check.margin, '%')}"
    moved = _strong(points(growth, "%"), check)
    return _Figures(base, told, moved + _interval(check), limit, f"growth on {n}")


def _signed(value: float, metric: str) -> str:
    told = amount(abs(value), metric)
    return f"{_MINUS if value < 0 else '+'}{told}"


def _strong(told: str, check: Check) -> str:
    return f"**{told}**" if check.outcome is Outcome.BLOCKED else told


def _interval(check: Check) -> str:
    if check.low is None or check.high is None:
        return ""
    return f"<br>[{points(check.low, '')},{_SPACE}{points(check.high, '')}]"


def _odds(check: Check) -> str:
    """Return how much better one of two explanations is, and the runs that say so."""
    ratio = check.ratio or 0.0
    odds = "over a million" if abs(ratio) > _SURE else f"{exp(abs(ratio)):,.{0 if abs(ratio) > 2 else 1}f}"  # noqa: PLR2004
    side = "a drop" if ratio > 0 else "no change"
    return f"odds {odds}{_SPACE}:{_SPACE}1 for {side}<br>{count(check.runs, 'run')} of {count(check.n, 'case')}"
