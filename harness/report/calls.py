"""The calls of the ledger, by what they were for."""

from collections.abc import Iterator, Sequence

from harness.core.ledger import Asked
from harness.core.money import show_usd
from harness.report.text import columns, one_line

_HEAD = ("role", "purpose", "calls", "tokens in", "tokens out", "cost")


def call_lines(found: Sequence[Asked]) -> Iterator[str]:
    """Yield a table for people; costs are at the pins' prices, also where nobody is billed."""
    if not found:
        yield "nothing was asked here yet"
        return
    rows = [
        (one.role, one_line(one.purpose), f"{one.calls:,}", f"{one.input_tokens:,}", f"{one.output_tokens:,}")
        for one in found
    ]
    yield from columns([_HEAD, *((*row, show_usd(one.cost)) for row, one in zip(rows, found, strict=True))])
