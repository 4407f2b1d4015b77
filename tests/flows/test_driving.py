"""The loop of a gateway where the disk is full, where others measure, and where git is slow or was rewritten."""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.serve_journal import Journal
from harness.core.environment import External, Step, StepKind
from harness.core.errors import UnavailableError
from harness.core.rollout import Arm, Phase
from harness.flows.desired import Wanted
from harness.flows.driving import Driver
from harness.flows.rollout_journal import RolloutJournal
from harness.gateway.split import session_of
from harness.gateway.tally import Visit
from tests.flows.driven_town import GOOD, PLAN, Clock, Town, kept


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
    return Driver(town.sources, RolloutJournal(journal, "staging"), Clock(town), told.append)


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
