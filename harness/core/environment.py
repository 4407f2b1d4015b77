"""An environment: which release it runs, where that must have stood before, and when nothing may be promoted."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from harness.core.errors import ExitCode, HarnessError, Origin

type OnMax = Literal["hold", "abort", "advance"]
type StrategyKind = Literal["canary", "blue-green", "a-b"]

type Rate = Literal["errors", "slow", "refusals", "thumbs-down", "guard"]
type Mean = Literal["cost", "tokens"]

RATES: tuple[Rate, ...] = ("errors", "slow", "refusals", "thumbs-down", "guard")
"""What makes a session a bad one: an answer that failed, came late, was a refusal, was disliked, or hit a guard."""
MEANS: tuple[Mean, ...] = ("cost", "tokens")
"""What a request takes."""
SELF_SERVED = ("gateway", "argo", "git")
"""Targets that find out by themselves what is to serve; any other is a plugin, and is told."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class RefusedError(HarnessError):
    """An environment may not run a release, or not now."""

    exit_code = ExitCode.BLOCKED


class Target(NamedTuple):
    """Where a release serves."""

    kind: str = "git"
    """`git` for who reads the environment's file by itself."""
    url: str = ""
    url_from: str = ""
    """The environment variable that holds the URL instead."""
    key_from: str = ""
    """The environment variable with the key that signs what it is told."""


class StepKind(StrEnum):
    """What a step does."""

    WARM = "warm"
    """The candidate is asked by nobody but the gateway itself, until it answers."""
    SHADOW = "shadow"
    """A share of the requests is asked of the candidate too, without tools; nobody sees what it says."""
    SPLIT = "split"
    """The candidate answers a share of the sessions."""
    BAKE = "bake"
    """The candidate answers all sessions but a few that are held back, to compare with."""


class Step(NamedTuple):
    """One step of a strategy: a share of the traffic, for some time."""

    weight: int
    """Percent of the sessions that the candidate answers; of a shadow, of the requests that it is asked beside."""
    least: timedelta = timedelta()
    """How long it lasts at least, whatever the evidence."""
    most: timedelta | None = None
    """After how long `on_max` says what becomes of it, if the evidence does not."""
    on_max: OnMax = "hold"
    kind: StepKind = StepKind.SPLIT
    sessions: int = 20
    """How many sessions of the candidate it takes at least; without data nothing advances. Of a warm step, probes."""
    approve: str = ""
    """The name under which people must have approved of it before it is left; empty for no need."""

    @property
    def answers(self) -> int:
        """Percent of the sessions that the candidate answers."""
        return self.weight if self.kind in {StepKind.SPLIT, StepKind.BAKE} else 0


class External(NamedTuple):
    """A metric that somebody else measures, with the limits of Argo Rollouts under their names."""

    name: str
    url: str
    """Of a Prometheus, or of a page that answers JSON."""
    query: str = ""
    """PromQL; empty for a page."""
    pointer: str = ""
    """Where in the page's JSON the number stands, as a JSON Pointer."""
    least: float | None = None
    most: float | None = None
    """Between which bounds it is good."""
    interval: timedelta = timedelta(seconds=60)
    initial_delay: timedelta = timedelta()
    measurements: int = 0
    """`count`: how many measurements suffice; 0 for as many as the step lasts."""
    failure_limit: int = 0
    inconclusive_limit: int = 0
    consecutive_error_limit: int = 4
    consecutive_success_limit: int = 0
    dry_run: bool = False


class Strategy(NamedTuple):
    """How traffic comes to a release, and what may stop it."""

    kind: StrategyKind = "canary"
    steps: tuple[Step, ...] = ()
    """Empty for all of the traffic at once."""
    alpha: float = 0.01
    """How likely a release that is as good as the stable one may be aborted, over all rates and steps."""
    slow: timedelta = timedelta(seconds=2)
    """From which time on an answer counts as slow."""
    rates: tuple[str, ...] = RATES
    """Those that count."""
    rare: float = 0.02
    """The share of bad sessions below which nobody waits for proof that they are no more than before."""
    means: tuple[str, ...] = MEANS
    growth: float = 0.1
    """By which share a mean may grow."""
    externals: tuple[External, ...] = ()

    def name_of(self, step: int) -> str:
        """Return by which name an approval means a step: its own, else its number from 1."""
        return self.steps[step].approve or str(step + 1)


class DaysOff(NamedTuple):
    """From the first of these days to the end of the last, in UTC, nothing is promoted."""

    first: date
    last: date
    reason: str


class HoursOff(NamedTuple):
    """On these days of the week, from a time on and for so long, in UTC, nothing is promoted."""

    days: frozenset[int]
    """0 is Monday."""
    at: time
    hours: int
    reason: str


type Freeze = DaysOff | HoursOff


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A release that must not come back until somebody takes it off the list."""

    release: str
    """All 64 digits."""
    reason: str
    at: str
    by: str
    origin: Origin = field(default=Origin(""), compare=False)


@dataclass(frozen=True, slots=True)
class Approved:
    """A step that a release may pass, as somebody said by a change that was reviewed."""

    release: str
    """All 64 digits."""
    step: str
    """Its name, else its number from 1."""
    by: str


@dataclass(frozen=True, slots=True)
class Environment:
    """.github/environments/<name>.yaml."""

    name: str
    release: str = ""
    """All 64 digits of what it runs; empty before the first."""
    target: Target = field(default_factory=Target)
    source: str = ""
    """The environment in which a release must have stood before."""
    tracks: bool = False
    """Whether each release that main serves comes here without anybody being asked: the merge is the promotion."""
    soak: timedelta = timedelta()
    """For how long."""
    strategy: Strategy = field(default_factory=Strategy)
    freezes: tuple[Freeze, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()
    approved: tuple[Approved, ...] = ()
    origin: Origin = field(default=Origin(""), compare=False)
    """Where it says what it runs."""
    source_origin: Origin = field(default=Origin(""), compare=False)
    target_origin: Origin = field(default=Origin(""), compare=False)

    def quarantined(self, release: str) -> Quarantined | None:
        """Return why a release must not come here; None where it may."""
        return next((one for one in self.quarantine if one.release == release), None)
