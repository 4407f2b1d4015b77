"""The policy: which suites run, which gates judge them, and what a run may cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from harness.core.carrier import Carrier
from harness.core.errors import Origin
from harness.core.pin import Pin

PASS = "pass"  # noqa: S105 (the name of a metric)
"""The metric every suite measures: 1.0 for a case that passed, 0.0 for one that did not."""
RESERVED = frozenset({PASS, "cases", "unable"})
"""What stands beside named metrics in what `harness run` writes, so that none may be called so."""
BUDGET = "budget"
"""The suite that has no cases of its own, and judges what the requests of others cost and take."""
SUITES = ("regression", "injection", "bias", BUDGET)
"""The suites that this version runs, that first which is nearest to what an answer is for."""


class Spent(StrEnum):
    """What a gate of the suite `budget` may be about."""

    COST = "cost"
    """USD per 1,000 requests."""
    INPUT = "input-tokens"
    """Of a request."""
    OUTPUT = "output-tokens"
    LATENCY = "latency-p95"
    """Seconds that 95 % of the requests do not exceed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the suite `budget` reads, and the traffic by which it projects."""

    suites: tuple[str, ...]
    """Whose samples it reads."""
    monthly_requests: Mapping[str, int] = field(default_factory=dict)
    """By prompt."""
    monthly: int | None = None
    """Micro-USD that all of them may come to in a month; None where nobody said."""
    turns: float = 1.0
    """Requests in a conversation."""
    origin: Origin = field(default=Origin(""), compare=False)


class SuitePolicy(NamedTuple):
    """One entry of `suites:`."""

    name: str
    max_incomparable: float = 0.05
    """The share of cases that may lack a partner on the other tree before nothing can be concluded."""
    max_failures: float = 0.0
    """The share of trials that may have no answer before the service counts as unavailable."""
    cases: int | None = None
    """How many cases a prompt are composed on a pull request; None for as many as the suite thinks enough."""
    carriers: Mapping[str, tuple[Carrier, ...]] = MappingProxyType({})
    """By prompt, how somebody else's text reaches it."""
    reading: Reading | None = None
    """Of the suite `budget`; None for suites that have cases."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One entry of `gates:`: a metric of a suite, and how far it may fall."""

    name: str
    suite: str
    prompt: str = ""
    """The one prompt it judges; empty for each prompt of the suite."""
    metric: str = PASS
    margin: float = 0.05
    """The drop worth catching, as a share of the cases."""
    at_least: float | None = None
    """The absolute bound on the metric's mean over all cases."""
    slices: tuple[str, ...] = ()
    """Tags that gate by themselves."""
    slice_margin: float | None = None
    """The drop worth catching in a slice; None for the margin where answers are always the same, and else 0.2."""
    generalise: bool = False
    """Whether it is about cases like these rather than these, where answers vary."""
    at_most: float | None = None
    """The absolute bound of a gate of the suite `budget`, in its metric's unit."""
    origin: Origin = field(default=Origin(""), compare=False)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One entry of `waivers:`: a case that judges nothing for a while, by somebody's leave."""

    suite: str
    prompt: str
    case: str
    owner: str
    why: str
    until: str
    """The last day, as `2026-12-31`."""
    origin: Origin = field(default=Origin(""), compare=False)


def _tighter(one: int | None, other: int | None) -> int | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)


@dataclass(frozen=True, slots=True)
class Budget:
    """`budget:`; what may be spent, in micro-USD; None where the policy sets no limit."""

    run: int | None = None
    suites: dict[str, int] = field(default_factory=dict)
    """By each suite in a run."""
    pull_request: int | None = None
    """By all runs for one pull request."""
    actor: int | None = None
    """By one person in a day."""
    day: int | None = None
    """By everybody in a day."""

    def share(self, of: int) -> "Budget":
        """Return one of so many equal parts: what a shard may spend, which knows nothing of the others."""
        run, pull_request, actor, day = (
            None if limit is None else limit // of for limit in (self.run, self.pull_request, self.actor, self.day)
        )
        suites = {suite: limit // of for suite, limit in self.suites.items()}
        return Budget(run, suites, pull_request, actor, day)

    def within(self, other: "Budget") -> "Budget":
        """Return the tighter of two for each limit."""
        suites = {name: _tighter(self.suites.get(name), limit) for name, limit in other.suites.items()}
        return Budget(
            _tighter(self.run, other.run),
            {**self.suites, **{name: limit for name, limit in suites.items() if limit is not None}},
            _tighter(self.pull_request, other.pull_request),
            _tighter(self.actor, other.actor),
            _tighter(self.day, other.day),
        )

    def limits(self) -> bool:
        """Return whether there is any limit."""
        return bool(self.suites) or any(x is not None for x in (self.run, self.pull_request, self.actor, self.day))


@dataclass(frozen=True, slots=True)
class Policy:
    """The judge's part of params.yaml; always read from the base tree."""

    suites: dict[str, SuitePolicy] = field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    budget: Budget = field(default_factory=Budget)
    waivers: tuple[Waiver, ...] = ()
    embedder: Pin | None = None
    """The pin that turns texts into vectors, for kinds that compare those."""
    judge: Pin | None = None
    """The pin that grades, for kinds that ask a model and do not say which."""
    attacker: Pin | None = None
    """The pin that thinks of attacks."""
    user: Pin | None = None
    """The pin that plays the user of a conversation."""

    @property
    def reading(self) -> Reading | None:
        """What the suite `budget` reads; None where there is none."""
        suite = self.suites.get(BUDGET)
        return suite.reading if suite else None

    def sampled(self, suite: str) -> tuple[str, ...]:
        """Return the suites by whose samples a suite judges: itself, or those that the budget reads."""
        return self.reading.suites if suite == BUDGET and self.reading else (suite,)

    def gates_of(self, suite: str, prompt: str) -> tuple[Gate, ...]:
        """Return the gates that judge one pair."""
        return tuple(gate for gate in self.gates if gate.suite == suite and gate.prompt in ("", prompt))
