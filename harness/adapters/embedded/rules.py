"""Decision rules in the instructions, evaluated from the top over the fields of the user's message."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from harness.adapters.embedded.structured import kind_of
from harness.core.completion import ToolCall
from harness.core.jsons import Json

_RULE = re.compile(
    r"^[ \t]*\d{1,3}[.)][ \t]*(\w{1,40})[ \t]+(if[ \t]+[^:\n]+|otherwise)[ \t]*(?::([^\n]*))?$",
    re.MULTILINE | re.IGNORECASE,
)
_CONDITION = re.compile(
    r"([\w ]+?)\s+is\s+(not one of|one of|not|at most|at least|more than|less than|)\s*(.+)", re.IGNORECASE
)
_CALL = re.compile(
    r"\bif\s+(?:the decision is\s+)?[`\"]?(\w+)[`\"]?\s*,?\s*(?:then\s+)?call\s+[`\"]?(\w+)", re.IGNORECASE
)
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3}){1,30}(?![\d,])(?:\.\d+)?")
"""Groups of three after commas are thousands (1,000); any other comma is a decimal one (20,50)."""
_NUMBER = re.compile(rf"{_THOUSANDS.pattern}|-?\d{{1,99}}(?:[.,]\d+)?")
CONDITION_LIMIT = 300
"""Characters of a condition that can still be read."""


class Condition(NamedTuple):
    """A field, how it is compared, and with what."""

    field: str
    operator: str
    value: str

    def holds(self, fields: Mapping[str, str]) -> bool:
        """Return whether it holds; a field that is absent or not a number never does."""
        told = fields.get(self.field)
        if told is None:
            return False
        if self.operator in _COMPARE:
            have, want = as_number(told), as_number(self.value)
            return have is not None and want is not None and _COMPARE[self.operator](have, want)
        options = {part.strip(" `\"'.").lower() for part in re.split(r",|\bor\b", self.value)}
        return (told.strip(" .").lower() in options) != self.operator.startswith("not")


_COMPARE = {
    "at most": lambda have, want: have <= want,
    "at least": lambda have, want: have >= want,
    "more than": lambda have, want: have > want,
    "less than": lambda have, want: have < want,
}


class Rule(NamedTuple):
    """A label, the conditions that must all hold, and the reason to give."""

    label: str
    conditions: tuple[Condition, ...]
    reason: str


@lru_cache(maxsize=256)
def find_rules(system: str) -> tuple[Rule, ...]:
    """Return the rules of the instructions, in order; one with an unreadable condition never applies."""
    return tuple(Rule(label, _conditions(test), reason.strip()) for label, test, reason in _RULE.findall(system))


def _conditions(test: str) -> tuple[Condition, ...]:
    if test.lower() == "otherwise":
        return ()
    found: list[Condition] = []
    for part in re.split(r"\s+and\s+", test[2:].strip()):
        match = _CONDITION.fullmatch(part.strip()) if len(part) <= CONDITION_LIMIT else None
        field = match[1].strip().lower().replace(" ", "_") if match else ""
        found.append(Condition(field, match[2].lower(), match[3].strip()) if match else Condition("", "", part))
    return tuple(found)


def decide(rules: Sequence[Rule], fields: Mapping[str, str]) -> Rule | None:
    """Return the first rule whose conditions all hold."""
    return next((rule for rule in rules if all(condition.holds(fields) for condition in rule.conditions)), None)


def as_number(text: str) -> float | None:
    """Return the first number in a text, or None."""
    found = _NUMBER.search(text)
    if not found:
        return None
    told = found.group()
    return float(told.replace(",", "") if _THOUSANDS.fullmatch(told) else told.replace(",", "."))


def call_for(
    label: str, system: str, tools: Sequence[Mapping[str, Json]], fields: Mapping[str, str]
) -> ToolCall | None:
    """Return the call of a declared tool that a decision asks for, its arguments filled from the fields."""
    wanted = {tool.lower() for decision, tool in _CALL.findall(system) if decision.lower() == label.lower()}
    for tool in tools:
        function = cast("dict[str, Any]", tool["function"])
        if function["name"].lower() in wanted:
            properties = function.get("parameters", {}).get("properties")
            named = properties if isinstance(properties, dict) else {}
            arguments = {key: _argument(inner, fields.get(key.lower(), "")) for key, inner in named.items()}
            return ToolCall(function["name"], arguments)
    return None


def _argument(schema: Json, told: str) -> Json:
    if kind_of(schema) in {"number", "integer"}:
        value = as_number(told) or 0.0
        return int(value) if value.is_integer() else value
    return told
