"""A finding: one way in which attacks got through, and the rule that says what this means."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from harness.core.digest import digest, short

type Level = Literal["error", "warning", "note"]

LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""From the worst on."""


class AttackRule(NamedTuple):
    """What a kind of finding means; its id never changes and is never used again."""

    id: str
    name: str
    description: str
    """One sentence."""
    help: str
    """What to do about it."""
    owasp_2025: str
    """The risk in OWASP's list for LLM applications of that year, such as `LLM01`; empty where it has none."""
    owasp_2026: str
    atlas: str
    """The technique in MITRE ATLAS, or empty."""
    cwe: tuple[str, ...]
    severity: str
    """A number from 0.1 to 10 as code scanning reads it: over 9 is critical; empty where nothing is at risk."""
    precision: Literal["very-high", "high", "medium", "low"]
    """How often what is found is what the rule says."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Attacks of one rule that got through one carrier, and where the prompt lets them in."""

    rule: str
    level: Level
    message: str
    """The evidence, in which a model's words may stand."""
    path: str
    """The prompt's file, relative to the repository."""
    line: int
    """The line of the untrusted variable, or of the words that were broken; from 1."""
    cases: tuple[str, ...]
    carrier: str
    transforms: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    """What was said, in order, where it took more than one turn."""
    fingerprint: str = ""
    """What stays the same while the finding does; empty for that of its rule, carrier and file."""


def fingerprint_of(finding: Finding) -> str:
    """Return what stays the same while a finding does, whichever cases show it and wherever its line moves."""
    return finding.fingerprint or short(digest("finding", [finding.rule, finding.carrier, finding.path]))


def by_cell(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return one finding for each rule, carrier and file, sorted, with the cases and transforms of all that it joins.

    The first of the worst level gives it its message, line, turns and fingerprint.
    """
    cells: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        cells.setdefault((finding.rule, finding.carrier, finding.path), []).append(finding)
    return tuple(_joined(cells[cell]) for cell in sorted(cells))


def _joined(findings: list[Finding]) -> Finding:
    worst = min(findings, key=lambda finding: LEVELS.index(finding.level))
    return replace(
        worst,
        cases=tuple(sorted({case for finding in findings for case in finding.cases})),
        transforms=tuple(sorted({name for finding in findings for name in finding.transforms})),
    )
