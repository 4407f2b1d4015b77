"""The grammar of an expression: tokens in, a tree out."""

from typing import NamedTuple

from harness.core.jsons import Json
from harness.workflows.lexer import ExpressionError, Token, tokens

DEPTH_LIMIT = 50
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
"""The operators that stand between two values, loosest first."""

type Node = Literal | Context | Call | Index | Not | Operation


class Literal(NamedTuple):
    """A value that is written out."""

    value: Json


class Context(NamedTuple):
    """What the runner knows by a name, such as `github`."""

    name: str


class Call(NamedTuple):
    """A function and what it is given."""

    name: str
    arguments: tuple[Node, ...]


class Index(NamedTuple):
    """One step into a value."""

    value: Node
    key: Node | None
    """None for `*`, which steps into all."""


class Not(NamedTuple):
    """The opposite."""

    value: Node


class Operation(NamedTuple):
    """Two values and the operator between them."""

    operator: str
    left: Node
    right: Node


def parse(source: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ExpressionError: It is no expression.
    """
    reader = _Parser(source)
    found = reader.level(0)
    reader.take("end")
    return found


class _Parser:
    """Walks along the tokens once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.left = tokens(source)
        self.depth = 0

    def take(self, *kinds: str) -> Token:
        """Return the next token, which must be of these kinds."""
        token = self.left[0]
        if token.kind not in kinds:
            what = f"`{token.text}` is not expected" if token.text else "something is missing at the end"
            raise ExpressionError(f"{what} in the expression `{self.source.strip()}`")
        return self.left.pop(0)

    def next_is(self, *kinds: str) -> bool:
        return self.left[0].kind in kinds

    def level(self, number: int) -> Node:
        """Return what the operators of this level, and those that bind closer, make of the next tokens."""
        if number == len(_LEVELS):
            return self.unary()
        found = self.level(number + 1)
        while self.next_is(*_LEVELS[number]):
            found = Operation(self.take(*_LEVELS[number]).kind, found, self.level(number + 1))
        return found

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise ExpressionError(f"an expression nested deeper than {DEPTH_LIMIT} levels", hint="flatten it")
        if self.next_is("!"):
            self.take("!")
            found: Node = Not(self.unary())
        else:
            found = self.steps(self.primary())
        self.depth -= 1
        return found

    def primary(self) -> Node:
        token = self.take("literal", "name", "(")
        if token.kind == "literal":
            return Literal(token.value)
        if token.kind == "(":
            found = self.level(0)
            self.take(")")
            return found
        return self.call(token.text) if self.next_is("(") else Context(token.text.lower())

    def call(self, name: str) -> Node:
        self.take("(")
        arguments: list[Node] = []
        while not self.next_is(")"):
            arguments.append(self.level(0))
            if not self.next_is(")"):
                self.take(",")
        self.take(")")
        return Call(name.lower(), tuple(arguments))

    def steps(self, found: Node) -> Node:
        """Return a value with the steps into it that follow; literals take none."""
        while not isinstance(found, Literal) and self.next_is(".", "["):
            if self.take(".", "[").kind == ".":
                word = self.take("name", "*")
                found = Index(found, None if word.kind == "*" else Literal(word.text))
                continue
            found = Index(found, self.key())
            self.take("]")
        return found

    def key(self) -> Node | None:
        if not self.next_is("*"):
            return self.level(0)
        self.take("*")
        return None
