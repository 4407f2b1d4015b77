"""Pins beside each other: a table a prompt, and the cheapest pin that is not worse."""

from collections.abc import Iterator

from harness.core.compared import PinResult, PromptComparison
from harness.core.money import show_rate
from harness.core.words import count
from harness.report.text import columns, one_line

_HEAD = ("pin", "quality", "per 1,000", "p50", "p95", "repeats agree", "", "beside the present")


def model_lines(found: PromptComparison) -> Iterator[str]:
    """Yield the comparison of a prompt's pins, for people."""
    yield f"{one_line(found.prompt)}: {count(found.cases, 'case')}, a drop of {found.margin:.1%} is worth catching"
    yield from (f"  {line}" for line in columns([_HEAD, *map(_row, found.pins)]))
    yield f"  {_best(found)}"


def _row(one: PinResult) -> tuple[str, ...]:
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


def _best(found: PromptComparison) -> str:
    """Return the cheapest pin that is not worse, and what might be cheaper still."""
    told = f"cheapest that is not worse: {one_line(found.cheapest)}"
    if not found.cheapest:
        told = "nobody knows what the present pin costs: say its `price` in params.yaml"
    if found.open:
        names = ", ".join(map(one_line, found.open))
        told += f"; cheaper, and not decided whether worse: {names} (more cases or runs would decide)"
    return told
