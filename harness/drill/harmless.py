"""The harmless edits, which a gate that cries wolf would stop."""

import re
from typing import Any

from harness.drill.faults import Edits, Fault
from harness.drill.tree import PARAMS, Tree, each_line, each_prompt, prompts_of, read, written

_RIGHT = frozenset({"passed"})
_SYNONYMS = {"friendly": "kind", "direct": "plain", "sort": "put", "decide": "settle", "shop": "store"}
_WORD = re.compile(rf"\b(?:{'|'.join(_SYNONYMS)})\b")


def _comment(tree: Tree) -> Edits:
    return {path: f"# a comment, for people\n{tree[path]}" for path in prompts_of(tree)}


def _template_comment(tree: Tree) -> Edits:
    def change(prompt: dict[str, Any]) -> bool:
        for message in prompt.get("messages", ()):
            message["content"] = f"{{# for people #}}{message['content']}"
        return "messages" in prompt

    return each_prompt(tree, change)


def _key_order(tree: Tree) -> Edits:
    return {path: written(dict(reversed(read(tree, path).items()))) for path in prompts_of(tree)}


def _describe(tree: Tree) -> Edits:
    def change(prompt: dict[str, Any]) -> bool:
        prompt["description"] = "Described anew"
        return True

    return each_prompt(tree, change)


def _synonym(tree: Tree) -> Edits:
    """Replace one word in each text that instructs, where it stands first."""
    found: dict[str, str] = {}
    for path in tree:
        if path.startswith("prompts/") and (match := _WORD.search(tree[path])):
            text = tree[path]
            found[path] = f"{text[: match.start()]}{_SYNONYMS[match.group()]}{text[match.end() :]}"
    return found


def _case_order(tree: Tree) -> Edits:
    return each_line(tree, "evalsets/regression/", lambda lines: lines[::-1])


def _stricter_gates(tree: Tree) -> Edits:
    params = read(tree, PARAMS)
    for gate in params["gates"].values():
        gate["margin"] = gate.get("margin", 0.05) / 2
    return {PARAMS: written(params)}


HARMLESS: tuple[Fault, ...] = (
    Fault("comment", "a comment in the prompt files", _comment, _RIGHT, harmless=True),
    Fault("template-comment", "a comment in the templates", _template_comment, _RIGHT, harmless=True),
    Fault("key-order", "the keys of the prompt files in another order", _key_order, _RIGHT, harmless=True),
    Fault("description", "another description", _describe, _RIGHT, harmless=True),
    Fault("synonym", "a word for another", _synonym, _RIGHT, harmless=True),
    Fault("case-order", "the cases in another order", _case_order, _RIGHT, harmless=True),
    Fault("stricter-gates", "half the margins", _stricter_gates, _RIGHT, harmless=True),
)
