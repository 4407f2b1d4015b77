"""The loop of a gateway under a process that dies: at any point, however often, it goes on where it was."""

import asyncio
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from harness.adapters.serve_journal import Journal
from harness.core.rollout import Arm
from harness.flows.driving import Driver
from harness.flows.rollout_journal import RolloutJournal
from harness.gateway.split import arm_of, session_of
from harness.gateway.tally import Visit
from tests.flows.driven_town import GOOD, PLAN, SESSIONS, UNPROVEN, Clock, Town, kept

DICE = random.Random(7)  # noqa: S311 (it rolls deaths, not keys)


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


@dataclass
class BusyTown(Town):
    """One in which people ask, and commit."""

    came: dict[tuple[datetime, int, Arm], set[int]] = field(default_factory=dict)

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


def walked(town: BusyTown, driver: Driver) -> None:
    """See that no candidate has more than is on the disk."""
    noted, has = kept(town.path), driver.rollout
    if has.weight:
        assert (noted.candidate == has.candidate and has.weight <= noted.weight) or noted.stable == has.candidate
    assert not has.stable or has.stable != noted.candidate or has.stable in town.ran


def check(town: BusyTown, driver: Driver) -> None:
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


async def live(town: BusyTown, dies: float, steps: int) -> int:
    """Let a gateway run in a town until it dies or the time is over; return how many steps of time are left."""
    journal = Mortal(town.path)
    journal.dies = dies
    try:
        driver = Driver(town.sources, RolloutJournal(journal, "staging"), Clock(town), lambda _said: None)
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
        town = BusyTown(folder / f"{number}.db")
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
