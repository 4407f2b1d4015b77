"""Attacks from promptfoo: `results.json` of a red-team run, or the `redteam.yaml` that it was generated into."""

from collections.abc import Iterator

import yaml

from harness.content.attacks_from.attack import ImportedAttack, Node, json_node, some
from harness.content.yaml_reader import decode
from harness.core.errors import ContentError, Origin

SOURCE = "promptfoo"
_HINT = "give the `results.json` of `promptfoo redteam eval`, or the `redteam.yaml` of `promptfoo redteam generate`"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_USUAL = "prompt"
"""The variable into which attacks go unless a file names another one."""


def read_promptfoo(data: bytes, path: str) -> tuple[ImportedAttack, ...]:
    """Return the attacks of a run or of a generated file, by plugin and strategy.

    Where a strategy rewrote an attack, it is the last form that was sent.

    Raises:
        ContentError: With the line, or the place of what is missing; or there is no attack.
    """
    text = decode(data, path)
    node = json_node(text, Origin(path)) if text.lstrip().startswith("{") else _yaml_node(text, path)
    return some(_attacks(node), path, _HINT)


def _yaml_node(text: str, path: str) -> Node:
    """Return a YAML text as a node; it may hold anchors, which promptfoo writes."""
    try:
        return Node(yaml.load(text, Loader=_LOADER), Origin(path))  # noqa: S506 (either of the two is a safe one)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ContentError(f"not valid YAML: {error.problem}", where=Origin(path, line)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ContentError(f"not valid YAML: {error}", where=Origin(path)) from None


def _attacks(node: Node) -> Iterator[ImportedAttack]:
    if node.has("results"):
        results = node.at("results")
        rows = results.at("results") if isinstance(results.value, dict) else results
        settings = node.at("config") if node.has("config") else node
    else:
        rows, settings = node.at("tests"), node
    variable = _variable(settings)
    for row in rows.items():
        yield ImportedAttack(_text(row, variable), SOURCE, _family(row))


def _variable(settings: Node) -> str:
    redteam = settings.at("redteam") if settings.has("redteam") else settings
    return redteam.at("injectVar").text() if redteam.has("injectVar") else ""


def _text(row: Node, variable: str) -> str:
    for place in (("response", "metadata"), ("metadata",)):
        found = _find(row, (*place, "redteamFinalPrompt"))
        if found and isinstance(found.value, str):
            return found.value
    given = row.at("vars")
    if variable or given.has(_USUAL):
        return given.at(variable or _USUAL).said()
    return given.said() or given.at(_USUAL).said()


def _family(row: Node) -> str:
    """Return the plugin, and the strategy that changed what the plugin wrote."""
    places = (("metadata",), ("testCase", "metadata"))
    both = (
        next((found for place in places if (found := _find(row, (*place, key)))), None)
        for key in ("pluginId", "strategyId")
    )
    return "/".join(one.text() for one in both if one) or "other"


def _find(node: Node, keys: tuple[str, ...]) -> Node | None:
    for key in keys:
        if not node.has(key):
            return None
        node = node.at(key)
    return node
