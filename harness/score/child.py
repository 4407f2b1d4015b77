"""The child process in which a repository's own functions run: one file, asked in numbered lines of JSON."""

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

from harness.core.plugins import blamed
from harness.core.score import UnableError
from harness.score.wording import line


def replies(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each question's number and reply; the first brings the file, each further one calls a function of it."""
    module: dict[str, Any] = {}
    for text in lines:
        number, asked = json.loads(text)
        try:
            if "source" in asked:
                module = {"__name__": "expectations", "__file__": asked["path"]}
                _load(module, asked["source"])
                yield number, {}
            else:
                yield number, {"result": _call(module, asked)}
        except UnableError as error:
            yield number, {"unable": line(str(error))}


def _load(module: dict[str, Any], source: str) -> None:
    path = module["__file__"]
    with blamed(lambda cause: UnableError(f"{path} does not load: {cause}")):
        exec(compile(source, path, "exec"), module)  # noqa: S102 (as its author asks)


def _call(module: dict[str, Any], asked: dict[str, Any]) -> object:
    function = module.get(asked["function"])
    if not callable(function):
        message = f"{module['__file__']} has no function `{asked['function']}`"
        raise UnableError(message)
    with blamed(lambda cause: UnableError(f"raised {cause}")):
        result = function(asked["answer"], asked["case"])
    match result:
        case bool() | int() | float():
            return result
        case (bool() | int() | float(), str()) if isinstance(result, tuple):
            return result
        case _:
            message = f"returned a value of type `{type(result).__name__}`, not a bool or a number from 0 to 1"
            raise UnableError(message)


def main() -> None:
    """Answer on pipes of our own: neither the functions nor the programs that they start read or write there."""
    questions, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    for reply in replies(questions):
        answers.write(f"{json.dumps(reply)}\n")
        answers.flush()


if __name__ == "__main__":
    main()
