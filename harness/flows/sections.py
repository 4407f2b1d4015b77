"""Sections of a prompt: its messages and partials, with the share that each has of what is sent, by length."""

import json
from collections.abc import Iterator, Sequence
from statistics import fmean

from harness.core.pair import Pair
from harness.core.spending import Section
from harness.flows.rows import BASE, CANDIDATE, Row
from harness.flows.side import Side

MEASURED = 50
"""Cases whose messages are measured; the shares hardly differ among more."""

type Shares = dict[str, float]
"""Of each section, its share of the bytes that are sent."""


def sections(
    pair: Pair, rows: Sequence[Row], sides: tuple[Side | None, Side], tokens: tuple[float, float]
) -> tuple[Section, ...]:
    """Return what falls to each section of a prompt on both trees, those first that grew most.

    Args:
        pair: Its prompt is the candidate's.
        rows: The cases, with the keys of both trees.
        sides: Base, or None, and the candidate.
        tokens: The input tokens of a request on each.
    """
    base, candidate = sides
    known = [row for row in rows if row.keys[CANDIDATE] and (base is None or row.keys[BASE])]
    chosen = known[:: -(-len(known) // MEASURED) or 1]
    before = _shares(pair, chosen, base, BASE) if base else {}
    after = _shares(pair, chosen, candidate, CANDIDATE)
    found = [
        Section(name, _part(before, name, tokens[0]), _part(after, name, tokens[1])) for name in {**after, **before}
    ]
    return tuple(sorted(found, key=lambda item: -item.growth))


def _part(shares: Shares, name: str, tokens: float) -> float | None:
    return round(shares[name] * tokens, 1) if name in shares else None


def _shares(pair: Pair, rows: Sequence[Row], side: Side, place: int) -> Shares:
    """Return the share of each section, on the average over cases."""
    sizes = [dict(_sizes(side, side.name_of(pair.prompt), row, place)) for row in rows]
    names = dict.fromkeys(name for size in sizes for name in size)
    return {name: fmean(size.get(name, 0) / max(sum(size.values()), 1) for size in sizes) for name in names}


def _sizes(side: Side, name: str, row: Row, place: int) -> Iterator[tuple[str, int]]:
    """Yield the bytes of each section of one request: a message without its partials, and these by themselves."""
    case = (row.pairing.form.arms or (row.pairing.form,))[0]
    prompt = side.content.prompts[name]
    messages = side.messages(name, case, row.asked(place)[0])
    for number, message in enumerate(messages, start=1):
        left = _bytes(message.content)
        source = "" if prompt.inputs or case.staging.bare else prompt.messages[number - 1].content
        for path, text in sorted(side.content.partials.items()):
            if path in source:
                yield path, min(_bytes(text), left)
                left -= min(_bytes(text), left)
        yield ("inputs" if prompt.inputs else f"message {number} ({message.role})"), left
    for what, form in (("response format", prompt.json_schema), ("tools", list(prompt.tools))):
        if form:
            yield what, len(json.dumps(form))


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))
