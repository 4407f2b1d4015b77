"""What an expression comes to, and texts with `${{ }}` in them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from harness.core.jsons import Json
from harness.workflows.functions import FUNCTIONS, Function
from harness.workflows.lexer import ExpressionError
from harness.workflows.parser import Call, Context, Index, Literal, Node, Not, Operation, parse
from harness.workflows.values import as_number, as_text, equal, greater, is_plain, is_true

STATUS = ("success", "failure", "always", "cancelled")
"""The functions by which a condition asks for more than that all went well."""
_ISLAND = re.compile(r"\$\{\{((?:[^'}]|'(?:[^']|'')*'|\}(?!\}))*)\}\}")


class _Several(list[Json]):
    """What `*` found: a further step goes into each of them."""


class Scope:
    """What expressions can see at one place: contexts by name, and functions."""

    def __init__(self, contexts: Mapping[str, Json], functions: Mapping[str, Function] | None = None) -> None:
        """Keep both; `functions` are those beside the ones that are always there."""
        self.contexts = contexts
        self.functions = {**FUNCTIONS, **(functions or {})}

    def with_contexts(self, **more: Json) -> "Scope":
        """Return a scope that sees more, or the same by another value."""
        return Scope({**self.contexts, **more}, self.functions)

    def value(self, source: str) -> Json:
        """Return what an expression comes to, written without `${{ }}`.

        Raises:
            ExpressionError: It is no expression, or names what is not here.
        """
        return self._of(parse(source))

    def fill(self, text: str) -> Json:
        """Return a text with each `${{ }}` replaced; a text that is one expression and nothing else keeps its type."""
        if whole := _ISLAND.fullmatch(text.strip()):
            return self.value(whole.group(1))
        return self.text(text)

    def text(self, text: str) -> str:
        """Return a text with each `${{ }}` replaced."""
        filled = _ISLAND.sub(lambda found: as_text(self.value(found.group(1))), text)
        if "${{" in _ISLAND.sub("", text):
            raise ExpressionError(f"`{text.strip()}` opens an expression that it does not close")
        return filled

    def holds(self, condition: str) -> bool:
        """Return whether the condition of a job or step holds; one without a status function asks for success too."""
        source = bare(condition) or "success()"
        if not any(isinstance(node, Call) and node.name in STATUS for node in walk(parse(source))):
            source = f"success() && ({source})"
        return is_true(self.value(source))

    def _of(self, node: Node) -> Json:
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Context):
            if node.name not in self.contexts:
                raise ExpressionError(
                    f"`{node.name}` cannot be used here", hint=f"here are: {', '.join(self.contexts)}"
                )
            return self.contexts[node.name]
        if isinstance(node, Not):
            return not is_true(self._of(node.value))
        if isinstance(node, Index):
            return _step(self._of(node.value), None if node.key is None else [self._of(node.key)])
        return self._call(node) if isinstance(node, Call) else self._operate(node)

    def _call(self, node: Call) -> Json:
        function = self.functions.get(node.name)
        if function is None:
            raise ExpressionError(
                f"there is no function `{node.name}` here", hint=f"here are: {', '.join(self.functions)}"
            )
        if not function.least <= len(node.arguments) <= function.most:
            raise ExpressionError(f"`{node.name}` does not take {len(node.arguments)} arguments")
        return function.call([self._of(argument) for argument in node.arguments])

    def _operate(self, node: Operation) -> Json:
        left = self._of(node.left)
        if node.operator in {"&&", "||"}:
            return self._of(node.right) if is_true(left) == (node.operator == "&&") else left
        right = self._of(node.right)
        if node.operator in {"==", "!="}:
            return equal(left, right) == (node.operator == "==")
        ahead, behind = (left, right) if node.operator.startswith(">") else (right, left)
        return greater(ahead, behind) or (node.operator.endswith("=") and equal(left, right))


def bare(condition: str) -> str:
    """Return a condition without the `${{ }}` that may stand around the whole of it.

    Raises:
        ExpressionError: Text stands beside an expression, which makes the whole always true.
    """
    text = condition.strip()
    if whole := _ISLAND.fullmatch(text):
        return whole.group(1).strip()
    if "${{" in text:
        raise ExpressionError(f"`if: {text}` is always true", hint="put the whole condition inside one `${{ }}`")
    return text


def sources(text: str) -> Iterator[str]:
    """Yield the expressions in a text."""
    yield from (found.group(1) for found in _ISLAND.finditer(text))


def walk(node: Node) -> Iterator[Node]:
    """Yield a tree's nodes, each before those below it."""
    yield node
    if isinstance(node, Call):
        below: Sequence[Node | None] = node.arguments
    elif isinstance(node, Index):
        below = (node.value, node.key)
    elif isinstance(node, Operation):
        below = (node.left, node.right)
    else:
        below = (node.value,) if isinstance(node, Not) else ()
    for one in below:
        if one is not None:
            yield from walk(one)


def _step(value: Json, key: list[Json] | None) -> Json:
    """Return what is one step into a value; `key` is None for all of it. What is not there is null."""
    if isinstance(value, _Several):
        found = (_into(item, key) for item in value)
        return _Several(item for items in found for item in items)
    items = _into(value, key)
    if key is None:
        return _Several(items)
    return items[0] if items else None


def _into(value: Json, key: list[Json] | None) -> list[Json]:
    if isinstance(value, dict):
        if key is None:
            return list(value.values())
        name = as_text(key[0]).lower() if is_plain(key[0]) else None
        return [item for known, item in value.items() if known.lower() == name][:1]
    if isinstance(value, list):
        if key is None:
            return list(value)
        at = as_number(key[0])
        return value[int(at) : int(at) + 1] if 0 <= at < len(value) else []
    return []
