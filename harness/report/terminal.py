"""The verdict as the terminal shows it: plain lines, with colour only on the outcome words."""

from collections.abc import Callable, Iterator

from harness.core.verdict import Check, Outcome, Rule, Verdict
from harness.core.words import count, named
from harness.report.attacks import attack_lines
from harness.report.spending import spending_lines
from harness.report.summary import ADVISORY, place, spent, tree
from harness.report.text import one_line

SHOWN = 3
"""Flipped cases that are written out; the rest is counted."""

type Paint = Callable[[Outcome, str], str]
"""Colours an outcome word; the identity where there is no terminal."""


def plain(_outcome: Outcome, text: str) -> str:
    """Leave a word uncoloured."""
    return text


def as_lines(verdict: Verdict, paint: Paint = plain) -> Iterator[str]:
    """Yield the lines of the terminal view."""
    yield from _facts(verdict)
    if verdict.checks:
        yield ""
    width = max((len(one_line(place(check))) for check in verdict.checks), default=0)
    for check in verdict.checks:
        yield f" {paint(check.outcome, f'{check.outcome:12}')} {one_line(place(check)):{width}}  {_numbers(check)}"
    yield from _flips(verdict)
    yield from _incomparable(verdict)
    if verdict.flaky:
        yield ""
        yield f"{count(len(verdict.flaky), 'case')} flicker on base, the most first: {_flicker(verdict)}"
    yield from attack_lines(verdict)
    yield from spending_lines(verdict)
    yield ""
    yield f"spent {spent(verdict)}"
    head, _, rest = verdict.summary.partition(":")
    yield f"{paint(verdict.outcome, one_line(head))}:{one_line(rest, 400) and ' ' + one_line(rest, 400)}"


def _facts(verdict: Verdict) -> Iterator[str]:
    """Yield what was judged, by what."""
    base, candidate = one_line(tree(verdict.base)), one_line(tree(verdict.candidate))
    yield f"base {base}   candidate {candidate}   policy from {verdict.policy}"
    if verdict.advisory:
        yield f"advisory   {ADVISORY}"
    if verdict.weighing:
        yield f"weighing   {one_line(verdict.weighing)}"
    for notice in verdict.told:
        yield f"note       {one_line(notice)}"
    if verdict.changed:
        yield f"changed    {named([one_line(path) for path in verdict.changed])}"
    for status, why in (("unchanged", " (`harness plan` shows why)"), ("not selected", "")):
        skipped = sum(pair.status == status for pair in verdict.pairs)
        if skipped and verdict.checks:
            yield f"skipped    {skipped} of {len(verdict.pairs)} pairs are {status}{why}"
    for pair in verdict.pairs:
        if pair.status == "removed":
            yield f"removed    {one_line(f'{pair.suite} / {pair.prompt}')}"


def _numbers(check: Check) -> str:
    """Return the numbers of a check where it has any, and else its sentence."""
    if check.ratio is not None and (check.outcome is not Outcome.PASSED or check.ratio > 0):
        return one_line(check.reason, 500)
    if (
        check.rule is Rule.PAIRED
        and check.base is not None
        and check.candidate is not None
        and check.margin is not None
    ):
        change = f"{check.base:.1%} -> {check.candidate:.1%}   {(check.candidate - check.base) * 100:+.1f} pp"
        if check.low is not None and check.high is not None:
            change += f" [{check.low * 100:+.1f}, {check.high * 100:+.1f}]   {count(check.runs, 'run')}"
        return f"{change} on {count(check.n, 'case')}   margin {check.margin:.1%}   {one_line(check.gate)}"
    if check.rule is Rule.ABSOLUTE and check.candidate is not None and check.at_least is not None:
        share = f"{check.candidate:.1%} of {count(check.n, 'case')}"
        return f"{share}   at least {check.at_least:.1%}   {one_line(check.gate)}"
    return one_line(check.reason, 500)


def _flips(verdict: Verdict) -> Iterator[str]:
    lost = verdict.lost
    gained = len(verdict.flips) - len(lost)
    if not verdict.flips:
        return
    yield ""
    first = f"; the first {SHOWN}" if len(lost) > SHOWN else ""
    end = ":" if lost else ""
    yield f"{count(len(lost), 'case')} lost, {gained} gained{first} (`harness diff CASE` shows both answers){end}"
    shown = lost[:SHOWN]
    width = max((len(one_line(flip.case)) for flip in shown), default=0)
    for flip in shown:
        old = " (in the form that base knows)" if flip.form == "base" else ""
        critical = " (critical)" if flip.critical else ""
        runs = f"{flip.runs}   " if flip.runs else ""
        yield f"  {one_line(flip.case):{width}}  {runs}{one_line(flip.reason, 160)}{old}{critical}"


def _flicker(verdict: Verdict) -> str:
    return named([f"{one_line(case.case)} ({case.passed}/{case.runs})" for case in verdict.flaky])


def _incomparable(verdict: Verdict) -> Iterator[str]:
    found = verdict.incomparable
    if not found:
        return
    yield ""
    first = f"; the first {SHOWN}" if len(found) > SHOWN else ""
    yield f"{count(len(found), 'case')} cannot be judged{first}:"
    for case in found[:SHOWN]:
        yield f"  {one_line(case.case)}  {one_line(case.reason, 160)}"
