"""GitHub's own description as something that can be asked: which operation is this, and what is wrong with it?"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import unquote

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

type Doc = dict[str, Any]
"""A JSON object."""

ROOT = "urn:github"
FILE = Path(__file__).with_name("contract.json")
WIDE = frozenset({"path", "ref", "basehead", "branch"})
"""Path parameters that may hold slashes."""
COMPOSED = ("anyOf", "allOf")
LONGEST = 240
"""Characters of a message about a violation; of a longer one the middle is left out."""

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def document() -> Doc:
    """Return the cut of GitHub's description."""
    return cast("Doc", json.loads(FILE.read_bytes()))


@cache
def _registry() -> Registry[Any]:
    empty: Registry[Any] = Registry()
    made: Registry[Any] = empty.with_resource(ROOT, DRAFT202012.create_resource(document()))
    return made


def resolved(node: Doc) -> Doc:
    """Return what a part of the description refers to, or itself."""
    while "$ref" in node:
        target: Any = document()
        for step in node["$ref"].removeprefix(ROOT).removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


@cache
def schema(name: str) -> Validator:
    """Return the validator of a schema of the description."""
    return _validator({"$ref": f"{ROOT}#/components/schemas/{name}"})


def _validator(node: Doc) -> Validator:
    return Draft202012Validator(_absolute(node), registry=_registry(), format_checker=FORMATS)


def _absolute(node: Any) -> Any:  # noqa: ANN401  # JSON
    if isinstance(node, Mapping):
        found = {key: _absolute(value) for key, value in node.items()}
        if isinstance(found.get("$ref"), str) and found["$ref"].startswith("#"):
            found["$ref"] = ROOT + found["$ref"]
        return found
    return [_absolute(one) for one in node] if isinstance(node, list) else node


def closed(node: Any) -> Any:  # noqa: ANN401  # JSON
    """Return a schema of requests whose objects take no field that they do not name."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    found = {key: closed(value) for key, value in resolved(cast("Doc", node)).items()}
    if "properties" in found and isinstance(found["properties"], dict) and "additionalProperties" not in found:
        found["additionalProperties"] = False
    return found


def problems(validator: Validator, value: Any) -> list[str]:  # noqa: ANN401  # JSON
    """Return what is wrong with a value, one line each."""
    return [f"{error.json_path}: {_short(error.message)}" for error in sorted(validator.iter_errors(value), key=str)]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} ... {text[-LONGEST // 2 :]}"


class Parameter(NamedTuple):
    """A parameter of a query or path."""

    name: str
    required: bool
    schema: Doc
    validator: Validator

    def read(self, text: str) -> str | int | bool:
        """Return a parameter's value as its type has it; text that is not of this type stays text."""
        kinds = self.schema.get("type", "string")
        if "integer" in kinds and re.fullmatch(r"-?[0-9]{1,18}", text, re.ASCII):
            return int(text)
        if "boolean" in kinds and text in {"true", "false"}:
            return text == "true"
        return text


@dataclass(frozen=True)
class Operation:
    """One operation of the API."""

    name: str
    """What GitHub calls it, such as `checks/create`."""
    method: str
    path: str
    description: Doc

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its paths look like."""
        parts = re.split(r"\{(\w+)\}", self.path)
        told = [
            re.escape(part) if at % 2 == 0 else f"(?P<{part}>{'.+' if part in WIDE else '[^/]+'})"
            for at, part in enumerate(parts)
        ]
        return re.compile("".join(told), re.DOTALL)

    @cached_property
    def weight(self) -> tuple[int, int]:
        """How exactly it names its paths: the more, the earlier it is tried."""
        literal = re.sub(r"\{\w+\}", "", self.path)
        return literal.count("/"), len(literal)

    def parameters(self, place: str) -> dict[str, Parameter]:
        """Return the parameters in `query` or `path`."""
        return self._parameters[place]

    @cached_property
    def _parameters(self) -> dict[str, dict[str, Parameter]]:
        found: dict[str, dict[str, Parameter]] = {"query": {}, "path": {}, "header": {}}
        for one in map(resolved, self.description.get("parameters", [])):
            made = Parameter(one["name"], one.get("required", False), one["schema"], _validator(one["schema"]))
            found[one["in"]][one["name"]] = made
        return found

    @cached_property
    def _body(self) -> Validator | None:
        content = resolved(self.description.get("requestBody", {})).get("content", {})
        return _validator(closed(content["application/json"]["schema"])) if "application/json" in content else None

    @cached_property
    def _answers(self) -> dict[int, Validator | None]:
        found: dict[int, Validator | None] = {}
        for status, node in self.description["responses"].items():
            content = resolved(node).get("content", {}).get("application/json")
            found[int(status)] = _validator(content["schema"]) if content and "schema" in content else None
        return found

    def wrong_request(self, query: Mapping[str, str], body: object) -> list[str]:
        """Return what is wrong with a request; `body` is None where it has none."""
        known = self.parameters("query")
        found = [f"query: `{name}` is unknown" for name in query if name not in known]
        found += [f"query: `{one.name}` is missing" for one in known.values() if one.required and one.name not in query]
        for name in query:
            if name in known:
                found += [f"query: {name}: {one}" for one in problems(known[name].validator, self.value(name, query))]
        if body is not None and self._body is None:
            found.append("body: this operation takes none")
        elif self._body is not None and (
            body is not None or resolved(self.description["requestBody"]).get("required", False)
        ):
            found += [f"body: {one}" for one in problems(self._body, body)]
        return found

    def value(self, name: str, query: Mapping[str, str]) -> str | int | bool:
        """Return a parameter of the query as its type has it."""
        return self.parameters("query")[name].read(query[name])

    def wrong_answer(self, status: int, body: object) -> list[str]:
        """Return what is wrong with our own answer; `body` is None where it has none."""
        if status >= 400 and status not in self._answers:
            return problems(schema("basic-error"), body)
        if status not in self._answers:
            return [f"answer: {self.name} never answers {status}"]
        validator = self._answers[status]
        if validator is None:
            return []
        return [f"answer {status}: {one}" for one in problems(validator, body)]


@cache
def operations() -> tuple[Operation, ...]:
    """Return all operations, those with the most exact paths first."""
    found = (
        Operation(described["operationId"], method.upper(), path, described)
        for path, methods in document()["paths"].items()
        for method, described in methods.items()
    )
    return tuple(sorted(found, key=lambda one: one.weight, reverse=True))


class Match(NamedTuple):
    """An operation and the parameters of its path, decoded."""

    operation: Operation
    parameters: Doc


def _matches(method: str, path: str) -> Iterator[Match]:
    for operation in operations():
        if operation.method == method and (found := operation.pattern.fullmatch(path)):
            texts = {name: unquote(text) for name, text in found.groupdict().items()}
            known = operation.parameters("path")
            values = {name: known[name].read(text) for name, text in texts.items()}
            if not any(problems(known[name].validator, value) for name, value in values.items()):
                yield Match(operation, values)


def match(method: str, path: str) -> Match | None:
    """Return the operation that a method and an encoded path mean, or None."""
    return next(_matches(method, path), None)
