"""A judge by script: it follows any JSON Schema, and finds everything well unless it reads the word WRONG."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.core.digest import text_digest

BAD = "WRONG"
_WORDS = {"verdict": ("no", "yes"), "answer": ("no", "yes")}
"""What texts of these names say of something bad, and of something good."""


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
        fields: Mapping[str, Any] = node.get("properties", {})
        return {key: _made(one, root, good=good, name=key, seed=seed) for key, one in fields.items()}
    if kind == "array":
        return [_made(node.get("items", {}), root, good=good, name=name, seed=seed)]
    return _leaf(node, good=good, name=name, seed=seed)


def _leaf(node: Mapping[str, Any], *, good: bool, name: str, seed: str) -> Any:  # noqa: ANN401 (JSON)
    if values := [node["const"]] if "const" in node else node.get("enum"):
        best, worst = (-2, 0) if name == "grade" else (0, -1)  # our own scales go from the worst on, and end in a doubt
        return values[best if good else worst]
    match node.get("type", "string"):
        case "integer" | "number":
            return node.get("maximum", 10 if name == "score" else 1) if good else node.get("minimum", 0)
        case "boolean":
            return good
    words = _WORDS.get(name)
    return words[good] if words else f"{name or 'text'} {seed[:8]}"


def vector(text: str) -> list[float]:
    """Return a vector of a text: near for texts of the same letters."""
    counts = [float(text.lower().count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
    return counts if any(counts) else [1.0] * len(counts)
