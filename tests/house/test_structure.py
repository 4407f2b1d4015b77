"""The drawing of the house, where no linter draws it: imports, clocks, broad catches, and how long things get."""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.house.scratch import ROOT

HOUSE = ROOT / "harness"
FILES = sorted(HOUSE.rglob("*.py"))
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in FILES}
Function = ast.FunctionDef | ast.AsyncFunctionDef

CATCHES_ALL = {"harness/cli/main.py", "harness/core/plugins.py"}
"""The outermost edge, and the loading of plugins."""
HIDDEN_INPUTS = {"random", "secrets", "time", "uuid"}
CLOCKS = {"now", "today", "utcnow", "urandom"}


def inside(*rooms: str) -> dict[str, ast.Module]:
    """Return the modules of some rooms; a room that does not exist is an error."""
    found = {name: tree for name, tree in TREES.items() if name.startswith(tuple(f"harness/{room}" for room in rooms))}
    assert found, rooms
    return found


def functions() -> Iterator[tuple[str, Function]]:
    """Return each function with the place where it is written."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{name}:{node.lineno} {node.name}", node


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Return the line and the full name of each module that is imported, at the top or in a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""


class TestTheFoundation:
    @pytest.mark.parametrize("room", ["core/", "ports.py"])
    def test_stands_on_the_standard_library_alone(self, room: str) -> None:
        """The nouns outlive every library; import-linter sees no further than our own modules."""
        allowed = sys.stdlib_module_names | {"harness"}

        assert [
            f"{name}:{line} imports {module}"
            for name, tree in inside(room).items()
            for line, module in imported(tree)
            if module.split(".")[0] not in allowed
        ] == []

    @pytest.mark.parametrize("room", ["core/", "ports.py"])
    def test_knows_the_type_of_everything(self, room: str) -> None:
        """An `Any` at the bottom silences the type checker in every room above."""
        assert [
            f"{name}:{node.lineno}"
            for name, tree in inside(room).items()
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and node.id == "Any"
        ] == []


class TestTheRooms:
    def test_import_each_other_at_the_top(self) -> None:
        """An import inside a function is how a cycle hides."""
        assert [
            f"{place} imports {module}"
            for place, function in functions()
            for _, module in imported(function)
            if module.split(".")[0] == "harness"
        ] == []

    def test_catch_everything_in_two_places_only(self) -> None:
        """Elsewhere a broad `except` turns a bug into a result."""
        broad = [
            name
            for name, tree in TREES.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.ExceptHandler) and catches_all(node)
        ]

        assert sorted(broad) == sorted(CATCHES_ALL)

    def test_are_given_the_time_and_the_dice(self) -> None:
        """A hidden clock makes a result that nobody can repeat; adapters are where the world is let in."""
        rooms = {name: tree for name, tree in TREES.items() if not name.startswith("harness/adapters/")}

        assert [f"{name}:{line} {what}" for name, tree in rooms.items() for line, what in hidden_inputs(tree)] == []


class TestTheSizes:
    def test_no_file_is_over_500_lines(self) -> None:
        """A file is one idea."""
        lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in FILES}

        assert {name: length for name, length in lengths.items() if length > 500} == {}

    def test_no_function_is_over_50_lines(self) -> None:
        """What does not fit on a screen is not read as one thing."""
        lengths = {place: (node.end_lineno or node.lineno) - node.lineno + 1 for place, node in functions()}

        assert {place: length for place, length in lengths.items() if length > 50} == {}

    def test_no_function_has_over_six_parameters(self) -> None:
        """A seventh parameter is a record that has no name yet."""
        assert {place: count for place, node in functions() if (count := parameters(node)) > 6} == {}


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Return whether this catches every exception."""
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(one, ast.Name) and one.id in {"Exception", "BaseException"} for one in caught)


def hidden_inputs(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Return where a module reads a clock or rolls dice on its own, rather than through something it was given."""
    for line, module in imported(tree):
        if module.split(".")[0] in HIDDEN_INPUTS:
            yield line, f"imports {module}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and is_module_or_class(node.value):
            yield node.lineno, ast.unparse(node)


def is_module_or_class(node: ast.expr) -> bool:
    """Return whether this names `datetime`, `date` or `os`, not an object such as a clock that was passed in."""
    return ast.unparse(node).split(".")[-1] in {"datetime", "date", "os"}


def parameters(function: Function) -> int:
    """Return how many parameters a caller sees."""
    told = function.args
    every = [*told.posonlyargs, *told.args, *told.kwonlyargs, *filter(None, [told.vararg, told.kwarg])]
    return sum(one.arg not in {"self", "cls"} for one in every)
