"""What requests cost and take, as a line for the terminal and as a table in `report.md`."""

from collections.abc import Iterator

from harness.core.money import show_rate, show_usd
from harness.core.spending import Consistency, Section, Spending
from harness.core.verdict import Verdict
from harness.report.quoting import cell
from harness.report.tables import table
from harness.report.text import one_line

SECTIONS = 8
"""Sections of a prompt that a table shows."""
_SECTIONS = "section | base | candidate | tokens of a request, shared by length"


def spending_lines(verdict: Verdict) -> Iterator[str]:
    """Yield what the requests of each judged prompt cost, for the terminal."""
    for found in verdict.spending:
        yield ""
        yield f"spending of {one_line(found.prompt)}: {', '.join(_figures(found))}"
        for told in (_grown(found), projection(found), _latency(found), agreement(found.consistency)):
            if told:
                yield f"  {told}"


def spending_tables(verdict: Verdict) -> Iterator[str]:
    """Yield the same in Markdown, with the sections of each prompt."""
    if verdict.spending:
        yield ""
        yield "## What requests cost and take"
    for found in verdict.spending:
        yield ""
        told = [*_figures(found), projection(found), _latency(found), agreement(found.consistency)]
        yield f"{cell(found.prompt)}: {'; '.join(filter(None, told))}."
        yield from table(_SECTIONS, map(_section, found.sections), most=SECTIONS)


def _figures(found: Spending) -> Iterator[str]:
    base, candidate = found.base, found.candidate
    yield _cost(found)
    for what, old, new in (
        ("in", base and base.input_tokens, candidate.input_tokens),
        ("out", base and base.output_tokens, candidate.output_tokens),
    ):
        yield f"{'' if old is None else f'{old:,.1f} -> '}{new:,.1f} tokens {what}"
    if not found.counted:
        yield "some tokens are estimated by length"


def _cost(found: Spending) -> str:
    """Return what 1,000 requests cost; what nobody knows is not nothing."""
    if found.candidate.per_1000 is None:
        return "cost unknown: no price"
    before = f"{_usd(found.base.per_1000)} -> " if found.base else ""
    notional = " (notional: nobody is billed)" if found.notional else ""
    return f"{before}{_usd(found.candidate.per_1000)} per 1,000 requests{notional}"


def _usd(amount: int | None) -> str:
    return "unknown" if amount is None else show_rate(amount)


def _grown(found: Spending) -> str:
    """Return which part of the prompt grew most."""
    most = found.sections[0] if found.base and found.sections else None
    if most is None or most.growth <= 0:
        return ""
    return f"grew most: {one_line(most.name)}, {_part(most.base)} -> {_part(most.candidate)} tokens (estimated)"


def _part(tokens: float | None) -> str:
    return "none" if tokens is None else f"{tokens:,.1f}"


def projection(found: Spending) -> str:
    """Return what a month and a conversation cost."""
    told: list[str] = []
    if found.monthly is not None:
        of = "" if found.monthly_limit is None else f" of {show_usd(found.monthly_limit)}"
        alert = f", alert at {found.alert} %" if found.alert else ""
        told.append(f"a month of {found.monthly_requests:,} requests {show_usd(found.monthly)}{of}{alert}")
    if found.per_conversation is not None and found.turns > 1:
        told.append(f"a conversation of {found.turns:g} requests {show_rate(found.per_conversation)}")
    return ", ".join(told)


def _latency(found: Spending) -> str:
    """Return how long answers took; of those that nobody waited for, nothing."""
    base, candidate = found.base, found.candidate
    if not candidate.p95 and not (base and base.p95):
        return ""
    p50 = f"{f'{base.p50:.2f} -> ' if base else ''}{candidate.p50:.2f} s"
    p95 = f"{f'{base.p95:.2f} -> ' if base else ''}{candidate.p95:.2f} s"
    return f"latency p50 {p50}, p95 {p95}{'' if found.fresh else ' (not side by side: for information)'}"


def agreement(found: Consistency) -> str:
    """Return how often equal questions got equal answers."""
    told: list[str] = []
    if found.answers is not None and found.results is not None:
        told.append(f"base and candidate answer alike in {found.answers:.1%}, pass alike in {found.results:.1%}")
    if found.repeated_answers is not None and found.repeated_results is not None:
        told.append(f"repeats answer alike in {found.repeated_answers:.1%}, pass alike in {found.repeated_results:.1%}")
    return "; ".join(told)


def _section(one: Section) -> str:
    return f"| {cell(one.name)} | {_part(one.base)} | {_part(one.candidate)} | {one.growth:+,.1f} |"
