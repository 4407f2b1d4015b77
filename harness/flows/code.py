"""The repository's own functions, for `python` expectations: known by their source, run in a confined child process."""

import ast
import atexit
import hashlib
from collections.abc import Callable
from typing import Any, cast

from harness.adapters.confined import PATIENCE, Confined, ConfinedError
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.case import Expectation
from harness.core.score import UnableError
from harness.flows.trees import Trees
from harness.ports import Workspace
from harness.score.signature import fault

MODULE = "harness.score.child"


class Code:
    """Both trees' functions. A function whose file differs between the trees is two functions, each with its own."""

    def __init__(self, trees: Trees) -> None:
        """Read nothing and start nothing yet."""
        self._trees = trees
        self._sources: dict[str, str] = {}
        self._modules: dict[tuple[Workspace, str], ast.Module] = {}
        self._sound: set[str] = set()
        self._children: dict[str, Confined] = {}
        self._faults: dict[str, str] = {}
        self._broken: dict[str, int] = {}
        self.files: dict[tuple[Workspace, str], str] = {}
        """The digest of each file that an expectation names, by tree and path."""

    def pinned(self, workspace: Workspace, item: Expectation) -> Expectation:
        """Return an expectation whose `python` targets carry the digest of their file on that tree.

        The candidate's functions must be there and take an answer and a case. Base's mistakes show when they are
        called, so that a change can mend them.

        Raises:
            ValueError: There is no such file, it is no Python, or it has no such function.
        """
        if item.parts:
            return item._replace(parts=tuple(self.pinned(workspace, part) for part in item.parts))
        if item.kind != "python":
            return item
        target = str(item.value)
        path, _, function = target.partition(":")
        if (workspace, path) not in self.files:
            self._read(workspace, path)
        if workspace is self._trees.candidate and target not in self._sound:
            if wrong := fault(self._modules[workspace, path], path, function):
                raise ValueError(f"`python`: {wrong}")
            self._sound.add(target)
        return item._replace(value=f"{target}@{self.files[workspace, path]}")

    def _read(self, workspace: Workspace, path: str) -> None:
        """Read and parse a file; nothing of it is run."""
        try:
            source = workspace.read(path, limit=FILE_LIMIT)
        except FileNotFoundError:
            raise ValueError(f"`python`: there is no file {path}") from None
        self._modules[workspace, path] = _parse(source, path)
        digest = hashlib.sha256(source).hexdigest()
        self.files[workspace, path] = digest
        self._sources.setdefault(f"{path}@{digest}", source.decode("utf-8", errors="replace"))

    def changed(self) -> list[str]:
        """Return the files that expectations name and in which the two trees differ."""
        names = {path for _, path in self.files}
        mine, theirs = self._trees.candidate, self._trees.base
        return sorted(path for path in names if theirs and mine.fingerprint(path) != theirs.fingerprint(path))

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


def _parse(source: bytes, path: str) -> ast.Module:
    """Return a file as a syntax tree; one that is no Python is refused at the case that names it."""
    try:
        return ast.parse(source, path)
    except SyntaxError as error:
        message = f"`python`: {path}:{error.lineno or 1}: {error.msg}"
        raise ValueError(message) from None
    except (ValueError, RecursionError, MemoryError) as error:
        message = f"`python`: {path} is no Python: {error}"
        raise ValueError(message) from None
