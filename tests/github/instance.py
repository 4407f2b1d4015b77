"""The smallest document of a schema, with facts on top: how the fake writes GitHub's long answers."""

from copy import deepcopy
from functools import cache
from typing import Any, cast

from tests.github.contract import COMPOSED, Doc, document, resolved

MOMENT = "2026-01-01T00:00:00Z"
TEXTS = {"date-time": MOMENT, "date": MOMENT[:10], "uri": "https://github.com/", "email": "nobody@example.com"}


def made(name: str, facts: Doc) -> Doc:
    """Return the smallest document of a schema of the description that states these facts.

    Raises:
        ValueError: The schema has no place for a fact.
    """
    return cast("Doc", filled(document()["components"]["schemas"][name], facts))


@cache
def _smallest(key: str) -> Any:  # noqa: ANN401  # JSON
    target: Any = document()
    for step in key.removeprefix("#/").split("/"):
        target = target[step]
    return filled(target)


def filled(node: Doc, facts: object = ...) -> Any:  # noqa: ANN401  # JSON
    """Return the smallest value of a schema; where facts are given, they stand in their places."""
    if facts is ... and "$ref" in node:
        return deepcopy(_smallest(node["$ref"]))
    shape = resolved(node)
    if facts is not ... and not isinstance(facts, dict | list):
        return facts
    kinds = shape.get("type")
    if facts is ... and isinstance(kinds, list) and "null" in kinds:
        return None
    for word in COMPOSED:
        if word in shape and "properties" not in shape:
            return filled(_chosen(shape[word], facts), facts)
    if isinstance(facts, list):
        return [filled(shape.get("items", {}), one) for one in facts]
    return _object(shape, facts) if isinstance(facts, dict) or "object" in (kinds or ()) else _scalar(shape, kinds)


def _chosen(choices: list[Doc], facts: object) -> Doc:
    """Return the alternative that has a place for all facts, else the first."""
    if facts is ... and any(resolved(one).get("type") == "null" for one in choices):
        return {"type": ["null"]}
    if isinstance(facts, dict):
        for one in choices:
            if set(facts) <= set(resolved(one).get("properties", {})):
                return one
    return choices[0]


def _object(shape: Doc, facts: object) -> Doc:
    known = shape.get("properties", {})
    told = facts if isinstance(facts, dict) else {}
    strange = sorted(set(told) - set(known))
    if strange and known and not shape.get("additionalProperties"):
        raise ValueError(f"the description has no place for {', '.join(strange)}; it has {', '.join(known)}")
    found = {name: filled(known[name]) for name in shape.get("required", []) if name not in told and name in known}
    return {**found, **{name: filled(known.get(name, {}), value) for name, value in told.items()}}


def _scalar(shape: Doc, kinds: str | list[str] | None) -> Any:  # noqa: ANN401  # JSON
    if "enum" in shape:
        return shape["enum"][0]
    match kinds if isinstance(kinds, str) else next(iter(kinds or ["string"])):
        case "integer" | "number":
            return shape.get("minimum", 0)
        case "boolean":
            return False
        case "array":
            return [filled(shape["items"])] * shape.get("minItems", 0)
        case "null":
            return None
        case _:
            return TEXTS.get(shape.get("format", ""), "x" * shape.get("minLength", 0))
