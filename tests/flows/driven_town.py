"""A town that a gateway's loop is tried in: git, time and releases are in memory, and only the journal is real."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.content.rollouts import read_rollout
from harness.core.environment import Environment, External, Step, Strategy
from harness.core.errors import ContentError
from harness.core.rollout import Desired, Measured, Rollout
from harness.flows.desired import Wanted
from harness.flows.driving import Sources
from harness.flows.serve import Serving

GOOD = [letter * 64 for letter in "abcd"]
UNPROVEN = "e" * 64
SESSIONS = 4
PLAN = Strategy(steps=(Step(20, sessions=SESSIONS), Step(60, sessions=SESSIONS), Step(100, sessions=1)), rare=0.9)


@dataclass
class Town:
    """A repository and a clock, in memory, and where the journal lies."""

    path: Path
    now: datetime = datetime(2026, 11, 22, tzinfo=UTC)
    generation: int = 1
    release: str = GOOD[0]
    plan: Strategy = PLAN
    ran: list[str] = field(default_factory=list)
    quarantined: set[str] = field(default_factory=set)

    def elapsed(self) -> float:
        """Return seconds."""
        return self.now.timestamp()

    def now_(self) -> datetime:
        """Return the moment, which passes."""
        self.now += timedelta(milliseconds=250)
        return self.now

    def wanted(self, _seen: str) -> Wanted:
        """Return what git says."""
        environment = Environment("staging", self.release)
        return Wanted("", environment, Desired(self.generation, self.release, self.plan, frozenset(self.quarantined)))

    def footing(self, said: Wanted) -> Sequence[str]:
        """Return what ran before."""
        ran = dict.fromkeys(reversed(self.ran))
        return [one for one in ran if one not in {said.desired.release, *self.quarantined}]

    async def serving(self, release: str) -> Serving:
        """Return a release that is proven."""
        if release == UNPROVEN:
            raise ContentError("there is no verdict")
        return Serving(release, {})

    async def measure(self, externals: Sequence[External], now: datetime) -> tuple[Measured, ...]:
        """Return that everything is at nought."""
        return tuple(Measured(one.name, now, 0.0) for one in externals)

    @property
    def sources(self) -> Sources:
        """Return where a driver learns of all this."""
        return Sources(self.wanted, self.footing, self.serving, self.measure)


class Clock:
    """The town's time as `ports.Clock` has it."""

    def __init__(self, town: Town) -> None:
        """Take the town."""
        self.now, self.elapsed = town.now_, town.elapsed


def kept(path: Path) -> Rollout:
    """Return how the rollout stands on the disk."""
    with closing(sqlite3.connect(path)) as db:
        row = db.execute("SELECT text FROM notes WHERE name = 'rollout'").fetchone()
    return read_rollout(json.loads(row[0]), "the journal") if row else Rollout("staging")
