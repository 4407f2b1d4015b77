"""Attacks on a pull request: a chart in our own words, and what they came to on each prompt."""

import re
from collections.abc import Iterator

from harness.core.finding import Finding
from harness.core.verdict import Attacked, Verdict
from harness.core.words import count
from harness.report.gates import percent
from harness.report.quoting import block, cell

SHOWN = 10
"""Prompts and findings that are shown."""
REASON = 160
CLASSES = {
    "INJ": "obeys",
    "LEAK": "leaks prompt",
    "SEC": "leaks data",
    "TOOL": "misuses tool",
    "OUT": "unsafe output",
    "SAY": "says forbidden",
    "DOS": "blows up",
    "REF": "refuses harmless",
}
"""What the rules of one family find, in words short enough for an axis."""
_RULE = re.compile("LH-([A-Z]+)-[0-9]+")


def attack_classes(verdict: Verdict) -> Iterator[str]:
    """Yield the classes as a chart, then the prompts, then where the first findings are."""
    classes = _classes(verdict.findings)
    if classes:
        yield from block("\n".join(_chart(classes)), "mermaid")
    if verdict.attacks:
        yield ""
        yield "| Prompt | Attacks | Succeed [95%] | On base | Harmless twins answered |"
        yield "|:--|--:|--:|--:|--:|"
    yield from map(_prompt, verdict.attacks[:SHOWN])
    if verdict.findings:
        yield ""
        yield "| Rule and line | Cases | Evidence |"
        yield "|:--|--:|:--|"
    yield from map(_finding, verdict.findings[:SHOWN])
    if len(verdict.findings) > SHOWN:
        yield ""
        yield f"And {count(len(verdict.findings) - SHOWN, 'more finding')}."


def _classes(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Return by class how many cases show it."""
    cases: dict[str, set[str]] = {}
    for finding in findings:
        found = _RULE.fullmatch(finding.rule)
        cases.setdefault(CLASSES.get(found[1], "other") if found else "other", set()).update(finding.cases)
    return {name: len(cases[name]) for name in (*CLASSES.values(), "other") if name in cases}


def _chart(classes: dict[str, int]) -> Iterator[str]:
    yield "xychart-beta"
    yield '    title "Cases in which an attack got through"'
    yield f"    x-axis [{', '.join(f'"{name}"' for name in classes)}]"
    yield f'    y-axis "cases" 0 --> {max(*classes.values(), 1)}'
    yield f"    bar [{', '.join(map(str, classes.values()))}]"


def _prompt(found: Attacked) -> str:
    rate = f"{percent(found.rate)} [{percent(found.low)}, {percent(found.high)}]"
    base, twins = ("–" if one is None else percent(one) for one in (found.base_rate, found.answered))  # noqa: RUF001
    return f"| {cell(found.prompt, 60)} | {found.cases:,} | {rate} | {base} | {twins} |"


def _finding(found: Finding) -> str:
    where = cell(f"{found.path}:{found.line}", 90)
    return f"| {cell(found.rule, 20)}<br>{where} | {len(found.cases):,} | {cell(found.message, REASON)} |"
