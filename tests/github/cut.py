"""Cut GitHub's description of its API down to the operations and events that the harness uses.

    npm pack @octokit/openapi@23.0.2
    tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
    python -m tests.github.cut package/generated/api.github.com.json > tests/github/contract.json

What is left are names and types, as JSON Schema: no prose, no examples, and `nullable` said as a type of its own.
`oneOf` becomes `anyOf`, because alternatives of the description overlap where the API takes either.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.core.jsons import Json

LICENCE = "Names and types cut from @octokit/openapi {version} (MIT, https://github.com/octokit/openapi)."

OPERATIONS = frozenset(
    """
    actions/create-workflow-dispatch actions/download-artifact actions/get-allowed-actions-repository
    actions/get-github-actions-default-workflow-permissions-repository
    actions/get-github-actions-permissions-repository actions/get-pending-deployments-for-run
    actions/get-workflow-run actions/list-environment-secrets actions/list-jobs-for-workflow-run
    actions/list-repo-secrets actions/list-repo-variables actions/list-workflow-run-artifacts
    actions/review-pending-deployments-for-run
    apps/create-installation-access-token apps/get-authenticated apps/get-repo-installation
    checks/create checks/get checks/list-annotations checks/list-for-ref checks/update
    code-scanning/get-sarif code-scanning/upload-sarif
    git/create-blob git/create-commit git/create-ref git/create-tag git/create-tree git/delete-ref git/get-blob
    git/get-commit git/get-ref git/get-tag git/get-tree git/list-matching-refs git/update-ref
    issues/add-labels issues/create issues/create-comment issues/create-label issues/delete-comment issues/get
    issues/get-comment issues/get-label issues/list-comments issues/list-for-repo issues/list-labels-on-issue
    issues/remove-label issues/set-labels issues/update issues/update-comment
    meta/get pulls/create pulls/create-review pulls/get pulls/list pulls/list-commits pulls/list-files
    pulls/list-reviews pulls/merge pulls/update rate-limit/get
    repos/codeowners-errors repos/compare-commits-with-basehead repos/create-attestation repos/create-commit-status
    repos/create-deployment repos/create-deployment-status repos/create-dispatch-event
    repos/create-or-update-environment repos/create-repo-ruleset repos/get repos/get-all-environments
    repos/get-branch repos/get-branch-protection repos/get-branch-rules repos/get-collaborator-permission-level
    repos/get-combined-status-for-ref repos/get-commit repos/get-content repos/get-deployment repos/get-environment
    repos/get-repo-ruleset repos/get-repo-rulesets repos/list-attestations repos/list-commit-statuses-for-ref
    repos/list-deployment-branch-policies repos/list-deployment-statuses repos/list-deployments
    repos/list-pull-requests-associated-with-commit
    users/get-authenticated
    """.split()
)
"""The operations that are kept, by the names GitHub gives them."""

EVENTS = frozenset(
    """
    merge-group-checks-requested merge-group-destroyed pull-request-closed pull-request-labeled
    pull-request-opened pull-request-reopened pull-request-review-submitted pull-request-synchronize
    pull-request-unlabeled push workflow-run-completed
    """.split()
)
"""The events whose payloads are kept."""

NAMED = frozenset({"properties", "parameters", "responses", "schemas", "patternProperties"})
"""Words below which the names are not the description's but the API's."""

PROSE = frozenset(
    "default deprecated description discriminator example examples externalDocs headers links summary tags title".split()
)


def plain(node: Json, *, names: bool = False) -> Json:
    """Return a part of the description without prose and extensions, its `nullable` said as a type."""
    match node:
        case Mapping():
            kept = {
                "anyOf" if key == "oneOf" and not names else key: plain(value, names=not names and key in NAMED)
                for key, value in node.items()
                if names or not (key in PROSE or key == "nullable" or key.startswith("x-"))
            }
            return nullable(kept) if not names and node.get("nullable") is True else kept
        case Sequence() if not isinstance(node, str):
            return [plain(one) for one in node]
        case _:
            return node


def nullable(schema: dict[str, Json]) -> dict[str, Json]:
    """Return a schema that takes null besides."""
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    wider: dict[str, Json] = {**schema, "type": [schema["type"], "null"]}
    choices = wider.get("enum")
    if isinstance(choices, list) and None not in choices:
        wider["enum"] = [*choices, None]
    return wider


def references(node: Json) -> Iterator[str]:
    """Yield what a part of the description refers to."""
    if isinstance(node, Mapping):
        target = node.get("$ref")
        if isinstance(target, str):
            yield target
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from references(one)


def needed(whole: Mapping[str, Json], roots: Json) -> dict[str, dict[str, Json]]:
    """Return the components that `roots` refer to, directly or by another one, by kind and name."""
    found: dict[str, dict[str, Json]] = {}
    ahead = list(references(roots))
    while ahead:
        _, _, kind, name = ahead.pop().split("/", 3)
        if name not in found.setdefault(kind, {}):
            found[kind][name] = plain(whole[kind][name])  # type: ignore[index,call-overload]  # by the format
            ahead += references(found[kind][name])
    return found


def cut(description: Mapping[str, Json]) -> dict[str, Json]:
    """Return the part of a description that the fake serves.

    Raises:
        KeyError: An operation or event that is wanted is not in it.
    """
    paths: dict[str, Json] = {}
    missing = set(OPERATIONS)
    for path, methods in description["paths"].items():  # type: ignore[union-attr]  # by the format
        for method, operation in methods.items():  # type: ignore[union-attr]
            name = operation["operationId"]  # type: ignore[index,call-overload]
            if name in OPERATIONS:
                missing.discard(str(name))
                paths.setdefault(path, {})[method] = plain(operation)  # type: ignore[index,call-overload]
    if missing:
        raise KeyError(*sorted(missing))
    roots = [{"$ref": f"#/components/schemas/webhook-{name}"} for name in EVENTS]
    info = description["info"]
    return {
        "licence": LICENCE.format(version=info["version"]),  # type: ignore[index,call-overload]
        "version": info["version"],  # type: ignore[index,call-overload]
        "paths": paths,
        "components": needed(description["components"], [paths, *roots]),  # type: ignore[arg-type]
    }


def written(document: Mapping[str, Json]) -> str:
    """Return the cut as text with one path or component a line, so that a newer one reads as a difference."""
    lines = [f'"{key}": {json.dumps(document[key])},' for key in ("licence", "version")]
    lines += ['"paths": {', _entries(document["paths"]), "},", '"components": {']
    kinds = document["components"]
    assert isinstance(kinds, Mapping)
    lines.append(",\n".join(f'"{kind}": {{\n{_entries(kinds[kind])}\n}}' for kind in sorted(kinds)))
    return "\n".join(["{", *lines, "}", "}", ""])


def _entries(node: Json) -> str:
    assert isinstance(node, Mapping)
    pairs = ((json.dumps(key), json.dumps(node[key], sort_keys=True, separators=(",", ":"))) for key in sorted(node))
    return ",\n".join(f"{key}: {value}" for key, value in pairs)


if __name__ == "__main__":
    sys.stdout.write(written(cut(json.loads(Path(sys.argv[1]).read_bytes()))))
