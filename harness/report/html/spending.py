"""What requests cost and take, as the rows of a table."""

from typing import NamedTuple

from harness.core.money import show_rate
from harness.core.spending import Section, Spending, Usage
from harness.report.html.axis import signed
from harness.report.html.part import Part, part
from harness.report.spending import agreement, projection

SECTIONS = 30
"""Sections of a prompt."""


class Line(NamedTuple):
    """One figure on both trees."""

    name: str
    base: str
    candidate: str
    change: str


class Bill(NamedTuple):
    """What the requests of one prompt cost and take."""

    prompt: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    sections: Part[Line]


def bill(found: Spending) -> Bill:
    """Return the spending of one prompt."""
    base, candidate = found.base, found.candidate
    told = [_cost(base, candidate)]
    told += [
        _line("input tokens a request", base.input_tokens if base else None, candidate.input_tokens),
        _line("output tokens a request", base.output_tokens if base else None, candidate.output_tokens),
    ]
    if candidate.p95 or (base and base.p95):
        told += [
            _line("seconds, half of the answers", base.p50 if base else None, candidate.p50, digits=2),
            _line("seconds, 95 % of the answers", base.p95 if base else None, candidate.p95, digits=2),
        ]
    return Bill(found.prompt, tuple(told), tuple(_notes(found)), part(found.sections, SECTIONS, _section))


def _notes(found: Spending) -> list[str]:
    aside = bool(found.candidate.p95) and not found.fresh
    return [
        *filter(None, (projection(found), agreement(found.consistency))),
        *(["notional: nobody is billed"] if found.notional else []),
        *([] if found.counted else ["some tokens are estimated by length"]),
        *(["the times were not taken side by side: for information"] if aside else []),
    ]


def _cost(base: Usage | None, candidate: Usage) -> Line:
    """Return what 1,000 requests cost; what nobody knows is not nothing."""
    old, new = base.per_1000 if base else None, candidate.per_1000
    return Line("cost of 1,000 requests", _usd(old, there=base is not None), _usd(new), _change(old, new))


def _usd(amount: int | None, *, there: bool = True) -> str:
    if amount is None:
        return "no price" if there else "-"
    return show_rate(amount)


def _line(name: str, base: float | None, candidate: float, *, digits: int = 1) -> Line:
    old = "-" if base is None else f"{base:,.{digits}f}"
    return Line(name, old, f"{candidate:,.{digits}f}", _change(base, candidate))


def _section(section: Section) -> Line:
    old, new = ("none" if tokens is None else f"{tokens:,.1f}" for tokens in (section.base, section.candidate))
    return Line(section.name, old, new, signed(section.growth))


def _change(base: float | None, candidate: float | None) -> str:
    """Return how much more or less it is, in per cent; of nothing, no share can be told."""
    return f"{signed(100 * (candidate / base - 1))} %" if base and candidate is not None else "-"
