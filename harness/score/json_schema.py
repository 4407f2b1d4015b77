"""JSON Schemas, checked with nothing fetched and every pattern under a time limit."""

import json
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.core.jsons import Json
from harness.core.score import UnableError
from harness.score.patterns import search
from harness.score.wording import cut, visible

if TYPE_CHECKING:
    from jsonschema.protocols import Validator
    from referencing import Resource

type Keyword = Any
"""A validator, its class, a schema or a resolver of jsonschema and referencing, whose types are not public."""
_REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
LONGEST_MESSAGE = 300
"""Characters of a message of the library, which quotes the answer in full."""


MOST_REFERENCES = 20_000
"""References that are followed for one answer, at most: more than it has values, and less than a second."""
_AHEAD: ContextVar[Iterator[int]] = ContextVar("references that may still be followed")


def _counted(follow: Keyword) -> Keyword:
    """Return a keyword that refers, with an end: two references at each step double with the steps."""

    def keyword(validator: Keyword, target: str, instance: Json, schema: Keyword) -> Iterator[Exception]:
        if next(_AHEAD.get(), None) is None:
            raise UnableError(f"the schema follows more than {MOST_REFERENCES:,} references for one answer")
        yield from follow(validator, target, instance, schema)

    return keyword


def _pattern(_validator: Keyword, pattern: str, instance: Json, _schema: Keyword) -> Iterator[Exception]:
    from jsonschema import ValidationError

    if isinstance(instance, str) and search(pattern, instance) is None:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Keyword, patterns: dict[str, Json], instance: Json, _schema: Keyword
) -> Iterator[Exception]:
    for name, value in instance.items() if isinstance(instance, dict) else ():
        for pattern, subschema in patterns.items():
            if search(pattern, name) is not None:
                yield from validator.descend(value, subschema, path=name, schema_path=pattern)


def _additional_properties(validator: Keyword, allowed: Json, instance: Json, schema: Keyword) -> Iterator[Exception]:
    from jsonschema import ValidationError

    patterns, known = schema.get("patternProperties", {}), schema.get("properties", {})
    for name, value in instance.items() if isinstance(instance, dict) else ():
        if name in known or any(search(pattern, name) is not None for pattern in patterns):
            continue
        if isinstance(allowed, dict):
            yield from validator.descend(value, allowed, path=name)
        elif not allowed:
            yield ValidationError(f"there is a property {name!r} that the schema does not know")


@lru_cache(maxsize=1)
def _dialects() -> dict[str, Keyword]:
    """Return a validator class with our own pattern keywords for each known `$schema`; the first is the default."""
    from jsonschema import validators

    ours = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
    }
    known = (
        validators.Draft202012Validator,
        validators.Draft201909Validator,
        validators.Draft7Validator,
        validators.Draft6Validator,
        validators.Draft4Validator,
    )
    made: dict[str, Keyword] = {}
    for one in known:
        refers = {name: _counted(one.VALIDATORS[name]) for name in _REFERENCES & one.VALIDATORS.keys()}
        name = str(one.META_SCHEMA.get("$id", one.META_SCHEMA.get("id"))).rstrip("#")
        made[name] = validators.extend(one, ours | refers)  # type: ignore[no-untyped-call]  # the stub leaves it out
    return made


def _dialect(schema: dict[str, Json]) -> Keyword:
    """Return the validator class of a schema, or None when nobody knows its `$schema`."""
    known = _dialects()
    return known.get(str(schema.get("$schema", next(iter(known)))).rstrip("#"))


def _parts(resource: "Resource[Any]", resolver: Keyword) -> Iterator[tuple["Resource[Any]", Keyword]]:
    """Yield a schema and all schemas in it, each with what resolves its references."""
    yield resource, resolver
    for part in resource.subresources():
        yield from _parts(part, resolver.in_subresource(part))


def _faults(resource: "Resource[Any]", resolver: Keyword) -> Iterator[str]:
    """Yield what of a schema could not be used: references to what nobody checks, and mixed dialects."""
    from referencing.exceptions import Unresolvable

    parts = [*_parts(resource, resolver)]
    places = {id(part.contents) for part, _ in parts}
    for part, here in parts:
        inside = part.contents if isinstance(part.contents, dict) else {}
        for keyword in ("$ref", "$dynamicRef"):
            target = inside.get(keyword)
            try:
                if isinstance(target, str) and id(here.lookup(target).contents) not in places:
                    yield f'refers to "{target}", where no schema stands'
            except Unresolvable:
                yield f'refers to "{target}", which is not in the schema itself; nothing is ever fetched'
        if "unevaluatedProperties" in inside and "patternProperties" in inside:
            yield "uses `unevaluatedProperties` beside `patternProperties`; use `additionalProperties` instead"
        if "$schema" in inside and part is not resource:
            yield "names another `$schema` in one of its parts"


@lru_cache(maxsize=256)
def _problem(text: str) -> str:
    from jsonschema import SchemaError
    from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY, specification_with

    schema = json.loads(text)
    validator = _dialect(schema)
    if validator is None:
        return f"names a `$schema` that is not known: {visible(str(schema['$schema']))}"
    try:
        validator.check_schema(schema, format_checker=validator.FORMAT_CHECKER)
    except SchemaError as error:
        return f"is not a JSON Schema: {visible(cut(error.message, LONGEST_MESSAGE))} at {visible(error.json_path)}"
    specification = specification_with(str(schema.get("$schema", "")), default=DRAFT202012)
    resource = specification.create_resource(schema)
    return visible(next(_faults(resource, EMPTY_REGISTRY.resolver_with_root(resource)), ""))


def problem(schema: Json) -> str:
    """Return what is wrong with a schema, or an empty string."""
    if not isinstance(schema, dict):
        return "must be a JSON Schema, an object"
    try:
        return _problem(json.dumps(schema, sort_keys=True))
    except RecursionError:
        return "is nested too deeply"


@lru_cache(maxsize=256)
def _validator(text: str) -> "Validator":
    """Return the validator of a schema's canonical text; without `$schema`, so that parts keep our keywords."""
    from referencing.jsonschema import EMPTY_REGISTRY

    schema = json.loads(text)
    made = _dialect(schema)
    schema.pop("$schema", None)
    validator: Validator = made(schema, registry=EMPTY_REGISTRY)
    return validator


def fault(schema: Json, value: Json) -> str:
    """Return the most telling way in which a value breaks a schema, or an empty string.

    Raises:
        UnableError: The schema is none, or refers to itself without end, or a pattern took too long.
    """
    from jsonschema.exceptions import best_match

    if wrong := problem(schema):
        raise UnableError(f"the schema {wrong}")
    _AHEAD.set(iter(range(MOST_REFERENCES)))
    try:
        worst = best_match(_validator(json.dumps(schema, sort_keys=True)).iter_errors(value))
    except RecursionError:
        message = "the schema refers to itself without end"
        raise UnableError(message) from None
    if worst is None:
        return ""
    where = "".join(f"/{part}" for part in worst.absolute_path)
    return f"{visible(where) or 'the whole'}: {visible(cut(worst.message, LONGEST_MESSAGE))}"
