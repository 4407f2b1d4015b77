"""Answers in a form: JSON by a schema, or one label of a list, chosen by the definitions in the instructions."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from harness.adapters.embedded.rank import rank, sentences, terms

_LINE = re.compile(r"^\s*(?:[-*]|\d+[.)])?\s*[`\"*]*([\w][\w -]{0,40}?)[`\"*]*\s*(?:\([^)\n]*\))?\s*:\s*(.+)$", re.MULTILINE)
_ONE_OF = re.compile(r"(?:one of|exactly one of|choose from|one label)[^:\n]*:\s*([^\n.]+)", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|no|n't|never|without|nicht|kein\w*|no quiero|sin)\b", re.IGNORECASE)


@lru_cache(maxsize=256)
def definitions(system: str) -> dict[str, str]:
    """Return what the instructions say of each label: the text after `label:`."""
    return {name.strip().lower(): text.strip() for name, text in _LINE.findall(system)}


def labels_asked(system: str) -> list[str]:
    """Return the labels of a "one of: a, b, c" demand."""
    found = _ONE_OF.search(system)
    return [part.strip(" `\"'") for part in re.split(r",|\bor\b|\|", found.group(1)) if part.strip()] if found else []


def choose(labels: Sequence[str], system: str, text: str) -> str:
    """Return the label whose definition fits a text best; the last one when none fits."""
    said = definitions(system)
    heard = _weights(text)
    best, most = labels[-1], 0.0
    for label in labels:
        words = terms(f"{label} {said.get(label.lower(), '')}")
        score = sum(heard.get(word, 0.0) for word in words) / (1 + 0.01 * len(words))
        if score > most:
            best, most = label, score
    return best


def _weights(text: str) -> dict[str, float]:
    """Return how much each word of a text counts: less where it is negated, more at the start and in a question."""
    found: dict[str, float] = {}
    for number, sentence in enumerate(sentences(text)):
        weight = (0.3 if _NEGATION.search(sentence) else 1.0) * (1.3 if number == 0 else 1.0) * (1.3 if "?" in sentence else 1)
        for word in terms(sentence):
            found[word] = max(found.get(word, 0.0), weight)
    return found


def fill(schema: Mapping[str, Any], system: str, text: str, name: str = "") -> Any:
    """Return a value for a JSON Schema, read from a text by the definitions in the instructions."""
    if "enum" in schema:
        options = [option for option in schema["enum"] if isinstance(option, str)]
        return choose(options, system, text) if options else schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {key: fill(inner, system, text, key) for key, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [fill(schema.get("items", {}), system, text, name)]
    if kind == "boolean":
        said = re.sub(r"^(?:true|yes)\b[^a-z]*(?:if|when|for)\b", "", definitions(system).get(name.lower(), name), flags=re.IGNORECASE)
        wanted = terms(said.split(" false ")[0])
        heard = _weights(text)
        return sum(heard.get(word, 0.0) for word in wanted) >= 1.0
    if kind in {"number", "integer"}:
        return _number(text, name, whole=kind == "integer")
    hits = rank(f"{name} {definitions(system).get(name.lower(), '')}", [("", text)])
    return hits[0].text if hits else text.strip()[:200]


def _number(text: str, name: str, *, whole: bool) -> float | int:
    wanted = terms(name.replace("_", " "))
    for sentence in sorted(sentences(text), key=lambda one: -len(terms(one) & wanted)):
        if found := re.search(r"-?\d+(?:\.\d+)?", sentence):
            value = float(found.group())
            return int(value) if whole or value.is_integer() else value
    return 0


def as_json(value: object) -> str:
    """Return a value as the JSON text of an answer."""
    return json.dumps(value, ensure_ascii=False)
