"""An application as a Python function, called in child processes of its own."""

import json
import re
from collections.abc import Mapping, Sequence

from harness.adapters.applications.answer import read_answer
from harness.adapters.applications.child import Child
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.pin import Endpoint, Pin
from harness.core.prompt import Request

TARGET = re.compile(r"[^\W\d][\w-]*(/[\w-]+)+\.py:[^\W\d]\w*")
"""A file in a folder of the repository, and a function in it."""


class Python:
    """See `ports.Provider`."""

    free = False
    embeds = 0

    def __init__(self) -> None:
        """Start nothing yet."""
        self._idle: dict[tuple[str, str], list[Child]] = {}
        self._environ: Mapping[str, str] = {}

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what is wrong with a pin; see `ports.Provider`."""
        found: list[str] = []
        if not TARGET.fullmatch(pin.model):
            found.append("`model` is a file in a folder and a function in it, such as `app/support.py:answer`")
        if pin.revision and not pin.folder:
            found.append("the revision of a Python application is the digest of its files: drop `revision`")
        if pin.parameters:
            found.append("an application has no `parameters`: give them as inputs of the prompt")
        there = pin.endpoint
        if there != Endpoint(concurrency=there.concurrency, timeout=there.timeout):
            found.append("the `endpoint` of a Python application has `concurrency` and `timeout` alone")
        return found

    def identity(self, _pin: Pin) -> Mapping[str, Json]:
        """Return nothing: the digest of its files, its revision, says it all."""
        return {}

    def deterministic(self, _pin: Pin, _request: Request) -> bool:
        """Return that equal requests may get other answers."""
        return False

    async def start(self, _pin: Pin, environ: Mapping[str, str]) -> None:
        """Keep the surroundings, which hold what applications need; children are started when they are called."""
        self._environ = environ

    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Call the function once; a child that did not answer is ended. See `ports.Provider`."""
        idle = self._idle.setdefault((pin.folder, pin.model), [])
        child = idle.pop() if idle else await Child.start(pin.folder, pin.model, self._environ)
        reply = await child.ask(json.loads(request.messages[0].content))
        idle.append(child)
        match reply:
            case {"answer": dict(answer)}:
                return read_answer(answer)
            case {"error": str(reason), "retry": bool(retry), "fatal": bool(fatal)}:
                raise CallError(reason, retry=retry, billed=not fatal, fatal=fatal)
        raise CallError("the application said something that is no answer", billed=True)

    async def close(self) -> None:
        """End every child."""
        for children in self._idle.values():
            for child in children:
                await child.end()
        self._idle.clear()
