"""A town of users who ask a canary: few ask most of it, and for some hardly anything ever works.

`python -m tests.compare.town [CANARIES]` prints how canaries end in several.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from statistics import median

from harness.core.environment import Step, Strategy
from harness.core.rollout import Arm, Desired, Evidence, Phase, Rollout, Sums, Window
from harness.flows.canary import advance

OLD, NEW = "a" * 64, "b" * 64
START = datetime(2026, 11, 22, tzinfo=UTC)
PLAN = Strategy(
    steps=(
        Step(1, timedelta(minutes=10), timedelta(minutes=20), "advance"),
        Step(10, timedelta(minutes=20), timedelta(minutes=40), "advance"),
        Step(50, timedelta(minutes=30), timedelta(minutes=60), "advance"),
        Step(100),
    )
)
MOST = 8.0
"""How many times the usual a value counts at most."""


@dataclass(frozen=True)
class Town:
    """Who asks, how often, and how it goes for them."""

    users: int = 0
    """0 for one who comes once, each time."""
    errors: float = 0.01
    """The share of most users' requests that fail."""
    prone: float = 0.0
    """The share of users of whose requests a fifth fails."""
    factor: float = 1.0
    """How many times as many errors the candidate makes."""
    growth: float = 0.0
    """By which share the candidate takes more tokens."""
    rate: float = 10.0
    """Requests a second."""
    look: int = 10
    """Seconds between two looks."""


@dataclass
class Counted:
    """What one arm's sessions came to in one step."""

    sessions: set[int] = field(default_factory=set)
    bad: set[int] = field(default_factory=set)
    requests: int = 0
    total: float = 0.0
    squares: float = 0.0

    def ask(self, user: int, took: float) -> None:
        """Count a request; of each session, what the first took."""
        self.requests += 1
        if user not in self.sessions:
            self.sessions.add(user)
            self.total += took
            self.squares += took * took

    def window(self) -> Window:
        """Return it as evidence."""
        sums = Sums(len(self.sessions), self.total, self.squares)
        return Window(len(self.sessions), self.requests, {"errors": len(self.bad)}, {"tokens": sums})


@dataclass(frozen=True)
class Told:
    """How a canary ended."""

    rollout: Rollout
    bad: int
    """Answers of the candidate that failed."""
    lasted: timedelta


def walk(town: Town, seed: int, plan: Strategy = PLAN, hours: float = 3) -> Told:
    """Return how a canary ends in a town; the same seed, the same end."""
    dice = Random(seed)
    users = [(dice.random() * 100, dice.random() < town.prone, dice.lognormvariate(0, 0.5)) for _ in range(town.users)]
    often = list(accumulate(1 / rank for rank in range(1, town.users + 1)))
    desired = Desired(2, NEW, plan)
    rollout = advance(desired, Rollout("production", 1, OLD), Evidence(), START)
    counted: defaultdict[tuple[int, Arm], Counted] = defaultdict(Counted)
    bad, now, visits = 0, START, town.users
    while rollout.phase in {Phase.ROLLING, Phase.HELD} and now < START + timedelta(hours=hours):
        asked = round(town.rate * town.look)
        came = dice.choices(range(town.users), cum_weights=often, k=asked) if users else range(visits, visits + asked)
        visits += asked
        for user in came:
            place, prone, usual = users[user] if users else (dice.random() * 100, False, 1.0)
            new = place < rollout.weight
            window = counted[rollout.step, Arm.CANDIDATE if new else Arm.STABLE]
            window.ask(user, min(usual * dice.expovariate(1), MOST) * (1 + town.growth * new))
            if dice.random() < (0.2 if prone else town.errors) * (town.factor if new else 1):
                window.bad.add(user)
                bad += new
        now += timedelta(seconds=town.look)
        seen = Evidence(now, {key: one.window() for key, one in counted.items()})
        rollout = advance(desired, rollout, seen, now)
    return Told(rollout, bad, now - START)


def table(canaries: int) -> Iterator[str]:
    """Yield how canaries end in towns of several kinds."""
    yield f"{'':34}aborted   bad answers (median, 95 %)   minutes (median)"
    for name, town in TOWNS.items():
        ends = [walk(town, seed) for seed in range(canaries)]
        gone = [end for end in ends if end.rollout.phase is Phase.ABORTED]
        bad = sorted(end.bad for end in gone) or [0]
        minutes = median(end.lasted / timedelta(minutes=1) for end in gone) if gone else 0
        share = len(gone) / canaries
        yield f"{name:34}{share:7.1%}{median(bad):16.0f},{bad[int(len(bad) * 0.95)]:5}{minutes:24.0f}"


TOWNS = {
    "like the one before": Town(look=60, rate=4),
    "the same, heavy and prone users": Town(users=10_000, errors=0.005, prone=0.05, rate=4, look=60),
    "1 % -> 2 % errors": Town(factor=2),
    "0.2 % -> 1 %": Town(errors=0.002, factor=5),
    "1 % -> 5 %": Town(factor=5),
    "5 % -> 25 %": Town(errors=0.05, factor=5),
    "1 % -> 20 %": Town(factor=20),
    "10 % more tokens": Town(errors=0.002, growth=0.1, look=60),
    "20 % more tokens": Town(errors=0.002, growth=0.2, look=60),
    "50 % more tokens": Town(errors=0.002, growth=0.5, look=60),
}

if __name__ == "__main__":
    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else 100):
        sys.stdout.write(f"{line}\n")
