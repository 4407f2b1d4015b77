"""The loop of a gateway: walks the plan that git says by the evidence of its sessions, and goes back by itself."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from harness.adapters.signing import PublicKey
from harness.core.digest import short
from harness.core.environment import External, RefusedError, Step, Strategy
from harness.core.errors import HarnessError, UnavailableError
from harness.core.rollout import Arm, Desired, Evidence, Measured, Phase, Rollout
from harness.flows.canary import advance
from harness.flows.desired import Place, Wanted, footing, wanted
from harness.flows.externals import due, measure
from harness.flows.rollout_journal import RolloutJournal, same_step
from harness.flows.serve import Serving, serving
from harness.flows.trees import World
from harness.gateway.tally import Tally
from harness.ports import Clock
from harness.release.canary import current

TICK = 0.25
"""Seconds between two looks at the evidence."""


class Arms(NamedTuple):
    """What answers now; a request keeps what it began with."""

    rollout: Rollout
    strategy: Strategy = Strategy()
    stable: Serving | None = None
    candidate: Serving | None = None
    step: Step | None = None
    """Where the candidate stands on its way; None where nothing is on its way."""
    slow: float = math.inf
    """Seconds after which an answer is slow."""

    def serving(self, arm: Arm) -> Serving | None:
        """Return the release of an arm."""
        return self.candidate if arm is Arm.CANDIDATE else self.stable

    def same_step(self, other: "Arms") -> bool:
        """Return whether what is counted of the one counts for the other."""
        return same_step(self.rollout, other.rollout)


class Sources(NamedTuple):
    """Where a driver learns what git says, and gets what is served."""

    wanted: Callable[[str], Wanted | None]
    """What the environment wants; None while the commit is one that was seen."""
    footing: Callable[[Wanted], Sequence[str]]
    """What ran before and may again, best first."""
    serving: Callable[[str], Awaitable[Serving]]
    """A release, once it is proven."""
    measure: Callable[[Sequence[External], datetime], Awaitable[tuple[Measured, ...]]]
    """What others measure."""


def sources(world: World, key: PublicKey, place: Place, tell: Callable[[str], None]) -> Sources:
    """Return the real ones: a repository, a key whose signature counts, and whoever is told of what is not measured."""
    return Sources(
        lambda seen: wanted(world, place, seen),
        lambda said: footing(world, said),
        lambda release: serving(world, key, release),
        lambda externals, now: measure(externals, world.environ, now, tell),
    )


class Driver:
    """One environment's rollout. It never serves what git does not name, or what is not proven."""

    def __init__(self, sources: Sources, journal: RolloutJournal, clock: Clock, tell: Callable[[str], None]) -> None:
        """Take where it is said what is served, what was before, the time, and who hears of changes."""
        self.sources, self._journal = sources, journal
        self._clock, self._tell = clock, tell
        self._loaded: dict[str, Serving] = {}
        self._desired: Desired | None = None
        self._seen = ""
        self._looking, self._turn = asyncio.Lock(), asyncio.Lock()
        self._measured: tuple[Measured, ...] = journal.evidence.measured
        self._measuring: asyncio.Task[None] | None = None
        self.tally = Tally()
        self.tally.restore(journal.rollout.step, journal.evidence, journal.marks)
        self.arms = Arms(journal.rollout)
        self.holding = ""
        """Why git's word is not followed; empty where it is."""
        self.looked = 0.0
        """When git was looked at last, in seconds since 1970."""

    @property
    def rollout(self) -> Rollout:
        """How the environment stands."""
        return self.arms.rollout

    @property
    def desired(self) -> Desired:
        """What git says, as far as it may be followed."""
        return self._desired or Desired(0, "", Strategy())

    async def begin(self) -> None:
        """Look for the first time.

        Raises:
            HarnessError: Nothing may be served, or git cannot be read.
        """
        fault = await self._look()
        if self.arms.stable is None:
            raise fault or RefusedError(f"nothing may be served in {self.rollout.environment}")

    async def watch(self, seconds: float) -> None:
        """Look at git every few seconds, and at the evidence more often; neither waits for the other."""
        tasks = [
            asyncio.create_task(self._repeat(seconds, self.look)),
            asyncio.create_task(self._repeat(TICK, self.tick)),
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def _repeat(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await do()
            except HarnessError as error:
                self._hold(_told(error))

    async def look(self) -> None:
        """Look at git, and follow it as far as it may be followed."""
        try:
            await self._look()
        except HarnessError as error:
            self._hold(_told(error))

    async def tick(self) -> None:
        """Look at the evidence, and go on or back by it."""
        async with self._turn:
            await self._advance()

    async def abort(self, why: str, generation: int) -> str:
        """Go back to the stable release at once; return why not, where it is not that rollout which goes on."""
        async with self._turn:
            rollout = self.rollout
            if generation != rollout.generation:
                return f"this is generation {rollout.generation}, not {generation}"
            if self.arms.step is None:
                return "no candidate is on its way"
            moves = rollout.moves + 1
            try:
                await self._move(replace(rollout, phase=Phase.ABORTED, weight=0, why=why, moves=moves))
            except UnavailableError as error:
                self._hold(_told(error))  # everybody is back; it is noted as soon as it can be
        return ""

    def evidence(self) -> Evidence:
        """Return what was counted and measured until now."""
        return replace(self.tally.evidence(self._clock.now()), measured=self._measured)

    async def _look(self) -> HarnessError | None:
        """Look, and return why git is not followed."""
        async with self._looking:
            said = await asyncio.to_thread(self.sources.wanted, self._seen)
            self.looked = self._clock.now().timestamp()
            if said is None:
                await self.tick()
                self._hold("")
                return None
            fault = await self._wrong(said)
            stable = await self._standing(said)
            self._hold(_told(fault) if fault else "")
            async with self._turn:
                known = max(said.desired.generation, self.rollout.generation)
                kept = said.desired._replace(release=stable, generation=known)
                await self._follow(kept if fault else said.desired, stable)
            self._seen = "" if fault else said.commit
            return fault

    async def _wrong(self, said: Wanted) -> HarnessError | None:
        """Return why git cannot be followed; None once what it names is ready to serve."""
        desired, name = said.desired, self.rollout.environment
        if desired.generation < self.rollout.generation:
            what = f"git says generation {desired.generation} of {name}, and {self.rollout.generation} was here before"
            return RefusedError(what)
        if entry := said.environment.quarantined(desired.release):
            return RefusedError(f"what {name} is to run is quarantined: {entry.reason}", where=entry.origin)
        try:
            await self._load(desired.release)
        except HarnessError as error:
            return error
        return None

    async def _standing(self, said: Wanted) -> str:
        """Return what takes the traffic that no candidate has: what did so, or else what ran before and may again."""
        stable = self.rollout.stable
        if stable and stable not in said.desired.quarantined and await self._ready(stable):
            return stable
        before = await asyncio.to_thread(self.sources.footing, said)
        for release in before:
            if release != stable and await self._ready(release):
                return release
        if stable not in said.desired.quarantined and (stable or before):
            what = f"what ran in {self.rollout.environment} before may not be served, and nothing else gets all at once"
            raise RefusedError(what, hint="fetch the tags of its verdict, or quarantine what ran before")
        return ""

    async def _ready(self, release: str) -> bool:
        """Return whether a release may serve."""
        try:
            await self._load(release)
        except HarnessError as error:
            self._tell(f"release {short(release)} may not be served: {error.what}")
            return False
        return True

    async def _load(self, release: str) -> None:
        if release not in self._loaded:
            self._loaded[release] = await self.sources.serving(release)

    async def _follow(self, desired: Desired, stable: str) -> None:
        self._desired = desired
        if stable != self.rollout.stable:
            moves = self.rollout.moves + 1
            await self._move(Rollout(self.rollout.environment, self.rollout.generation, stable, moves=moves))
        await self._advance()
        self._show()
        kept = {self.rollout.stable, self.rollout.candidate, self.rollout.previous}
        self._loaded = {name: one for name, one in self._loaded.items() if name in kept}

    async def _advance(self) -> None:
        if self._desired is None:
            return
        now, evidence = self._clock.now(), self.evidence()
        fault = await self._keep(evidence)
        after = advance(self._desired, self.rollout, evidence, now)
        if after != self.rollout:
            await self._move(after)
        self._measure()
        if fault:
            raise fault

    async def _keep(self, evidence: Evidence) -> UnavailableError | None:
        """Note what is not noted yet; return why it cannot be, which keeps no candidate from going back."""
        try:
            if self._journal.rollout != self.rollout:
                await self._note(self.rollout, evidence)
            elif self.tally.changed and self.arms.step:
                await self._write(partial(self._journal.count, evidence))
        except UnavailableError as error:
            return error
        return None

    async def _move(self, after: Rollout) -> None:
        """Change the rollout: noted before a candidate gains by it, and after one loses."""
        before = self.rollout
        began = after.began != before.began or after.candidate != before.candidate
        evidence = Evidence() if began else self.evidence()
        same, arrived = after.candidate == before.candidate, bool(after.stable) and after.stable == before.candidate
        if not same and not arrived:
            self.arms = self.arms._replace(rollout=replace(before, weight=0), candidate=None)
        gains = after.weight > before.weight * same or arrived
        if gains:
            # The marks are of the step that is left.
            await self._write(lambda _marks: self._journal.move(after, evidence, ()))
        self._show(after)
        if began:
            self.tally.clear()
        if not same_step(before, after):
            self._measured = ()
            self.tally.enter(after.step)
        self._say(before, after)
        if not gains:
            await self._note(after, evidence)

    async def _note(self, rollout: Rollout, evidence: Evidence) -> None:
        await self._write(partial(self._journal.move, rollout, evidence))

    async def _write(self, note: Callable[[Sequence[int]], None]) -> None:
        """Note something, and the marks that were left; without them their sessions would be counted again."""
        marks = self.tally.take_marks()
        try:
            await asyncio.to_thread(note, marks)
        except HarnessError:
            self.tally.give_back(marks)
            raise

    def _show(self, rollout: Rollout | None = None) -> None:
        """Let requests that come from now on see how the rollout stands."""
        shown, strategy = rollout or self.rollout, self.desired.strategy
        stable, candidate = self._loaded.get(shown.stable), self._loaded.get(shown.candidate)
        slow = strategy.slow.total_seconds()
        self.arms = Arms(shown, strategy, stable, candidate, current(strategy, shown), slow)

    def _say(self, before: Rollout, after: Rollout) -> None:
        if after.stable and (after.stable != before.stable or (before.candidate and not after.candidate)):
            self._tell(f"serving release {short(after.stable)}")
        if after.phase is Phase.ABORTED and before.phase is not Phase.ABORTED:
            self._tell(f"aborted release {short(after.candidate or before.candidate)}: {after.why}")
        elif after.candidate and (after.candidate, after.step) != (before.candidate, before.step):
            self._tell(f"release {short(after.candidate)} at step {after.step + 1}, {after.weight} %")

    def _measure(self) -> None:
        """Ask for the external metrics that are due, without waiting for them."""
        step, now = self.arms.step, self._clock.now()
        if step is None or (self._measuring and not self._measuring.done()):
            return
        if wanted_now := due(self.desired.strategy.externals, self._measured, self.rollout.since, now):
            self._measuring = asyncio.create_task(self._ask_others(wanted_now, self.arms))

    async def _ask_others(self, externals: Sequence[External], arms: Arms) -> None:
        said = await self.sources.measure(externals, self._clock.now())
        if arms.same_step(self.arms):
            self._measured = (*self._measured, *said)
            self.tally.changed = True

    def _hold(self, why: str) -> None:
        """Say once why git is not followed."""
        if why and why != self.holding:
            self._tell(f"holding release {short(self.rollout.stable)}: {why}")
        self.holding = why


def _told(error: HarnessError) -> str:
    """Return an error in one line, with its place."""
    return f"{error.where}: {error.what}" if error.where else error.what
