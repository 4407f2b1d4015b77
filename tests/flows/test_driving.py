"""The loop of a gateway under a process that dies: at any point, however often, it goes on where it was."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.serve_journal import Journal
from harness.content.rollouts import read_rollout
from harness.core.environment import Environment, External, Step, StepKind, Strategy
from harness.core.errors import ContentError, UnavailableError
from harness.core.rollout import Arm, Desired, Measured, Phase, Rollout
from harness.flows.desired import Wanted
from harness.flows.driving import Driver, Sources
from harness.flows.rollout_journal import RolloutJournal
from harness.flows.serve import Serving
from harness.gateway.split import arm_of, session_of
from harness.gateway.tally import Visit

GOOD = [letter * 64 for letter in "abcd"]
UNPROVEN = "e" * 64
SESSIONS = 4
PLAN = Strategy(steps=(Step(20, sessions=SESSIONS), Step(60, sessions=SESSIONS), Step(100, sessions=1)), rare=0.9)


class KilledError(Exception):
    """The process is gone."""


class Mortal(Journal):
    """A journal whose process dies while it writes, before or after it is on the disk."""

    dies = 0.0
    watched: Callable[[], None] = staticmethod(lambda: None)
    """Looks at the gateway as it is before and after each write."""

    def count(self, evidence: str, marks: Iterable[int]) -> None:
        """Note, or die."""
        self._maybe_die()
        super().count(evidence, marks)
        self._maybe_die()

    def move(self, rollout: str, moves: tuple[int, int], evidence: str, marks: Iterable[int], *, anew: bool) -> None:
        """Note, or die."""
        self._maybe_die()
        super().move(rollout, moves, evidence, marks, anew=anew)
        self._maybe_die()

    def _maybe_die(self) -> None:
        self.watched()
        if DICE.random() < self.dies:
            raise KilledError


DICE = random.Random(7)  # noqa: S311 (it rolls deaths, not keys)


@dataclass
class Town:
    """A repository, a clock and people, all in memory; only the journal is real."""

    path: Path
    now: datetime = datetime(2026, 11, 22, tzinfo=UTC)
    generation: int = 1
    release: str = GOOD[0]
    plan: Strategy = PLAN
    ran: list[str] = field(default_factory=list)
    quarantined: set[str] = field(default_factory=set)
    came: dict[tuple[datetime, int, Arm], set[int]] = field(default_factory=dict)

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

    def commit(self) -> None:
        """Change the environment's file."""
        self.generation += 1
        if DICE.random() < 0.3:
            self.quarantined ^= {DICE.choice(GOOD)}
        else:
            self.ran.append(self.release)
            self.release = DICE.choice([*GOOD, UNPROVEN])

    def visit(self, driver: Driver) -> None:
        """Let some people ask."""
        arms = driver.arms
        for _ in range(12):
            session = session_of(f"user {DICE.randrange(60)}", "")
            arm = arm_of(session.number, arms.rollout.candidate, arms.rollout.weight)
            if arms.step and arms.serving(arm):
                bad = ("errors",) if DICE.random() < 0.02 else ()
                driver.tally.add(Visit(session, arm, bad, {"tokens": 50.0}))
                key = arms.rollout.began, arms.rollout.step, arm
                self.came.setdefault(key, set()).add(session.number)


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


def walked(town: Town, driver: Driver) -> None:
    """See that no candidate has more than is on the disk."""
    noted, has = kept(town.path), driver.rollout
    if has.weight:
        assert (noted.candidate == has.candidate and has.weight <= noted.weight) or noted.stable == has.candidate
    assert not has.stable or has.stable != noted.candidate or has.stable in town.ran


def check(town: Town, driver: Driver) -> None:
    """See that nothing serves that must not, and that nothing was gone on with that is not on the disk."""
    arms, rollout = driver.arms, driver.rollout
    walked(town, driver)
    for serving in (arms.stable, arms.candidate if rollout.weight else None):
        assert serving is None or serving.release not in driver.desired.quarantined
        assert serving is None or serving.release in GOOD
    windows = driver.evidence().windows
    if arms.step:
        for (step, arm), window in windows.items():
            assert window.sessions <= len(town.came.get((rollout.began, step, arm), ()))
        for step in range(rollout.step):
            assert windows[step, Arm.CANDIDATE].sessions >= min(SESSIONS, PLAN.steps[step].sessions)


async def live(town: Town, dies: float, steps: int) -> int:
    """Let a gateway run in a town until it dies or the time is over; return how many steps of time are left."""
    journal = Mortal(town.path)
    journal.dies = dies
    try:
        source = Sources(town.wanted, town.footing, town.serving, town.measure)
        driver = Driver(source, RolloutJournal(journal, "staging"), Clock(town), lambda _said: None)
        journal.watched = lambda: walked(town, driver)
        await driver.look()
        check(town, driver)
        while steps:
            steps -= 1
            before = driver.rollout
            town.visit(driver)
            if DICE.random() < 0.1:
                town.commit()
                await driver.look()
            elif DICE.random() < 0.05:
                await driver.abort("no", before.generation)
            else:
                await driver.tick()
                assert driver.rollout.step <= before.step + 1
            check(town, driver)
            if DICE.random() < dies:
                raise KilledError
    finally:
        journal.close()
    return 0


def run(folder: Path, schedules: int) -> tuple[int, int]:
    """Run so many random schedules of deaths; return how often a gateway died, and how often one was replaced."""
    deaths = releases = 0
    for number in range(schedules):
        town = Town(folder / f"{number}.db")
        town.ran.append(GOOD[0])
        for _ in range(12):
            try:
                with suppress(KilledError):
                    asyncio.run(live(town, 0.08, 25))
                    break
            finally:
                deaths += 1
        releases += len({began for began, _, _ in town.came})
    return deaths, releases


class TestAGatewayThatDies:
    def test_never_serves_what_it_must_not_and_never_goes_on_twice(self, tmp_path: Path) -> None:
        """At any point of a write: an advance is on the disk before it counts, evidence is not counted again."""
        deaths, releases = run(tmp_path, 15)

        assert deaths > 20
        assert releases > 20

    @pytest.mark.slow
    @pytest.mark.timeout(900)
    def test_never_does_so_in_a_thousand_schedules(self, tmp_path: Path) -> None:
        """The same, at length."""
        assert run(tmp_path, 1000) > (3000, 2000)


class Full(Journal):
    """A journal on a disk that may be full."""

    full = False

    def count(self, evidence: str, marks: Iterable[int]) -> None:
        """Note, if there is room."""
        self._check()
        super().count(evidence, marks)

    def move(self, rollout: str, moves: tuple[int, int], evidence: str, marks: Iterable[int], *, anew: bool) -> None:
        """Note, if there is room."""
        self._check()
        super().move(rollout, moves, evidence, marks, anew=anew)

    def _check(self) -> None:
        if self.full:
            raise UnavailableError("the journal cannot be written: disk is full")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return a town whose second release is on its way."""
    return Town(tmp_path / "serve.db", generation=2, release=GOOD[1], ran=[GOOD[0]])


@pytest.fixture
def journal(town: Town) -> Iterator[Full]:
    """Return its journal."""
    found = Full(town.path)
    yield found
    found.close()


@pytest.fixture
def told() -> list[str]:
    """Return what people hear."""
    return []


@pytest.fixture
def driver(town: Town, journal: Full, told: list[str]) -> Driver:
    """Return a driver that has not begun yet."""
    source = Sources(town.wanted, town.footing, town.serving, town.measure)
    return Driver(source, RolloutJournal(journal, "staging"), Clock(town), told.append)


def count(driver: Driver, arm: Arm, sessions: int, *bad: str) -> None:
    """Let an arm answer sessions."""
    for number in range(sessions):
        driver.tally.add(Visit(session_of(f"{arm} {number} {bad}", ""), arm, bad, {"tokens": 50.0}))


class TestAFullDisk:
    def test_lets_no_candidate_go_on(self, driver: Driver, journal: Full) -> None:
        """What cannot be noted does not happen; once there is room it does."""

        async def story() -> list[int]:
            await driver.look()
            count(driver, Arm.CANDIDATE, 10)
            count(driver, Arm.STABLE, 40)
            journal.full, seen = True, [driver.rollout.weight]
            with pytest.raises(UnavailableError):
                await driver.tick()
            seen.append(driver.rollout.weight)
            journal.full = False
            await driver.tick()
            return [*seen, driver.rollout.weight]

        assert asyncio.run(story()) == [20, 20, 60]

    def test_keeps_no_candidate_from_going_back(self, driver: Driver, journal: Full, town: Town) -> None:
        """It goes back in memory first; what is noted follows as soon as it can."""

        async def story() -> None:
            await driver.look()
            count(driver, Arm.CANDIDATE, 40, "errors")
            count(driver, Arm.STABLE, 160)
            journal.full = True
            with pytest.raises(UnavailableError):
                await driver.tick()

            assert (driver.rollout.phase, driver.rollout.weight) == (Phase.ABORTED, 0)
            assert kept(town.path).phase is Phase.ROLLING
            journal.full = False
            await driver.tick()
            assert kept(town.path).phase is Phase.ABORTED

        asyncio.run(story())

    def test_lets_no_session_be_counted_again(self, driver: Driver, journal: Full) -> None:
        """What a session left is noted once there is room, with what was counted of it."""

        async def story() -> None:
            await driver.look()
            count(driver, Arm.CANDIDATE, 3)
            journal.full = True
            with pytest.raises(UnavailableError):
                await driver.tick()
            journal.full = False
            await driver.tick()

        asyncio.run(story())
        again = Driver(driver.sources, RolloutJournal(journal, "staging"), SystemClock(), lambda _said: None)
        count(again, Arm.CANDIDATE, 3)

        assert again.evidence().windows[0, Arm.CANDIDATE].sessions == 3

    def test_lets_no_pair_of_a_new_step_be_counted_again(self, driver: Driver, journal: Full, town: Town) -> None:
        """A candidate that nobody sees may begin before that can be noted; what it came to is not lost over it."""
        town.plan = PLAN._replace(steps=(Step(100, kind=StepKind.SHADOW), *PLAN.steps))
        mia = session_of("mia", "")

        async def story() -> None:
            town.release = GOOD[0]
            await driver.look()
            town.generation, town.release, journal.full = 3, GOOD[1], True
            await driver.look()
            driver.tally.pair(mia, stable_bad=False, candidate_bad=True)
            journal.full = False
            await driver.tick()

        asyncio.run(story())
        again = Driver(driver.sources, RolloutJournal(journal, "staging"), SystemClock(), lambda _said: None)
        again.tally.pair(mia, stable_bad=False, candidate_bad=True)

        assert (driver.rollout.candidate, again.evidence().pairs.both) == (GOOD[1], 1)

    def test_keeps_nobody_from_ending_a_rollout(self, driver: Driver, journal: Full, told: list[str]) -> None:
        """It is ended; that it cannot be noted yet is said where git's word is not followed, and once."""

        async def story() -> str:
            await driver.look()
            journal.full = True
            said = await driver.abort("no", driver.rollout.generation)
            driver.sources = driver.sources._replace(wanted=lambda _seen: None)
            for _ in range(3):
                await driver.look()
            return said

        assert (asyncio.run(story()), driver.rollout.phase) == ("", Phase.ABORTED)
        assert driver.holding == "the journal cannot be written: disk is full"
        assert sum("the journal cannot be written" in line for line in told) == 1


class TestAMetricOfOthers:
    def test_is_asked_for_by_the_loop_and_can_end_a_rollout(self, driver: Driver, town: Town) -> None:
        """What the gateway itself counts is not all that may go wrong."""
        town.plan = PLAN._replace(externals=(External("csat", "https://metrics.example", pointer="/csat", least=4.5),))

        async def story() -> None:
            await driver.look()
            for _ in range(3):
                await driver.tick()
                await asyncio.sleep(0)

        asyncio.run(story())

        assert (driver.rollout.phase, "csat" in driver.rollout.why) == (Phase.ABORTED, True)
        assert [one.name for one in driver.evidence().measured] == ["csat"]


class TestGit:
    def test_that_takes_a_release_back_is_told(self, driver: Driver, town: Town, told: list[str]) -> None:
        """Whoever reads along sees where the traffic is."""

        async def story() -> None:
            await driver.look()
            town.generation, town.release = 3, GOOD[0]
            await driver.look()

        asyncio.run(story())

        assert told == [
            f"serving release {GOOD[0][:12]}",
            f"release {GOOD[1][:12]} at step 1, 20 %",
            f"serving release {GOOD[0][:12]}",
        ]

    def test_that_goes_back_behind_what_was_seen_is_followed_no_further_than_to_stable(
        self, driver: Driver, town: Town
    ) -> None:
        """A branch that somebody rewrote names no candidate that anybody approved after what is known."""

        async def story() -> None:
            await driver.look()
            town.generation = 1
            await driver.look()

        asyncio.run(story())

        assert (driver.rollout.stable, driver.rollout.weight, driver.rollout.candidate) == (GOOD[0], 0, "")
        assert driver.holding == "git says generation 1 of staging, and 2 was here before"

    def test_that_is_slow_to_answer_holds_up_no_abort(self, driver: Driver, town: Town) -> None:
        """The evidence is looked at meanwhile."""
        asks = Event()

        def slowly(_seen: str) -> Wanted:
            asks.wait(10)
            return town.wanted("")

        async def story() -> None:
            await driver.look()
            driver.sources = driver.sources._replace(wanted=slowly)
            count(driver, Arm.CANDIDATE, 40, "errors")
            count(driver, Arm.STABLE, 160)
            watching = asyncio.create_task(driver.watch(0.01))
            for _ in range(500):
                await asyncio.sleep(0 if driver.rollout.phase is Phase.ABORTED else 0.01)
            asks.set()
            watching.cancel()

        asyncio.run(asyncio.wait_for(story(), 8))

        assert driver.rollout.phase is Phase.ABORTED
