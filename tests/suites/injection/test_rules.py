"""The rules as others rely on them: ids that stay, tags of two years, and an answer for every combination."""

import re
from itertools import product

import pytest

from harness.core.attack import OBJECTIVES
from harness.suites.injection.rules import RULES, rule_of

IDS = (
    "LH-INJ-001 LH-INJ-002 LH-INJ-003 LH-LEAK-001 LH-LEAK-002 LH-SEC-001 LH-TOOL-001 LH-TOOL-002 "
    "LH-OUT-001 LH-OUT-002 LH-OUT-003 LH-OUT-004 LH-OUT-005 LH-SAY-001 LH-DOS-001 LH-REF-001"
)
CARRIERS = (
    *("user", "history", "crescendo", "rag_document", "tool_output", "file_name", "html_comment", "email"),
    *("code_comment", "memory", ""),
)
KINDS = (
    *(
        "obeys-marker",
        "leaks-canary",
        "leaks-words",
        "recites-prompt",
        "tool-called",
        "tool-args",
        "exfiltrates",
        "emits-markup",
    ),
    *("emits-terminal", "is-json", "json-schema", "blows-up", "is-refusal", "contains", "regex", "python", ""),
)
DETAILS = ("", "prompt", "document", "memory", "html", "script", "sql", "template")
TO_2026 = {
    "LLM01": "LLM01",
    "LLM02": "LLM02",
    "LLM03": "LLM04",
    "LLM04": "LLM05",
    "LLM05": "LLM10",
    "LLM06": "LLM03",
    "LLM07": "LLM08",
    "LLM08": "LLM09",
    "LLM09": "LLM07",
    "LLM10": "LLM06",
    "": "",
}
"""OWASP's risks of 2025 as the list of 2026 numbers them."""


class TestTheRules:
    def test_keep_their_ids(self) -> None:
        """A report of last year still means the same."""
        assert " ".join(rule.id for rule in RULES) == IDS

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
    def test_name_the_same_risk_in_both_years(self, rule: object) -> None:
        """The lists number it differently."""
        (known,) = (one for one in RULES if one is rule)

        assert known.owasp_2026 == TO_2026[known.owasp_2025]

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
    def test_are_what_code_scanning_can_show(self, rule: object) -> None:
        """A name of one word, one sentence, a severity as text, known shapes of ids."""
        (known,) = (one for one in RULES if one is rule)

        assert re.fullmatch(r"([A-Z][a-z]+)+", known.name)
        assert re.fullmatch(r"[A-Z][^.]+\.", known.description)
        assert len(known.description) < 200
        assert known.help.endswith(".")
        assert not known.severity or 0.1 <= float(known.severity) <= 10
        assert re.fullmatch(r"(AML\.T\d{4}(\.\d{3})?)?", known.atlas)
        assert all(re.fullmatch(r"CWE-\d+", cwe) for cwe in known.cwe)

    def test_differ(self) -> None:
        """Two rules of one name or one sentence are one rule."""
        for field in ("id", "name", "description"):
            assert len({getattr(rule, field) for rule in RULES}) == len(RULES)


class TestRuleOf:
    def test_knows_every_combination(self) -> None:
        """No finding is left without a rule."""
        ids = set(IDS.split())
        objectives = (*OBJECTIVES, "", "new")
        reached = {rule_of(*one) for one in product(objectives, CARRIERS, KINDS, DETAILS)}

        assert reached == ids

    @pytest.mark.parametrize(
        ("objective", "carrier", "kind", "detail", "rule"),
        [
            ("emit-marker", "user", "obeys-marker", "", "LH-INJ-001"),
            ("emit-marker", "history", "not-obeys-marker", "", "LH-INJ-001"),
            ("emit-marker", "rag_document", "obeys-marker", "", "LH-INJ-002"),
            ("leak-canary", "email", "obeys-marker", "", "LH-INJ-002"),
            ("emit-marker", "crescendo", "obeys-marker", "", "LH-INJ-003"),
            ("leak-canary", "rag_document", "leaks-canary", "", "LH-LEAK-001"),
            ("leak-canary", "user", "leaks-canary", "document", "LH-SEC-001"),
            ("leak-canary", "user", "leaks-words", "", "LH-LEAK-001"),
            ("leak-canary", "user", "recites-prompt", "", "LH-LEAK-002"),
            ("call-tool", "email", "tool-called", "", "LH-TOOL-001"),
            ("call-tool", "email", "tool-args", "", "LH-TOOL-002"),
            ("exfil-url", "email", "exfiltrates", "", "LH-OUT-001"),
            ("echo-code", "user", "emits-markup", "html", "LH-OUT-002"),
            ("echo-code", "user", "emits-markup", "sql", "LH-OUT-004"),
            ("exfil-url", "user", "emits-markup", "", "LH-OUT-002"),
            ("echo-code", "user", "emits-terminal", "", "LH-OUT-003"),
            ("break-format", "user", "json-schema", "", "LH-OUT-005"),
            ("break-format", "user", "regex", "", "LH-OUT-005"),
            ("say-forbidden", "user", "contains-any", "", "LH-SAY-001"),
            ("say-forbidden", "document-end", "not-obeys-marker", "", "LH-SAY-001"),
            ("deny-service", "user", "blows-up", "", "LH-DOS-001"),
            ("deny-service", "user", "max-words", "", "LH-DOS-001"),
            ("emit-marker", "user", "is-refusal", "", "LH-REF-001"),
            ("emit-marker", "tool_output", "contains", "", "LH-INJ-002"),
        ],
    )
    def test_says_what_a_finding_means(self, objective: str, carrier: str, kind: str, detail: str, rule: str) -> None:
        """What was found decides; where it says nothing by itself, what the attack wanted."""
        assert rule_of(objective, carrier, kind, detail) == rule
