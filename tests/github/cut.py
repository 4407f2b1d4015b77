"""Cut GitHub's description of its API down to the operations and events that the harness uses.

    npm pack @octokit/openapi@23.0.2
    tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
    python -m tests.github.cut package/generated/api.github.com.json > tests/github/contract.json

What is left are names and types, as JSON Schema: no prose, no examples, and `nullable` said as a type of its own.
`oneOf` becomes `anyOf`, because alternatives of the description overlap where the API takes either.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.github.contract import Doc
from tests.github.permissions import NEEDED

LICENCE = "Names and types cut from @octokit/openapi {version} (MIT, https://github.com/octokit/openapi)."

OPERATIONS = frozenset(NEEDED)
"""The operations that are kept, by the names GitHub gives them."""

EVENTS = frozenset(
    [
        "merge-group-checks-requested",
        "merge-group-destroyed",
        "pull-request-closed",
        "pull-request-edited",
        "pull-request-labeled",
        "pull-request-opened",
        "pull-request-reopened",
        "pull-request-review-submitted",
        "pull-request-synchronize",
        "pull-request-unlabeled",
        "push",
        "workflow-run-completed",
    ]
)
"""The events whose payloads are kept."""

NAMED = frozenset({"properties", "parameters", "responses", "schemas", "patternProperties"})
"""Words below which the names are not the description's but the API's."""

PROSE = frozenset(
    [
        "default",
        "deprecated",
        "description",
        "discriminator",
        "example",
        "examples",
        "externalDocs",
        "headers",
        "links",
        "summary",
        "tags",
        "title",
    ]
)


def plain(node: Any, *, names: bool = False) -> Any:  # noqa: ANN401  # JSON
    """Return a part of the description without prose and extensions, its `nullable` said as a type."""
    match node:
        case Mapping():
            kept = {
                "anyOf" if key == "oneOf" and not names else key: plain(value, names=not names and key in NAMED)
                for key, value in node.items()
                if names or not (key in PROSE or key == "nullable" or key.startswith("x-"))
            }
            return nullable(kept) if not names and node.get("nullable") is True else kept
        case list():
            return [plain(one) for one in node]
        case _:
            return node


def nullable(schema: Doc) -> Doc:
    """Return a schema that takes null besides."""
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    wider: Doc = {**schema, "type": [schema["type"], "null"]}
    choices = wider.get("enum")
    if isinstance(choices, list) and None not in choices:
        wider["enum"] = [*choices, None]
    return wider


def references(node: object) -> Iterator[str]:
    """Yield what a part of the description refers to."""
    if isinstance(node, Mapping):
        target = node.get("$ref")
        if isinstance(target, str):
            yield target
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from references(one)


def needed(whole: Doc, roots: list[Doc]) -> dict[str, Doc]:
    """Return the components that `roots` refer to, directly or by another one, by kind and name."""
    found: dict[str, Doc] = {}
    ahead = list(references(roots))
    while ahead:
        _, _, kind, name = ahead.pop().split("/", 3)
        if name not in found.setdefault(kind, {}):
            found[kind][name] = plain(whole[kind][name])
            ahead += references(found[kind][name])
    return found


def cut(description: Doc) -> Doc:
    """Return the part of a description that the fake serves.

    Raises:
        KeyError: An operation or event that is wanted is not in it.
    """
    paths: Doc = {}
    missing = set(OPERATIONS)
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            if name in OPERATIONS:
                missing.discard(str(name))
                paths.setdefault(path, {})[method] = plain(operation)
    if missing:
        raise KeyError(*sorted(missing))
    roots = [{"$ref": f"#/components/schemas/webhook-{name}"} for name in EVENTS]
    info = description["info"]
    return {
        "licence": LICENCE.format(version=info["version"]),
        "version": info["version"],
        "paths": paths,
        "components": needed(description["components"], [paths, *roots]),
    }


def written(document: Doc) -> str:
    """Return the cut as text with one path or component a line, so that a newer one reads as a difference."""
    lines = [f'"{key}": {json.dumps(document[key])},' for key in ("licence", "version")]
    lines += ['"paths": {', _entries(document["paths"]), "},", '"components": {']
    kinds = document["components"]
    lines.append(",\n".join(f'"{kind}": {{\n{_entries(kinds[kind])}\n}}' for kind in sorted(kinds)))
    return "\n".join(["{", *lines, "}", "}", ""])


def _entries(node: Doc) -> str:
    pairs = ((json.dumps(key), json.dumps(node[key], sort_keys=True, separators=(",", ":"))) for key in sorted(node))
    return ",\n".join(f"{key}: {value}" for key, value in pairs)


if __name__ == "__main__":
    sys.stdout.write(written(cut(json.loads(Path(sys.argv[1]).read_bytes()))))
