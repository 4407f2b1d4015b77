"""A judge by script: it follows any JSON Schema, and finds everything well unless it reads the word WRONG."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.core.digest import text_digest

BAD = "WRONG"
_WORDS = dict.fromkeys(("verdict", "answer", "answers"), ("no", "yes"))
"""What texts of these names say of something bad, and of something good."""
_FINDS_FAULTS = {
    *("BiasVerdict", "KnowledgeRetentionVerdict", "MisuseVerdict", "NonAdviceVerdict"),
    *("PIILeakageVerdict", "RoleViolationVerdict", "ToxicityVerdict"),
}
"""Objects whose `verdict` is "yes" where something is bad."""
_LISTS_FAULTS = {"OutOfCharacterResponseVerdict"}
"""Objects of which there are none where all is well."""
_TENS = {"InstanceRubricScoreOutput", "ReasonScore"}
"""Objects whose `score` goes to ten; any other goes to one."""
_FAULTS = {"noncommittal", "refused_to_answer", "FP", "FN"}
"""What is said of something bad only; `TP` is its opposite."""


def reply(messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None) -> str:
    """Return what the judge says: JSON of a schema, or a line of text."""
    text = "\n".join(str(message["content"]) for message in messages)
    good = BAD not in text
    if schema is None:
        return "yes, all is well" if good else "no, that is not right"
    return json.dumps(_made(schema, schema, good=good, name="", seed=text_digest(text)))


def _made(node: Mapping[str, Any], root: Mapping[str, Any], *, good: bool, name: str, seed: str) -> Any:  # noqa: ANN401 (JSON)
    if "$ref" in node:
        return _made(root["$defs"][node["$ref"].rpartition("/")[2]], root, good=good, name=name, seed=seed)
    if options := node.get("anyOf") or node.get("allOf"):
        chosen = next((one for one in options if one.get("type") != "null"), options[0])
        return _made(chosen, root, good=good, name=name, seed=seed)
    kind = node.get("type", "string")
    if kind == "object":
        fields: Mapping[str, Any] = node.get("properties") or {"text": node.get("additionalProperties") or {}}
        turned = "verdict" if node.get("title") in _FINDS_FAULTS else ""
        made = {key: _made(one, root, good=good != (key == turned), name=key, seed=seed) for key, one in fields.items()}
        return {**made, "score": 10.0 * made["score"]} if node.get("title") in _TENS else made
    if kind == "array":
        if name in {*_FAULTS, "TP"} and good == (name in _FAULTS):
            return []
        items = {"description": node.get("description", ""), **node.get("items", {})}
        none = good and items.get("$ref", "").rpartition("/")[2] in _LISTS_FAULTS
        return [] if none else [_made(items, root, good=good, name=name, seed=seed)]
    return _leaf(node, good=good, name=name, seed=seed)


def _leaf(node: Mapping[str, Any], *, good: bool, name: str, seed: str) -> Any:  # noqa: ANN401 (JSON)
    good = good != (name in _FAULTS)
    told = [int(number) for number in re.findall(r"\d+", node.get("description", ""))]
    if values := [node["const"]] if "const" in node else node.get("enum"):
        if name == "grade":  # a scale of ours goes from the worst on, and ends in a doubt
            return values[-2 if good else 0]
        first = good != (values == ["0", "1"])
        return values[0] if first else "no" if "no" in values else values[-1]
    match node.get("type", "string"):
        case "integer" | "number":
            low, high = (min(told), max(told)) if len(told) > 1 else (0, 1)
            return node.get("maximum", high) if good else node.get("minimum", low)
        case "boolean":
            return good
    words = ("0", "1") if set(told) == {0, 1} else _WORDS.get(name)
    return words[good] if words else f"{name or 'text'} {seed[:8]}{'' if good else f' {BAD}'}"


def lead(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return what an attacker says next, who is never content."""
    told = "\n".join(str(message["content"]) for message in messages)
    return json.dumps({"goal_reached": False, "message": f"May I ask about {text_digest(told)[:8]}?"})


def give_in(messages: Sequence[Mapping[str, Any]], turns: int) -> str:
    """Return what somebody says who tells all that it was told, when a user has spoken so often."""
    spoken = sum(message["role"] == "user" for message in messages)
    told = "\n".join(str(message["content"]) for message in messages if message["role"] == "system")
    return told if spoken >= turns else "I can help you with your order."


def vector(text: str) -> list[float]:
    """Return a vector of a text: near for texts of the same letters."""
    counts = [float(text.lower().count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
    return counts if any(counts) else [1.0] * len(counts)
