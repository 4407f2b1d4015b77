"""Findings as SARIF 2.1.0, which GitHub's code scanning shows in the prompt's own lines.

One result stands for all cases of a rule and a carrier. A message is plain text: what a model wrote makes no link, no
placeholder and no invisible character, since whoever reads a report may be a machine as well.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from harness.core.finding import AttackRule, Finding, by_cell, fingerprint_of
from harness.core.words import count, named
from harness.report.text import one_line

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LONGEST = 400
"""Characters of a model's or contributor's words in a message, before they are made harmless."""
TURNS = 100
"""Turns of a conversation that are shown; the last says how many more there were."""

_LIVE = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]"})
_PLACEHOLDER = re.compile(r"\{(?=\d+\})")
_ADDRESS = re.compile(r"\bh(?:tt)(?=ps?:)", re.IGNORECASE)


def plain(text: str, limit: int = LONGEST) -> str:
    """Return text that a message may hold: on one line, cut, all of it visible, and nothing in it a link."""
    flat = one_line(text, limit)
    seen = "".join(char if _shows(char) else char.encode("unicode_escape").decode() for char in flat)
    return one_line(_PLACEHOLDER.sub("{ ", _ADDRESS.sub("hxx", seen)), limit).translate(_LIVE)


def _shows(char: str) -> bool:
    """Return whether a reader sees a character; selectors of variants pass for printable."""
    return char.isprintable() and not "\ufe00" <= char <= "\ufe0f" and not "\U000e0000" <= char <= "\U000e0fff"


def sarif(findings: Iterable[Finding], rules: Sequence[AttackRule], version: str) -> str:
    """Return findings as one SARIF log, in ASCII, with every rule that was looked for.

    Args:
        findings: In any order; those of one rule, carrier and file become one result.
        rules: What the findings may name.
        version: The harness's own.

    Raises:
        ValueError: A finding names a rule that is not among these.
    """
    places = {rule.id: place for place, rule in enumerate(rules)}
    cells = by_cell(findings)
    for cell in cells:
        if cell.rule not in places:
            raise ValueError(f"a finding names the rule {cell.rule}, which is not known")
    driver = {"name": "harness", "version": plain(version), "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(cell, rules[places[cell.rule]], places[cell.rule]) for cell in cells],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _tags(rule: AttackRule) -> Iterator[str]:
    """Yield what a rule is filed under, fewer than the ten tags that GitHub shows."""
    if rule.severity:
        yield "security"
    for list_, risk in (
        ("owasp-llm-2026", rule.owasp_2026),
        ("owasp-llm-2025", rule.owasp_2025),
        ("atlas", rule.atlas),
    ):
        if risk:
            yield f"{list_}:{risk}"
    for cwe in rule.cwe:
        yield f"external/cwe/{cwe.lower()}"


def _rule(rule: AttackRule) -> dict[str, Any]:
    properties = {"precision": rule.precision, "tags": list(_tags(rule))}
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.description},
        "fullDescription": {"text": f"{rule.description} {rule.help}"},
        "help": {"text": rule.help},
        "properties": {**properties, "security-severity": rule.severity} if rule.severity else properties,
    }


def _result(cell: Finding, rule: AttackRule, place: int) -> dict[str, Any]:
    """Return one result; its first sentence, which GitHub shows alone where there is little room, is our own."""
    carrier = plain(cell.carrier, 60) or "no carrier"
    cases = f"{count(len(cell.cases), 'case')} through {carrier} ({named([plain(case, 40) for case in cell.cases])})"
    print_ = fingerprint_of(cell)
    tags = [*_tags(rule), f"carrier:{carrier}", *(f"transform:{plain(name, 60)}" for name in cell.transforms)]
    found: dict[str, Any] = {
        "ruleId": rule.id,
        "ruleIndex": place,
        "level": cell.level,
        "message": {"text": f"{rule.description} {cases}: {plain(cell.message)}"},
        "locations": [{"physicalLocation": _location(cell)}],
        "partialFingerprints": {"findingCell/v1": print_, "primaryLocationLineHash": print_},
        "properties": {"tags": list(dict.fromkeys(tags)), "cases": len(cell.cases)},
    }
    return {**found, "codeFlows": [{"threadFlows": [{"locations": list(_flow(cell))}]}]} if cell.turns else found


def _location(cell: Finding) -> dict[str, Any]:
    uri = quote(cell.path.encode(errors="replace").lstrip(b"/"))
    return {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": {"startLine": max(1, cell.line)}}


def _flow(cell: Finding) -> Iterator[dict[str, Any]]:
    """Yield the turns of a conversation, each at the line of the prompt, since it has no line of its own."""
    shown = [plain(turn) for turn in cell.turns[:TURNS]]
    if len(cell.turns) > TURNS:
        shown[-1] = f"and {len(cell.turns) - TURNS + 1} more turns"
    for turn in shown:
        yield {"location": {"physicalLocation": _location(cell), "message": {"text": turn or "(empty)"}}}
