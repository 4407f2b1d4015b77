"""The scope: which cases a command looks at."""

from dataclasses import dataclass

from harness.core.case import Case
from harness.core.pair import Pair


@dataclass(frozen=True, slots=True)
class Scope:
    """Filters; an empty one lets everything through."""

    suite: str = ""
    prompt: str = ""
    cases: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    first: int = 0
    """At most this many cases a pair; 0 for all."""

    @property
    def partial(self) -> bool:
        """Whether anything is left out; such a verdict neither publishes nor releases."""
        return self != Scope()

    def has_pair(self, pair: Pair) -> bool:
        """Return whether a pair is looked at."""
        return self.suite in ("", pair.suite) and self.prompt in ("", pair.prompt)

    def has_case(self, case: Case) -> bool:
        """Return whether a case is looked at, apart from `first`."""
        return (not self.cases or case.id in self.cases) and (not self.tags or bool(self.tags & set(case.tags)))
