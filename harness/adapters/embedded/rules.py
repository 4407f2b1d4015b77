"""Decision rules in the instructions, evaluated from the top over the fields of the user's message."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.core.completion import ToolCall
from harness.core.jsons import Json

_RULE = re.compile(r"^\s*\d{1,3}[.)]\s*(\w+)\s+(if\s+[^:\n]+|otherwise)\s*(?::\s*([^\n]*))?$", re.MULTILINE | re.IGNORECASE)
_CONDITION = re.compile(
    r"^(?P<field>[\w ]+?)\s+(?:is\s+)?(?P<operator>not one of|one of|not|at most|at least|more than|less than|over|under|above|below)?\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_CALL = re.compile(r"\bif\s+(?:you\s+|the decision is\s+)?[`\"]?(\w+)[`\"]?\s*,?\s*(?:then\s+)?call\s+[`\"]?(\w+)", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Rule:
    """A label, the conditions that must all hold, and the reason to give."""

    label: str
    conditions: tuple[tuple[str, str, str], ...]
    reason: str


@lru_cache(maxsize=256)
def find_rules(system: str) -> tuple[Rule, ...]:
    """Return the rules of the instructions, in order."""
    return tuple(Rule(label, _conditions(test), reason.strip()) for label, test, reason in _RULE.findall(system))


def _conditions(test: str) -> tuple[tuple[str, str, str], ...]:
    if test.lower() == "otherwise":
        return ()
    found = []
    for part in re.split(r"\s+and\s+", test[2:].strip()):
        match = re.match(r"^([\w ]+?)\s+(is not one of|is one of|is not|is at most|is at least|is more than|is less than|is)\s+(.*)$", part.strip(), re.IGNORECASE)
        if match:
            found.append((match[1].strip().lower().replace(" ", "_"), match[2].lower().removeprefix("is").strip(), match[3].strip()))
        else:
            found.append(("", "unreadable", part))
    return tuple(found)


def decide(rules: Sequence[Rule], fields: Mapping[str, str]) -> Rule | None:
    """Return the first rule whose conditions all hold."""
    return next((rule for rule in rules if all(_holds(*condition, fields) for condition in rule.conditions)), None)


def _holds(field: str, operator: str, value: str, fields: Mapping[str, str]) -> bool:
    told = fields.get(field)
    if told is None:
        return False
    if operator in {"at most", "at least", "more than", "less than"}:
        have, want = _number(told), _number(value)
        if have is None or want is None:
            return False
        return {"at most": have <= want, "at least": have >= want, "more than": have > want, "less than": have < want}[operator]
    options = {part.strip(" `\"'.").lower() for part in re.split(r",|\bor\b", value)}
    return (told.strip(" .").lower() in options) != operator.startswith("not")


def _number(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found.group().replace(",", ".")) if found else None


def call_for(label: str, system: str, tools: Sequence[Mapping[str, Json]], fields: Mapping[str, str]) -> ToolCall | None:
    """Return the call of a declared tool that a decision asks for, its arguments filled from the fields."""
    wanted = {tool.lower() for decision, tool in _CALL.findall(system) if decision.lower() == label.lower()}
    for tool in tools:
        function = tool["function"]
        assert isinstance(function, dict)
        if str(function["name"]).lower() in wanted:
            properties = function.get("parameters", {}).get("properties", {})
            return ToolCall(str(function["name"]), {key: _argument(inner, fields.get(key.lower(), "")) for key, inner in properties.items()})
    return None


def _argument(schema: Mapping[str, Json], told: str) -> Json:
    if schema.get("type") in {"number", "integer"}:
        value = _number(told) or 0.0
        return int(value) if value.is_integer() else value
    return told
