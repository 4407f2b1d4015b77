"""The child process of a Python application: calls one function for each line of JSON, until its pipe closes.

python -I -m harness.adapters.applications.serve app/support.py:answer
"""

import asyncio
import inspect
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from harness.core.call import CallError
from harness.core.plugins import blamed

LONGEST = 300
"""Characters of an exception that a reason shows."""


def replies(target: str, questions: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield what becomes of each call; one loop serves them all, since clients are bound to the loop they began in."""
    function: Callable[[Any], Any] | None = None
    with asyncio.Runner() as runner:
        for question in questions:
            try:
                function = function or _load(target)
                yield {"answer": _call(function, json.loads(question), runner)}
            except CallError as error:
                yield {"error": error.reason, "retry": error.retry, "fatal": error.fatal}


def _load(target: str) -> Callable[[Any], Any]:
    """Return the function; the folder above the application comes first on the path, its own second."""
    path, _, name = target.partition(":")
    sys.path[:0] = [str(Path.cwd()), str(Path.cwd() / path.partition("/")[0])]
    with blamed(lambda cause: CallError(_line(f"{path} does not load: {cause}"), fatal=True)):
        found = getattr(import_module(path.removesuffix(".py").replace("/", ".")), name, None)
    if not callable(found):
        raise CallError(f"{path} has no function `{name}`", fatal=True)
    return found  # type: ignore[no-any-return]  # whatever it returns is checked


def _call(function: Callable[[Any], Any], inputs: object, runner: asyncio.Runner) -> dict[str, Any]:
    """Return the answer as a JSON object; a text alone is one. What raised may be its model's fault, and pass."""
    with blamed(lambda cause: CallError(_line(f"the application raised {cause}"), retry=True)):
        said = function(inputs)
        if inspect.iscoroutine(said):
            said = runner.run(said)
    answer = {"text": said} if isinstance(said, str) else said
    if not isinstance(answer, dict):
        raise CallError(f"the application returned a value of type `{type(said).__name__}`, no text and no dict")
    with blamed(lambda cause: CallError(_line(f"the application returned what is no JSON: {cause}"))):
        json.dumps(answer, allow_nan=False)
    return answer


def _line(text: str) -> str:
    """Return a text as one printable line."""
    return "".join(char if char.isprintable() else " " for char in text[:LONGEST])


def _read(pipe: int, lines: "SimpleQueue[bytes]") -> None:
    """Hand on every line; when the pipe closes, whoever asks is gone: end at once, with all that was started."""
    with os.fdopen(pipe, "rb") as stream:
        for line in stream:
            lines.put(line)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Answer on pipes of our own: what the application prints or reads goes elsewhere."""
    pipe, answers = os.dup(0), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    lines: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_read, args=(pipe, lines), daemon=True).start()
    for reply in replies(sys.argv[1], iter(lines.get, None)):
        answers.write(f"{json.dumps(reply)}\n")
        answers.flush()


if __name__ == "__main__":
    main()
