"""The suites' own door: what a line of an evalset is, the cases made of them, and how answers become one result."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import BinaryIO, NamedTuple, Protocol, cast

from harness.content.evalsets import ParseExpectations, read_cases
from harness.content.tree import Content
from harness.core.bias import Template
from harness.core.case import Case
from harness.core.errors import ContentError
from harness.core.pair import Pair
from harness.core.policy import Policy, SuitePolicy
from harness.core.score import CaseResult

INJECTION, BIAS = "injection", "bias"

type Reduce = Callable[[Case, Sequence[CaseResult]], CaseResult]
"""Makes one result of what each arm of a case came to."""


class Profile(StrEnum):
    """How many cases are composed."""

    PR = "pr"
    """As many as a pull request needs."""
    NIGHTLY = "nightly"
    """Five times as many."""
    RELEASE = "release"
    """All that there are."""


_TIMES = {Profile.PR: 1, Profile.NIGHTLY: 5, Profile.RELEASE: 0}


class Materials(NamedTuple):
    """What the cases of a pair are composed of."""

    pair: Pair
    content: Content
    policy: Policy
    """Says how they are composed."""
    profile: Profile

    def suite(self) -> SuitePolicy:
        """Return what policy says of the suite."""
        return self.policy.suites.get(self.pair.suite, SuitePolicy(self.pair.suite))

    def count(self, usual: int) -> int:
        """Return how many cases are composed; 0 for all."""
        return (self.suite().cases or usual) * _TIMES[self.profile]


type Files = Iterable[tuple[BinaryIO, str]]
"""Evalsets, each open while it is read, with its path."""


class _Composed(Protocol):
    """A module of this folder: a suite whose cases are composed, and have arms."""

    def compose(self, materials: Materials, files: Files, parse: ParseExpectations) -> Iterable[Case]:
        """Return the cases of a pair; see `compose`."""

    def reduce(self, case: Case, results: Sequence[CaseResult]) -> CaseResult:
        """Return what the results of a case's arms come to."""


@cache
def _composed(suite: str) -> _Composed | None:
    """Return a suite whose cases are composed, loaded when a tree has some, for it is large; None for any other."""
    return cast("_Composed", import_module(f"harness.flows.suite_{suite}")) if suite in {INJECTION, BIAS} else None


def compose(materials: Materials, files: Files, parse: ParseExpectations) -> dict[str, Case]:
    """Return the cases of a pair by id, made of the lines of its evalsets.

    Raises:
        ContentError: A line is wrong, an id stands twice, or what cases are made of does not fit together.
    """
    if suite := _composed(materials.pair.suite):
        return {case.id: case for case in suite.compose(materials, files, parse)}
    return unique(one for stream, path in files for one in read_cases(stream, path, parse))


def unique[T: (Case, Template)](lines: Iterable[T]) -> dict[str, T]:
    """Return lines by id, in file order.

    Raises:
        ContentError: An id stands twice.
    """
    found: dict[str, T] = {}
    for line in lines:
        if first := found.get(line.id):
            hint = f"it stands at {first.origin} too; ids are unique per suite and prompt"
            raise ContentError(f"the id `{line.id}` stands twice", where=line.origin, hint=hint)
        found[line.id] = line
    return found


def reduction(suite: str) -> Reduce | None:
    """Return how the results of a case's arms become one; None for a suite whose cases have none."""
    composed = _composed(suite)
    return composed.reduce if composed else None
