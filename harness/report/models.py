"""Pins beside each other: a table a prompt, and the cheapest pin that is not worse."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from harness.core.money import show_rate
from harness.core.spending import Usage
from harness.core.words import count
from harness.report.text import one_line


class Pinned(Protocol):
    """What one pin came to."""

    @property
    def pin(self) -> str:
        """Its alias."""

    @property
    def quality(self) -> float:
        """The share of cases that pass."""

    @property
    def low(self) -> float:
        """Of its interval."""

    @property
    def high(self) -> float:
        """Of its interval."""

    @property
    def usage(self) -> Usage:
        """What a request takes."""

    @property
    def agreement(self) -> float | None:
        """Of repeats."""

    @property
    def front(self) -> bool:
        """Whether nothing beats it."""

    @property
    def standing(self) -> str:
        """Beside the present pin."""


class Compared(Protocol):
    """The pins on one prompt."""

    @property
    def prompt(self) -> str:
        """Whose."""

    @property
    def cases(self) -> int:
        """How many."""

    @property
    def margin(self) -> float:
        """The drop worth catching."""

    @property
    def pins(self) -> Sequence[Pinned]:
        """The present one first."""

    @property
    def cheapest(self) -> str:
        """The cheapest that is not worse."""

    @property
    def open(self) -> Sequence[str]:
        """Those that would be cheaper, and are not decided."""


_HEAD = ("pin", "quality", "per 1,000", "p50", "p95", "repeats agree", "", "beside the present")


def model_lines(found: Compared) -> Iterator[str]:
    """Yield the comparison of a prompt's pins, for people."""
    yield f"{one_line(found.prompt)}: {count(found.cases, 'case')}, a drop of {found.margin:.1%} is worth catching"
    rows = [_HEAD, *map(_row, found.pins)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    for row in rows:
        yield "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    yield f"  {_best(found)}"


def _row(one: Pinned) -> tuple[str, ...]:
    usage = one.usage
    interval = f" [{one.low:.1%}, {one.high:.1%}]" if one.low < one.high else ""
    return (
        one_line(one.pin),
        f"{one.quality:.1%}{interval}",
        "unknown" if usage.per_1000 is None else show_rate(usage.per_1000),
        f"{usage.p50:.2f} s",
        f"{usage.p95:.2f} s",
        "-" if one.agreement is None else f"{one.agreement:.1%}",
        "front" if one.front else "",
        one.standing,
    )


def _best(found: Compared) -> str:
    """Return the cheapest pin that is not worse, and what might be cheaper still."""
    told = f"cheapest that is not worse: {one_line(found.cheapest)}"
    if not found.cheapest:
        told = "nobody knows what the present pin costs: say its `price` in params.yaml"
    if found.open:
        names = ", ".join(map(one_line, found.open))
        told += f"; cheaper, and not decided whether worse: {names} (more cases or runs would decide)"
    return told
