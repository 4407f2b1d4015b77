"""A tree of texts, and edits of it that keep it well formed."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

type Tree = Mapping[str, str]
"""The text of each file, by path."""

PARAMS = "params.yaml"
SYSTEM = "system"


def prompts_of(tree: Tree) -> list[str]:
    """Return the paths of the prompt files."""
    return [path for path in tree if path.endswith(".prompt.yml")]


def read(tree: Tree, path: str) -> dict[str, Any]:
    """Return a YAML file's value, which is a mapping."""
    return dict(yaml.safe_load(tree[path]))


def written(value: Mapping[str, Any]) -> str:
    """Return a mapping as YAML, its keys in their order."""
    return str(yaml.safe_dump(dict(value), sort_keys=False, allow_unicode=True, width=10_000))


def each_prompt(tree: Tree, change: Callable[[dict[str, Any]], bool]) -> dict[str, str]:
    """Return the prompts that a change touches, which says whether it did."""
    found: dict[str, str] = {}
    for path in prompts_of(tree):
        prompt = read(tree, path)
        if change(prompt):
            found[path] = written(prompt)
    return found


def each_pin(tree: Tree, change: Callable[[dict[str, Any]], bool]) -> dict[str, str]:
    """Return params.yaml with a change of its pins, or nothing where it touches none."""
    params = read(tree, PARAMS)
    changed = [change(pin) for pin in params["models"].values()]
    return {PARAMS: written(params)} if any(changed) else {}


def to_system(prompt: dict[str, Any], change: Callable[[str], str]) -> bool:
    """Change the text of a prompt's first system message; return whether that changed anything."""
    for message in prompt.get("messages", ()):
        if message["role"] == SYSTEM:
            before = message["content"]
            message["content"] = change(before)
            return bool(message["content"] != before)
    return False


def replaced(tree: Tree, folder: str, pattern: re.Pattern[str], by: str) -> dict[str, str]:
    """Return the files below a folder in which a pattern is replaced."""
    found = {path: pattern.sub(by, text) for path, text in tree.items() if path.startswith(folder)}
    return {path: text for path, text in found.items() if text != tree[path]}


def each_line(tree: Tree, folder: str, change: Callable[[list[str]], list[str]]) -> dict[str, str]:
    """Return the evalsets below a folder with their lines changed."""
    paths = [path for path in tree if path.startswith(folder) and path.endswith(".jsonl")]
    lines = {path: tree[path].removesuffix("\n").split("\n") for path in paths}
    return {path: "".join(f"{line}\n" for line in change(own)) for path, own in lines.items()}


def names_of(tree: Tree) -> list[str]:
    """Return the names of one group of people, as the label set of names has them."""
    for path, text in tree.items():
        if path.startswith("evalsets/bias/labels/name"):
            groups = list(yaml.safe_load(text)["groups"].values())
            last = groups[-1]
            return list(last["texts"] if isinstance(last, dict) else last)
    return []
