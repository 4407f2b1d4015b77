"""The checks as plots: how far each figure is from where it would have to be, with its 95 % interval."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import NamedTuple

from harness.core.verdict import Check, Rule
from harness.report.html.axis import Axis, axis, signed
from harness.report.html.part import Part, part
from harness.report.summary import place

ROWS = 200
"""Checks of one unit."""
WHOLE = 100.0
_TINTED = "the tinted side is more than policy allows"


class Distance(NamedTuple):
    """How far a figure is from base or from its bound, in the unit of its scale."""

    check: Check
    value: float
    low: float
    high: float
    limit: float
    """What may not be reached: the margin, or 0 for a bound."""
    worse: int
    """-1 where less is worse, 1 where more is."""

    @property
    def estimated(self) -> bool:
        """Whether it has an interval."""
        return self.low < self.high


class Plot(NamedTuple):
    """One check as it is drawn; places and widths in per cent."""

    check: Check
    place: str
    change: str
    """The difference in words."""
    interval: str
    limit: str
    zero: str
    point: str
    low: str
    width: str
    """Of the interval; empty where there is none."""
    edge: str
    """The line that may not be reached."""
    zone: str
    """Where the bad begins, and how wide it is."""
    zone_width: str
    beyond: bool
    """Whether the figure is off the scale and drawn at its end."""


class Panel(NamedTuple):
    """The plots of one unit."""

    title: str
    says: str
    """How it is to be read."""
    axis: Axis
    unit: str
    plots: Part[Plot]


def panels(checks: Sequence[Check]) -> tuple[Panel, ...]:
    """Return the checks that have a figure, by unit; the others are told in words alone."""
    shares = [found for found in map(_share, checks) if found]
    amounts = [found for found in map(_amount, checks) if found]
    drawn = (
        _panel("Shares of cases", f"points against base, or against the bound; {_TINTED}", "pp", shares),
        _panel("Cost, tokens, time", f"change against base, or distance from the bound; {_TINTED}", "%", amounts),
    )
    return tuple(panel for panel in drawn if panel.plots.total)


def without_figure(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Return the checks that no plot shows."""
    return tuple(check for check in checks if not _share(check) and not _amount(check))


def _share(check: Check) -> Distance | None:
    if check.candidate is None:
        return None
    if check.rule is Rule.PAIRED and check.base is not None and check.margin is not None:
        return _distance(check, check.candidate - check.base, -check.margin, -1)
    if check.rule is Rule.ABSOLUTE and check.at_least is not None:
        return _distance(check, check.candidate - check.at_least, 0.0, -1)
    return None


def _amount(check: Check) -> Distance | None:
    """Return a figure of the budget as a share: of base, or of the bound, from which its interval is not yet taken."""
    if check.rule is not Rule.SPENDING or check.candidate is None:
        return None
    if check.margin is not None and check.base is not None:
        grown = check.candidate / check.base - 1 if check.base else float(check.candidate > 0)
        return _distance(check, grown, check.margin, 1)
    if check.at_most:
        low, high = (None if end is None else end / check.at_most - 1 for end in (check.low, check.high))
        return _distance(check, check.candidate / check.at_most - 1, 0.0, 1, ends=(low, high))
    return None


def _distance(
    check: Check, value: float, limit: float, worse: int, *, ends: tuple[float | None, float | None] | None = None
) -> Distance | None:
    """Return the distance; of what is no number, none."""
    if not isfinite(value) or not isfinite(limit):
        return None
    low, high = ends or (check.low, check.high)
    low, high = (value if end is None or not isfinite(end) else end for end in (low, high))
    return Distance(check, WHOLE * value, WHOLE * low, WHOLE * high, WHOLE * limit, worse)


def _panel(title: str, says: str, unit: str, found: Sequence[Distance]) -> Panel:
    scale = axis(_numbers(found[:ROWS]))
    return Panel(title, says, scale, unit, part(found, ROWS, lambda one: _plot(one, scale, unit)))


def _numbers(found: Iterable[Distance]) -> Iterable[float]:
    for one in found:
        yield from (one.value, one.low, one.high, one.limit)


def _plot(one: Distance, scale: Axis, unit: str) -> Plot:
    start, end = (scale.low, one.limit) if one.worse < 0 else (one.limit, scale.high)
    return Plot(
        check=one.check,
        place=place(one.check),
        change=f"{signed(one.value)} {unit}",
        interval=f"[{signed(one.low)}, {signed(one.high)}]" if one.estimated else "exact",
        limit=_limit(one, unit),
        zero=scale.at(0),
        point=scale.at(one.value),
        low=scale.at(one.low),
        width=scale.width(one.low, one.high) if one.estimated else "",
        edge=scale.at(one.limit),
        zone=scale.at(start),
        zone_width=scale.width(start, end),
        beyond=not scale.holds(one.value),
    )


def _limit(one: Distance, unit: str) -> str:
    check = one.check
    if check.at_least is not None and check.rule is Rule.ABSOLUTE:
        return f"at least {check.at_least:.1%}"
    return f"margin {abs(one.limit):.1f} {unit}" if check.margin is not None else "from the bound"
