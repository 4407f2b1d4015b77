"""A rollout: a release on its way through an environment, step by step, by what its sessions show.

Desired is what git says; the rollout is what the serving side does about it, kept in its journal; evidence is what the
sessions of both arms came to. One pure function, `harness.release.canary.advance`, goes from one rollout to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from harness.core.environment import Strategy

STARTED = datetime.fromtimestamp(0, UTC)


class Arm(StrEnum):
    """Which of the two releases answers."""

    STABLE = "stable"
    CANDIDATE = "candidate"


class Phase(StrEnum):
    """Where a rollout stands."""

    STABLE = "stable"
    """One release answers everything, and git wants no other."""
    ROLLING = "rolling"
    """The candidate has the share of its step."""
    HELD = "held"
    """As rolling, and its step is not left until a person or new evidence says so; `why` says what for."""
    ABORTED = "aborted"
    """Everything is back on the stable release, though git still names the candidate; `why` says what for."""


class Desired(NamedTuple):
    """What git wants of an environment."""

    generation: int
    """How many commits changed its file: a later one is larger, and whoever acts on an older one comes too late."""
    release: str
    """All 64 digits of what it is to run; empty for nothing."""
    strategy: Strategy
    quarantined: frozenset[str] = frozenset()
    """Releases, all 64 digits, that must not serve."""
    approved: frozenset[str] = frozenset()
    """Names of those steps that may be passed by this release."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """How an environment stands in fact: the journal's record, replaced as a whole at each change."""

    environment: str
    generation: int = 0
    """That of the desired state which it acts on."""
    stable: str = ""
    """The release that takes what the candidate does not; empty before the first."""
    candidate: str = ""
    """The release on its way; empty in the phase stable."""
    phase: Phase = Phase.STABLE
    previous: str = ""
    """The release that was stable before: going back to it takes no steps."""
    step: int = 0
    """Which of the strategy's steps, from 0."""
    weight: int = 0
    """Percent of the sessions that the candidate answers now: 0 while it warms up, is a shadow, or was aborted."""
    began: datetime = STARTED
    """When it came to its first step, in UTC: what was counted before is no evidence of it."""
    since: datetime = STARTED
    """When it came to this step, in UTC."""
    why: str = ""
    """Why it is held or was aborted, for people."""
    moves: int = 0
    """How often it changed: who would replace another than it read has lost a race, and reads again."""


class Sums(NamedTuple):
    """A measure, winsorised by whoever counts: enough for a mean and its variance.

    Of each session it is what its first answered request of the step took: those of one session are like each other,
    and a few sessions that ask most of all would pass for many that agree.
    """

    requests: int = 0
    """At most one a session."""
    total: float = 0.0
    squares: float = 0.0


class Window(NamedTuple):
    """What one arm's sessions came to during one step."""

    sessions: int = 0
    """Different sessions: the unit of randomisation, and so of evidence."""
    requests: int = 0
    bad: Mapping[str, int] = {}
    """How many of the sessions had at least one bad event, by rate: errors, slow, refusals, thumbs-down, guard."""
    sums: Mapping[str, Sums] = {}
    """By measure: cost (micro-USD a request), tokens (a request); of each session its first one alone."""


class Pairs(NamedTuple):
    """What both arms made of the same questions, in a shadow step."""

    both: int = 0
    """How many were answered by both."""
    worse: int = 0
    """How many the candidate alone got wrong."""
    better: int = 0
    """How many the stable release alone got wrong."""


class Measured(NamedTuple):
    """One measurement of an external metric."""

    name: str
    at: datetime
    value: float | None
    """None for an outage, an empty answer or a value that is stale; NaN for what is measured and is no number."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of a rollout since it began; counters only, so that whoever has them comes to the same."""

    at: datetime = STARTED
    """When the counters were read."""
    windows: Mapping[tuple[int, Arm], Window] = field(default_factory=dict)
    """By step and arm."""
    pairs: Pairs = field(default_factory=Pairs)
    measured: tuple[Measured, ...] = ()
    """Of external metrics during this step, oldest first."""


class Advice(StrEnum):
    """What evidence says of a step; the names are those that the web metric of Argo asks for."""

    ADVANCE = "advance"
    ABORT = "abort"
    UNDECIDED = "undecided"


class Data(StrEnum):
    """Whether there is anything to judge a step by."""

    FEW = "few"
    """Too few sessions came, or nobody counted since."""
    DOUBTFUL = "doubtful"
    """What was counted or measured does not add up: the step is held until it does."""
    ENOUGH = "enough"


class Opinion(NamedTuple):
    """What evidence says of a rollout's step."""

    advice: Advice
    why: str = ""
    """For people: of an abort, what was seen; of anything undecided, what is missing."""
    data: Data = Data.ENOUGH
    """A step that is undecided is let go by a person, or by `on_max: advance`, if there are enough."""
