"""Requests that nobody would make who means well, shaped by the description and bent out of shape."""

import json
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

from hypothesis import strategies as st

from tests.github.contract import COMPOSED, Doc, Operation, operations, resolved

WORDS = (
    *("", "\0", "\ud800", "é", "../..", "--help", "$(id)", "x" * 300, "-1", "1.0", "1e9", "a" * 40, "0" * 40),
    *("main", "topic", "heads/main", "heads/topic", "refs/heads/x", "refs/tags/v1", "pull/1/head", "main...topic"),
    *("HEAD", "TREE", "BLOB", "a.txt", "docs", "ada", "gate", "x.yml", "2026-01-01T00:00:00Z", "sha256:00"),
)
"""Some mean something on the desk; the words in capitals stand for objects of its repository."""
SCALARS: dict[str, tuple[object, ...]] = {"integer": (0, 1, 2, 1001), "number": (0, 1), "boolean": (True, False)}
ODD: tuple[object, ...] = (None, True, -1, 0, 1, 2, 1001, 10**20, 1.5, [], {}, [[]], {"a": {"b": []}})


class Hostile(NamedTuple):
    """A request."""

    operation: str
    method: str
    url: str
    body: bytes


@cache
def bodies(key: str) -> st.SearchStrategy[object]:
    """Return values of a schema, given as JSON, most of them as it wants them."""
    return st.one_of(_straight(json.loads(key)), _straight(json.loads(key)), _straight(json.loads(key)), _bent())


def _bent() -> st.SearchStrategy[object]:
    return st.sampled_from([*ODD, *WORDS])


def _values(node: Doc) -> st.SearchStrategy[object]:
    return bodies(json.dumps(resolved(node), sort_keys=True))


def _straight(node: Doc) -> st.SearchStrategy[object]:
    shape = resolved(node)
    for word in COMPOSED:
        if word in shape and "properties" not in shape:
            return st.one_of([_values(one) for one in shape[word]])
    kinds = shape.get("type", "object")
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    match next(iter(kinds)) if isinstance(kinds, list) else kinds:
        case "object":
            known = {name: _values(one) for name, one in shape.get("properties", {}).items()}
            required = {name: known[name] for name in shape.get("required", []) if name in known}
            optional = {name: one for name, one in known.items() if name not in required}
            return st.fixed_dictionaries(required, optional=optional)
        case "array":
            return st.lists(_values(shape.get("items", {})), min_size=shape.get("minItems", 0), max_size=3)
        case kind:
            return st.sampled_from(SCALARS.get(str(kind), WORDS))


@st.composite
def requests(draw: st.DrawFn, meant: dict[str, str]) -> Hostile:
    """Draw a request to the repository; `meant` says what parameters of paths and words in capitals mean there."""
    operation = draw(st.sampled_from(operations()))
    path = operation.path
    for name in operation.parameters("path"):
        good = meant.get(name, "x")
        value = draw(st.sampled_from([good, good, *WORDS]))
        path = path.replace(
            f"{{{name}}}", quote(meant.get(value, value), safe=draw(st.sampled_from(["", "/"])), errors="replace")
        )
    query = draw(_query(operation))
    content = resolved(operation.description.get("requestBody", {})).get("content", {}).get("application/json")
    text = json.dumps(draw(_values(content["schema"]))) if content else ""
    for word in ("HEAD", "TREE", "BLOB"):
        text = text.replace(f'"{word}"', f'"{meant[word]}"')
    return Hostile(operation.name, operation.method, path + query, text.encode())


@st.composite
def _query(draw: st.DrawFn, operation: Operation) -> str:
    known = {name: _values(one.schema) for name, one in operation.parameters("query").items()}
    names = draw(st.lists(st.sampled_from(sorted(known)), max_size=3, unique=True)) if known else []
    told = [f"{name}={quote(str(draw(known[name])), errors='replace')}" for name in names]
    return "?" + "&".join(told) if told else ""
