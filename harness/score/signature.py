"""What a Python file says of its functions, read without running a line of it."""

import ast
from collections.abc import Iterator
from difflib import get_close_matches

GIVEN = 2
"""Arguments of a call: the answer and the case."""

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def fault(module: ast.Module, path: str, name: str) -> str:
    """Return why `name(answer, case)` cannot be called once the file is loaded, or nothing.

    A name that is imported, assigned or decorated may stand for anything, and is believed.
    """
    functions: dict[str, Function] = {}
    others: set[str] = set()
    for node in _loaded(module):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                functions[node.name] = node
            case ast.ClassDef():
                others.add(node.name)
            case ast.Name(id=bound, ctx=ast.Store()):
                others.add(bound)
            case ast.alias():
                others.add((node.asname or node.name).split(".")[0])
    if {name, "*"} & others:
        return ""
    if name not in functions:
        near = get_close_matches(name, functions, n=1)
        return f"{path} has no function `{name}`" + (f"; did you mean `{near[0]}`?" if near else "")
    return _unfit(functions[name], path)


def _loaded(module: ast.Module) -> Iterator[ast.AST]:
    """Yield what is reached when the file is loaded: everything outside of functions and classes."""
    ahead: list[ast.AST] = list(reversed(module.body))
    while ahead:
        node = ahead.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            ahead += reversed(list(ast.iter_child_nodes(node)))


def _unfit(function: Function, path: str) -> str:
    """Return why a function cannot take an answer and a case, or nothing."""
    where, args = f"{path}:{function.lineno}", function.args
    if function.decorator_list:
        return ""
    if isinstance(function, ast.AsyncFunctionDef):
        return f"{where}: `{function.name}` is async, and nothing waits for it"
    places = len(args.posonlyargs) + len(args.args)
    needed = places - len(args.defaults)
    if needed <= GIVEN and (places >= GIVEN or args.vararg) and None not in args.kw_defaults:
        return ""
    return f"{where}: `{function.name}` must take an answer and a case, and need no more"
