"""The repository's own functions, for `python` expectations: known by their source, run in a confined child process."""

import ast
import atexit
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from harness.adapters.confined import PATIENCE, Confined, ConfinedError
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.case import Expectation
from harness.core.score import UnableError
from harness.flows.trees import Trees
from harness.ports import Workspace

MODULE = "harness.score.child"


class Code:
    """Both trees' functions. A function whose file differs between the trees is two functions, each with its own."""

    def __init__(self, trees: Trees) -> None:
        """Read nothing and start nothing yet."""
        self._trees = trees
        self._sources: dict[str, str] = {}
        self._children: dict[str, Confined] = {}
        self._faults: dict[str, str] = {}
        self._broken: dict[str, int] = {}
        self.files: dict[tuple[Workspace, str], str] = {}
        """The digest of each file that an expectation names, by tree and path."""

    def pinned(self, workspace: Workspace, item: Expectation) -> Expectation:
        """Return an expectation whose `python` targets carry the digest of their file on that tree.

        Raises:
            ValueError: There is no such file.
        """
        if item.parts:
            return replace(item, parts=tuple(self.pinned(workspace, part) for part in item.parts))
        if item.kind != "python":
            return item
        path = str(item.value).partition(":")[0]
        if (workspace, path) not in self.files:
            try:
                source = workspace.read(path, limit=FILE_LIMIT)
            except FileNotFoundError:
                message = f"`python`: there is no file {path}"
                raise ValueError(message) from None
            _parse(source, path)
            digest = hashlib.sha256(source).hexdigest()[:16]
            self.files[workspace, path] = digest
            self._sources.setdefault(f"{path}@{digest}", source.decode("utf-8", errors="replace"))
        return replace(item, value=f"{item.value}@{self.files[workspace, path]}")

    def changed(self) -> list[str]:
        """Return the files that expectations name and in which the two trees differ."""
        names = {path for _, path in self.files}
        mine, theirs = self._trees.candidate, self._trees.base
        return sorted(
            path for path in names if theirs and self.files.get((mine, path)) != self.files.get((theirs, path))
        )

    def load(self, target: str) -> Callable[..., object]:
        """Return what calls `path.py:function@digest` in the child; see `score.python.Load`."""
        place, _, digest = target.rpartition("@")
        path, _, function = place.partition(":")
        known = f"{path}@{digest}"
        base = self._trees.base
        if self._trees.foreign and (base is None or self.files.get((base, path)) != digest):
            message = f"{path} differs from base, and code of a pull request is not run"
            raise UnableError(message)

        def call(answer: str, case: dict[str, Any]) -> object:
            return self._ask(known, {"function": function, "answer": answer, "case": case})

        return call

    def _ask(self, known: str, question: dict[str, Any]) -> object:
        if self._broken.get(known, 0) >= PATIENCE:
            message = f"it broke its limits {PATIENCE} times and is not called again"
            raise UnableError(message)
        try:
            child = self._child(known)
            if self._faults[known]:
                raise UnableError(self._faults[known])
            reply = cast("dict[str, Any]", child.ask(question))
        except ConfinedError as error:
            self._broken[known] = self._broken.get(known, 0) + 1
            self._children.pop(known).close()
            message = f"stopped: {error}"
            raise UnableError(message) from None
        if "unable" in reply:
            raise UnableError(reply["unable"])
        result = reply["result"]
        return tuple(result) if isinstance(result, list) else result

    def _child(self, known: str) -> Confined:
        if known not in self._children:
            child = self._children[known] = Confined(MODULE)
            atexit.register(child.close)
            path = known.partition("@")[0]
            reply = cast("dict[str, Any]", child.ask({"path": path, "source": self._sources[known]}))
            self._faults[known] = str(reply.get("unable", ""))
        return self._children[known]


def _parse(source: bytes, path: str) -> None:
    """Refuse a file that is no Python, at the case that names it."""
    try:
        ast.parse(source, path)
    except SyntaxError as error:
        message = f"`python`: {path}:{error.lineno or 1}: {error.msg}"
        raise ValueError(message) from None
    except (ValueError, RecursionError, MemoryError) as error:
        message = f"`python`: {path} is no Python: {error}"
        raise ValueError(message) from None
