"""What attacks came to and what got through, as lines for the terminal and as tables in `report.md`."""

from collections.abc import Iterator

from harness.core.card import Card
from harness.core.finding import Finding
from harness.core.verdict import Attacked, Verdict
from harness.core.words import count
from harness.report.quoting import cell
from harness.report.tables import table
from harness.report.text import one_line

SHOWN = 3
"""Findings that the terminal shows; `report.md` and `findings.sarif` have all of them."""
REASON = 300
"""Characters of a finding's evidence."""


def attack_lines(verdict: Verdict) -> Iterator[str]:
    """Yield what the attacks on each prompt came to, and the first findings, for the terminal."""
    if verdict.attacks:
        yield ""
    for found in verdict.attacks:
        yield f"attacks on {one_line(found.prompt)}: {figures(found)}"
    for finding in verdict.findings[:SHOWN]:
        where = f"{one_line(finding.path)}:{finding.line}"
        yield f"  {finding.rule} {where}  {_cases(finding)}: {one_line(finding.message, 160)}"
    if len(verdict.findings) > SHOWN:
        yield f"  and {count(len(verdict.findings) - SHOWN, 'more finding')} in report.md"


def attack_tables(verdict: Verdict) -> Iterator[str]:
    """Yield the same in Markdown, every finding, and the cards of the detectors."""
    if verdict.attacks:
        yield ""
        yield "## Attacks"
    for found in verdict.attacks:
        yield ""
        yield f"{cell(found.prompt)}: {figures(found)}."
    yield from table("rule | level | where | cases | evidence", map(_row, verdict.findings))
    if verdict.detectors:
        yield ""
        yield "## What is known of the detectors"
        yield from table("detector | finds | measured | known to miss", map(_card, verdict.detectors))


def figures(found: Attacked) -> str:
    """Return what the attacks on one prompt came to."""
    decided = found.cases - found.undecided
    told = f"{found.succeeded} of {decided} succeeded"
    if decided:
        told += f", {found.rate:.1%} [{found.low:.1%}, {found.high:.1%}]"
    parts = [told, f"{found.undecided} undecided"] if found.undecided else [told]
    if found.base_rate is not None:
        parts.append(f"{found.base_rate:.1%} on base")
    if found.answered is not None:
        parts.append(f"{found.answered:.1%} of harmless twins are answered")
    return "; ".join(parts)


def _cases(finding: Finding) -> str:
    return f"{count(len(finding.cases), 'case')} through {one_line(finding.carrier, 40)}"


def _row(finding: Finding) -> str:
    where, cases = cell(f"{finding.path}:{finding.line}"), cell(_cases(finding))
    return f"| {finding.rule} | {finding.level} | {where} | {cases} | {cell(finding.message, REASON)} |"


def _card(card: Card) -> str:
    figures = "<br>".join(cell(figure) for figure in card.figures)
    missed = "<br>".join(cell(spot) for spot in card.blind_spots) or "-"
    return f"| {cell(card.kind)} {cell(card.version)} | {cell(card.finds)} | {figures} | {missed} |"
