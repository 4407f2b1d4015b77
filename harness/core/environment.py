"""An environment: which release it runs, where that must have stood before, and when nothing may be promoted."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal, NamedTuple

from harness.core.errors import ExitCode, HarnessError, Origin

type TargetKind = Literal["gateway", "argo", "webhook", "git"]
type OnMax = Literal["hold", "abort", "advance"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class RefusedError(HarnessError):
    """An environment may not run a release, or not now."""

    exit_code = ExitCode.BLOCKED


class Target(NamedTuple):
    """Where a release serves."""

    kind: TargetKind = "git"
    """`git` for who reads the environment's file by itself."""
    url: str = ""
    url_from: str = ""
    """The environment variable that holds the URL instead."""


class Step(NamedTuple):
    """One step of a strategy: a share of the traffic, for some time."""

    weight: int
    """Percent."""
    least: timedelta
    most: timedelta | None
    on_max: OnMax


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
class Environment:
    """.github/environments/<name>.yaml."""

    name: str
    release: str = ""
    """All 64 digits of what it runs; empty before the first."""
    target: Target = field(default_factory=Target)
    source: str = ""
    """The environment in which a release must have stood before."""
    soak: timedelta = timedelta()
    """For how long."""
    steps: tuple[Step, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()
    origin: Origin = field(default=Origin(""), compare=False)
    """Where it says what it runs."""
    source_origin: Origin = field(default=Origin(""), compare=False)

    def quarantined(self, release: str) -> Quarantined | None:
        """Return why a release must not come here; None where it may."""
        return next((one for one in self.quarantine if one.release == release), None)
