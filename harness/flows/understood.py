"""What was read before: expectations in which a library found no fault, so that it need not look again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from harness.core.digest import digest
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.ports import Ask, Grader, Scorer
from harness.score.expectation import Kinds, parametric

FILE = "understood"
"""Below the state of a repository: a digest a line. Without it everything is read anew."""


@dataclass(frozen=True)
class Understood:
    """Kinds whose faultless expectations are remembered, of those that libraries read."""

    kinds: Kinds
    path: Path
    _found: dict[str, Scorer | Grader | None] = field(default_factory=dict)

    @cached_property
    def _known(self) -> set[str]:
        try:
            return set(self.path.read_text(encoding="ascii").split())
        except (OSError, UnicodeDecodeError):
            return set()

    def names(self) -> Sequence[str]:
        """Return every kind."""
        return self.kinds.names()

    def find(self, kind: str) -> Scorer | Grader | None:
        """Return the scorer of a kind, or None."""
        if kind not in self._found:
            found = self.kinds.find(kind)
            if isinstance(found, Grader) and parametric(found):
                found = _Reader(self, kind, found)
            self._found[kind] = found
        return self._found[kind]

    def knows(self, key: str) -> bool:
        """Return whether an expectation was found to be without fault."""
        return key in self._known

    def learn(self, key: str) -> None:
        """Remember one; where that cannot be written, it is read again next time."""
        self._known.add(key)
        try:
            self.path.parent.mkdir(exist_ok=True)
            with self.path.open("a", encoding="ascii") as file:
                file.write(f"{key}\n")
        except OSError:
            return


@dataclass(frozen=True, slots=True)
class _Reader:
    """A grader that is asked once whether an expectation has a fault."""

    memory: Understood
    kind: str
    grader: Grader
    parameters: bool = True

    @property
    def version(self) -> str:
        """The grader's."""
        return self.grader.version

    @property
    def needs_threshold(self) -> bool:
        """The grader's."""
        return self.grader.needs_threshold

    def problem(self, expected: Json, reference: str) -> str:
        """Return what is wrong with an expectation; what was without fault still is."""
        key = digest("understood", [self.kind, self.version, expected, reference])
        if self.memory.knows(key):
            return ""
        if not (said := self.grader.problem(expected, reference)):
            self.memory.learn(key)
        return said

    def calls(self, expected: Json) -> int:
        """Return how many calls a grade takes."""
        return self.grader.calls(expected)

    async def grade(self, exchange: Exchange, expected: Json, ask: Ask) -> Mark:
        """Return the grader's mark."""
        return await self.grader.grade(exchange, expected, ask)
