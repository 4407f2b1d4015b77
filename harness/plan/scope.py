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
    only: frozenset[tuple[Pair, str]] = frozenset()
    """Cases with their pairs, where several prompts share ids."""
    first: int = 0
    """At most this many cases a pair; 0 for all."""

    @property
    def partial(self) -> bool:
        """Whether anything is left out; such a verdict neither publishes nor releases."""
        return self != Scope()

    @property
    def splits_pairs(self) -> bool:
        """Whether cases of a pair are left out."""
        return bool(self.cases or self.tags or self.only or self.first)

    def has_pair(self, pair: Pair) -> bool:
        """Return whether a pair is looked at."""
        named = self.suite in ("", pair.suite) and self.prompt in ("", pair.prompt)
        return named and (not self.only or any(pair == one for one, _ in self.only))

    def has_case(self, pair: Pair, case: Case) -> bool:
        """Return whether a case of a pair is looked at, apart from `first`."""
        listed = not self.only or (pair, case.id) in self.only
        return listed and (not self.cases or case.id in self.cases) and self._has_tag(case)

    def _has_tag(self, case: Case) -> bool:
        return not self.tags or bool(self.tags & set(case.tags))
