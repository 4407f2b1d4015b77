"""Answers in a form: JSON by a schema, or one label of a list, chosen by the definitions in the instructions."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache

from harness.adapters.embedded.rank import rank, sentences, stems
from harness.core.jsons import Json

_LINE = re.compile(r"^[ \t]*(?:[-*]|\d+[.)])?[ \t]*[`\"*]*(\w[\w -]{0,40}?)[`\"*]*[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_ONE_OF = re.compile(r"(?:\bone of|\bchoose from|\bone label)[^:\n]{0,80}:[ \t]*([^\n.]+)", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|no|never|nobody|nothing|without|neither|nicht|kein\w*|niemand|sin|nadie|nunca)\b|n't\b", re.IGNORECASE
)
_TRUE_IF = re.compile(r"^(?:true|yes)\b[^,]{0,20}?\b(?:if|when|for)\b", re.IGNORECASE)
_LEFTOVER = re.compile(r"\b(?:other|otherwise|else|normal|default|none|unknown)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;]\s+|\s+(?:but|and|aber|und|pero|y)\s+", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,99}(?:\.\d+)?")
"""A number with more digits than these is none that can be counted with."""

NEGATED, ASKED, LAST = 0.3, 1.3, 1.2
"""What a word counts in a sentence that denies, in one that asks, and in the last one."""


@lru_cache(maxsize=256)
def definitions(system: str) -> dict[str, tuple[frozenset[str], ...]]:
    """Return what the instructions say of each label: the phrases after `label:`, each as its stems."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for name, text in _LINE.findall(system):
        phrases = (stems(part) for part in _TRUE_IF.sub("", text).split(","))
        found[name.strip().lower()] = tuple(phrase for phrase in phrases if phrase)
    return found


def labels_asked(system: str) -> list[str]:
    """Return the labels of a "one of: a, b, c" demand."""
    found = _ONE_OF.search(system)
    return [part.strip(" `\"'") for part in re.split(r",|\bor\b|\|", found.group(1)) if part.strip()] if found else []


def choose(labels: Sequence[str], system: str, text: str) -> str:
    """Return the label whose phrases a text holds most; where it holds none, the one that is meant for the rest."""
    said = definitions(system)
    scores = {label: _weight((stems(label), *said.get(label.lower(), ())), text) for label in labels}
    best = max(labels, key=lambda label: scores[label])
    if scores[best]:
        return best
    return next((label for label in labels if _LEFTOVER.fullmatch(label)), labels[0])


def _weight(phrases: Sequence[frozenset[str]], text: str) -> float:
    """Return how much of a label's phrases a text holds; a longer phrase counts for more."""
    parts = _clauses(text)
    total = 0.0
    for phrase in set(phrases):
        best = 0.0
        for number, part in enumerate(parts, start=1):
            if phrase <= stems(part):
                share = NEGATED if _NEGATION.search(part) else 1.0
                share *= ASKED if "?" in part else LAST if number == len(parts) else 1.0
                best = max(best, share)
        total += best * (1 + 0.5 * (len(phrase) - 1))
    return total


@lru_cache(maxsize=1024)
def _clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a text, so that a denial in one does not touch its neighbour."""
    return tuple(part for sentence in sentences(text) for part in _CLAUSE.split(sentence) if part.strip())


def kind_of(schema: Json) -> str:
    """Return the type that a JSON Schema asks for, the first of several; empty where it asks for none."""
    named = schema.get("type") if isinstance(schema, dict) else None
    kinds = named if isinstance(named, list) else [named]
    return next((kind for kind in kinds if isinstance(kind, str)), "")


def fill(schema: Json, system: str, text: str, name: str = "") -> Json:
    """Return a value for a JSON Schema, read from a text by the definitions in the instructions."""
    if not isinstance(schema, dict):  # `true` allows anything
        schema = {}
    options = schema.get("enum")
    if isinstance(options, list):
        labels = [option for option in options if isinstance(option, str)]
        return choose(labels, system, text) if labels else next(iter(options), None)
    kind = kind_of(schema)
    properties = schema.get("properties")
    if isinstance(properties, dict):
        return {key: fill(inner, system, text, key) for key, inner in properties.items()}
    if kind == "array":
        return [fill(schema.get("items"), system, text, name)]
    if kind == "boolean":
        return _weight(definitions(system).get(name.lower(), (stems(name.replace("_", " ")),)), text) >= 1
    if kind in {"number", "integer"}:
        return _number(text, name, whole=kind == "integer")
    hits = rank(name.replace("_", " "), [("", text)])
    return hits[0].text if hits else text.strip()[:200]


def _number(text: str, name: str, *, whole: bool) -> float | int:
    """Return the first number of the sentence that is nearest to a property's name."""
    wanted = stems(name.replace("_", " "))
    for sentence in sorted(sentences(text), key=lambda one: -len(stems(one) & wanted)):
        if found := _NUMBER.search(sentence):
            value = float(found.group())
            return int(value) if whole or value.is_integer() else value
    return 0


def as_json(value: Json) -> str:
    """Return a value as the JSON text of an answer."""
    return json.dumps(value, ensure_ascii=False)
