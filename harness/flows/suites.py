"""The suites' own door: what a line of an evalset is, the cases made of them, and how answers become one result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from harness.content.bias_templates import read_templates
from harness.content.evalsets import ParseExpectations, read_cases
from harness.content.tree import Content
from harness.core.bias import Template
from harness.core.case import Case
from harness.core.errors import ContentError
from harness.core.pair import Pair
from harness.core.policy import Policy, SuitePolicy
from harness.core.score import CaseResult
from harness.suites.bias import pairs as bias
from harness.suites.injection import compose as injection
from harness.suites.injection.outcome import reduce as reduce_injection

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


def compose(materials: Materials, files: Files, parse: ParseExpectations) -> dict[str, Case]:
    """Return the cases of a pair by id, made of the lines of its evalsets.

    Raises:
        ContentError: A line is wrong, an id stands twice, or what cases are made of does not fit together.
    """
    if materials.pair.suite == BIAS:
        slots = materials.content.labels
        templates = _unique(one for stream, path in files for one in read_templates(stream, path, parse, slots))
        pairs = materials.count(bias.PAIRS)
        return _by_id(bias.compose(list(templates.values()), slots, pairs=pairs, seed=BIAS))
    if materials.pair.suite == INJECTION:
        ground = ground_of(materials, files, parse)
        return _by_id(injection.compose(ground, cases=materials.count(injection.CASES)))
    return _unique(one for stream, path in files for one in read_cases(stream, path, parse))


def _by_id(cases: Iterable[Case]) -> dict[str, Case]:
    return {case.id: case for case in cases}


def _unique[T: (Case, Template)](lines: Iterable[T]) -> dict[str, T]:
    """Return lines by id, in file order."""
    found: dict[str, T] = {}
    for line in lines:
        if first := found.get(line.id):
            hint = f"it stands at {first.origin} too; ids are unique per suite and prompt"
            raise ContentError(f"the id `{line.id}` stands twice", where=line.origin, hint=hint)
        found[line.id] = line
    return found


def ground_of(materials: Materials, files: Files, parse: ParseExpectations) -> injection.Ground:
    """Return what attacks on a pair's prompt are made of.

    A tree's own carriers must fit its hosts, or the next change would find a broken base. The policy's may be another
    tree's: where a variable has another name now they do not fit, and the tree's own carriers take their place.

    Raises:
        ContentError: A line is wrong, an id stands twice, or a carrier of the tree does not fit.
    """
    hosts = _unique(one for stream, path in files for one in read_cases(stream, path, parse))
    suite, content, prompt = materials.suite(), materials.content, materials.pair.prompt
    own = content.policy.suites.get(materials.pair.suite, suite).carriers.get(prompt, ())
    ground = injection.Ground(content.prompts[prompt], list(hosts.values()), content.payloads, own)
    injection.check_carriers(ground)
    fitting = [carrier for carrier in suite.carriers.get(prompt, ()) if injection.carries(carrier, ground)]
    return ground._replace(carriers=fitting or own)


_REDUCE: Mapping[str, Reduce] = {INJECTION: reduce_injection, BIAS: bias.reduce}


def reduction(suite: str) -> Reduce | None:
    """Return how the results of a case's arms become one; None for a suite whose cases have none."""
    return _REDUCE.get(suite)
