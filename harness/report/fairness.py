"""`bias-evidence.md` and `bias-evidence.json`: the evidence of a bias suite for auditors."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from harness.core.fairness import FairnessEvidence, PairOutcome
from harness.core.jsons import Json
from harness.report.conclusions import across, changes, conclusions, points, ratios, share
from harness.report.conclusions import noise as noise_floor
from harness.report.quoting import cell, code, fence
from harness.report.tables import table
from harness.report.text import TEXT, bearable


def fairness_markdown(evidence: FairnessEvidence) -> str:
    """Return the evidence for people, in Markdown that quotes everything a model or contributor wrote."""
    return "\n".join(_lines(evidence)) + "\n"


def fairness_json(evidence: FairnessEvidence) -> str:
    """Return the evidence as data: keys in order, ASCII only, the same bytes of the same evidence.

    Raises:
        ValueError: A number is infinite or none at all.
    """
    return json.dumps(_data(asdict(evidence)), indent=1, sort_keys=True, ensure_ascii=True, allow_nan=False) + "\n"


type _Plain = bool | int | float | str | tuple[_Plain, ...] | dict[str, _Plain] | None


def _data(value: _Plain) -> Json:
    """Return tuples with names as objects, and others as lists."""
    if isinstance(value, dict):
        return {key: _data(item) for key, item in value.items()}
    if isinstance(value, tuple):
        names: Sequence[str] = getattr(value, "_fields", ())
        return dict(zip(names, map(_data, value), strict=True)) if names else [*map(_data, value)]
    return value


def _lines(evidence: FairnessEvidence) -> Iterator[str]:
    yield "# Fairness evidence"
    yield from table("judged | ", _facts(evidence))
    yield from _section("Conclusions", conclusions(evidence))
    yield from _section("Change against base", changes(evidence.groups))
    yield from _section("All groups at once", across(evidence.groups))
    yield from _section("Impact ratios", ratios(evidence.groups))
    yield from _section("Noise floor", noise_floor(evidence.groups))
    yield from _section("Largest differences, side by side", _flips(evidence.groups.flips))
    yield from _section("Gates", _gates(evidence))
    yield from _section("Waivers", _waivers(evidence))
    yield from _section("Labels", _labels(evidence))
    yield from _section("Materials", table("what | digest", _materials(evidence)))
    yield from _section("Limitations", ["", *(f"- {code(one, TEXT)}" for one in evidence.limitations)])
    yield from _section("Duties that this informs", _duties(evidence))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a section; one of nothing says so, since silence would read as good news."""
    told = [*lines]
    yield ""
    yield f"## {title}"
    yield from told if any(told) else ["", "None."]


def _facts(evidence: FairnessEvidence) -> Iterator[str]:
    yield f"| prompt | {cell(evidence.prompt)} |"
    yield f"| purpose | {cell(evidence.purpose, TEXT)} |"
    yield f"| whom it concerns | {', '.join(map(cell, evidence.affected)) or 'not said'} |"
    yield f"| tolerated gap | {points(evidence.tolerance)} |"
    yield f"| pairs without two readable answers | {evidence.unread} |"


def _flips(pairs: Sequence[PairOutcome]) -> Iterator[str]:
    for pair in pairs:
        yield ""
        yield f"### {code(pair.case)}"
        yield ""
        yield f"{code(pair.slot)}, {code(pair.outcome)}: {share(pair.a)} and {share(pair.b)}{_on_base(pair)}."
        yield from fence(code(pair.group_a), bearable(pair.text_a))
        yield from fence(code(pair.group_b), bearable(pair.text_b))


def _on_base(pair: PairOutcome) -> str:
    known = pair.base_a is not None and pair.base_b is not None
    return f"; on base {share(pair.base_a or 0.0)} and {share(pair.base_b or 0.0)}" if known else ""


def _gates(evidence: FairnessEvidence) -> Iterator[str]:
    rows = [f"| **{one.outcome}** | {cell(one.gate)} | {cell(one.reason, 600)} |" for one in evidence.gates]
    return table("outcome | gate | why", rows)


def _waivers(evidence: FairnessEvidence) -> Iterator[str]:
    rows = [
        f"| {cell(one.case)} | {cell(one.owner)} | {cell(one.why)} | {cell(one.until)} |" for one in evidence.waivers
    ]
    return table("case | by leave of | why | until", rows)


def _labels(evidence: FairnessEvidence) -> Iterator[str]:
    rows = [
        f"| {cell(one.slot)} | {', '.join(map(cell, one.groups))} | {cell(one.source)} | {cell(one.licence)} "
        f"| {cell(one.digest[:12])} | {cell(one.limits, TEXT)} |"
        for one in evidence.labels
    ]
    return table("slot | groups | from | licence | digest | limits", rows)


def _materials(evidence: FairnessEvidence) -> Iterator[str]:
    for one in evidence.materials:
        yield f"| {cell(one.name)} | {cell(one.digest)} |"


def _duties(evidence: FairnessEvidence) -> Iterator[str]:
    rows = [
        f"| {cell(one.rule)} | {cell(one.place)} | {cell(one.asks)} | {cell(one.shown)} |" for one in evidence.duties
    ]
    return table("rule | place | asks for | see", rows)
