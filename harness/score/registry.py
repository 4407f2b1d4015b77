"""The scorers by kind, ours and strangers', through the entry-point group `harness.scorers`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint
from typing import Any, cast

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.errors import ContentError, HarnessError
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.plugins import held, is_ours, load_plugin, owner_of, registered
from harness.core.score import Mark
from harness.ports import Ask, Grader, Scorer
from harness.score.python import Load, PythonScorer, no_loader

GROUP = "harness.scorers"
KIND = re.compile(r"(?!not-)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
RESERVED = frozenset({"any-of", "all-of", "weight", "threshold", "metric"})


@cache
def installed() -> Mapping[str, EntryPoint]:
    """Return the installed scorers by kind, none of them loaded yet.

    Raises:
        ContentError: A kind's name cannot be used, or two distributions register the same kind.
    """
    found = registered(GROUP)
    for name, entry in found.items():
        if not KIND.fullmatch(name) or name in RESERVED:
            owner = owner_of(entry)
            message = f"`{owner}` registers a scorer under the name `{name}`, which cannot be used"
            raise ContentError(message, hint=f"uninstall `{owner}`, or let its author choose another name")
    return found


def _whole(scorer: Any) -> Scorer | Grader:  # noqa: ANN401 (whatever was registered)
    """Refuse what behaves neither like a scorer nor like a grader."""
    if (
        isinstance(scorer, type)
        or not isinstance(scorer.version, str)
        or not isinstance(scorer.needs_threshold, bool)
        or not callable(scorer.problem)
        or not (isinstance(scorer, Grader) or callable(scorer.mark))
    ):
        message = "it is not an instance with `version`, `needs_threshold`, `problem` and `mark`"
        raise TypeError(message)
    return cast("Scorer | Grader", scorer)


@dataclass(frozen=True, slots=True)
class Strangers:
    """A scorer of another package: what goes wrong in it is its owner's to mend, and no bug of ours."""

    point: EntryPoint
    scorer: Scorer
    version: str
    needs_threshold: bool

    def problem(self, expected: Json, reference: str) -> str:
        """Return what the scorer finds wrong with an expectation's value.

        Raises:
            ContentError: It fails at that.
        """
        with held(self.point):
            said = self.scorer.problem(expected, reference)
            if not isinstance(said, str):
                raise _unfit("problem", said, "text")
        return said

    def mark(self, answer: Completion, expected: Json, case: Case) -> Mark:
        """Return the scorer's mark.

        Raises:
            UnableError: It cannot tell.
            ContentError: It fails at that.
        """
        with held(self.point):
            return _mark(self.scorer.mark(answer, expected, case), "mark")


@dataclass(frozen=True, slots=True)
class StrangersGrader:
    """A grader of another package, held like its scorers."""

    point: EntryPoint
    grader: Grader
    version: str
    needs_threshold: bool
    parameters: bool

    def problem(self, expected: Json, reference: str) -> str:
        """Return what the grader finds wrong with an expectation.

        Raises:
            ContentError: It fails at that.
        """
        with held(self.point):
            said = self.grader.problem(expected, reference)
            if not isinstance(said, str):
                raise _unfit("problem", said, "text")
        return said

    def calls(self, expected: Json) -> int:
        """Return how many calls a grade takes.

        Raises:
            ContentError: It fails at that.
        """
        with held(self.point):
            return int(self.grader.calls(expected))

    async def grade(self, exchange: Exchange, expected: Json, ask: Ask) -> Mark:
        """Return the grader's mark.

        Raises:
            UnableError: It cannot tell.
            ContentError: It fails at that.
        """
        with held(self.point, HarnessError):
            return _mark(await self.grader.grade(exchange, expected, ask), "grade")


def _mark(made: object, method: str) -> Mark:
    if not (isinstance(made, Mark) and isinstance(made.value, int | float) and isinstance(made.reason, str)):
        raise _unfit(method, made, "Mark")
    return made


def _unfit(method: str, said: object, wanted: str) -> TypeError:
    return TypeError(f"`{method}` returned a value of type `{type(said).__name__}`, not a {wanted}")


def _held(point: EntryPoint, scorer: Scorer | Grader) -> Scorer | Grader:
    if isinstance(scorer, Grader):
        parameters = bool(getattr(scorer, "parameters", False))
        return StrangersGrader(point, scorer, scorer.version, scorer.needs_threshold, parameters)
    return Strangers(point, scorer, scorer.version, scorer.needs_threshold)


class Scorers:
    """The scorers of one run, each loaded when it is first asked for."""

    def __init__(self, load: Load = no_loader, entries: Mapping[str, EntryPoint] | None = None) -> None:
        """Take what the kind `python` loads functions with, and the entry points; None means those installed."""
        self._load = load
        self._entries = installed() if entries is None else entries
        self._names = sorted(self._entries)
        self._found: dict[str, Scorer | Grader] = {}

    def names(self) -> list[str]:
        """Return every kind that is registered, sorted; nothing is loaded."""
        return self._names

    def find(self, kind: str) -> Scorer | Grader | None:
        """Return the scorer of a kind, or None when there is none.

        Raises:
            ContentError: It does not load, or is not a scorer.
        """
        if kind not in self._found:
            entry = self._entries.get(kind)
            if entry is None:
                return None
            scorer = load_plugin(entry, _whole)
            if not is_ours(entry):
                scorer = _held(entry, scorer)
            self._found[kind] = replace(scorer, load=self._load) if isinstance(scorer, PythonScorer) else scorer
        return self._found[kind]
