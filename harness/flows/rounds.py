"""Rounds: asking both trees of a pair whose answers vary, wave after wave, until its gates are decided.

What is asked next depends on base's flicker and on how the gates stand, never on which of the candidate's answers
failed. All of it is in the store, so that a rerun finds the same answers and comes to the same end.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from harness.compare.critical import ALL, critical, runs_of, standing
from harness.compare.look import look
from harness.compare.sequential import WAVES, repeats
from harness.core.digest import fraction
from harness.core.judged import Standing
from harness.core.policy import PASS
from harness.core.runs import Runs, Step
from harness.execute.run import Work
from harness.flows.playing import Player, trials
from harness.flows.rows import (
    AGAIN,
    BASE,
    BASES,
    CANDIDATE,
    CANDIDATES,
    FRESH_BASE,
    FRESH_CANDIDATE,
    OLD_BASE,
    OLD_CANDIDATE,
    Slot,
)
from harness.flows.series import SHALLOW, Series
from harness.gate.bench import Bench, Noise
from harness.gate.contrasts import Looks, Point, contrasts, suspects, unsettled
from harness.gate.noisy import Weighed
from harness.plan.union import Change
from harness.ports import Store

DEPTH = 10
"""Runs of a case on base that are used where they are there."""

LIFETIME = timedelta(days=7)
"""How long an answer of a model that varies is evidence; after that it is asked for anew."""
RECENT = timedelta(hours=1)
"""How old an answer may be to show which version of the model answers now."""

type Ask = Callable[[Sequence[Work[Slot]]], Awaitable[None]]
"""Answers and scores work."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """One pair on its way to a decision."""

    series: Sequence[Series]
    bench: Bench
    noise: Noise
    seed: str
    """Rounds the repeats that a case is allotted: the same for every rerun, and nothing that a candidate can choose."""
    same_model: bool
    """Whether both trees ask one model."""
    depth: int = SHALLOW
    """Runs of a case on base that are asked for where they are not there."""
    player: Player | None = None
    """Who plays the users of conversations."""

    def opening(self, store: Store, now: datetime) -> Iterator[Work[Slot]]:
        """Yield what is asked first: base as often as it was asked before or shall be, and the candidate once.

        Args:
            store: Where base's answers are.
            now: The present moment.
        """
        places = BASES if self.bench.paired else ()
        keys = [[one.keys(place, DEPTH) for place in places] for one in self.series]
        known = store.known((key for each in keys for listed in each for key in listed), since=now - LIFETIME)
        for one, each in zip(self.series, keys, strict=True):
            for place, listed in zip(places, each, strict=True):
                yield from one.allot(place, 1 if one.alike else max(_known(listed, known), self.depth))
            for place in CANDIDATES:
                yield from one.allot(place, 1)

    async def play(self, ask: Ask, store: Store, now: datetime) -> Weighed:
        """Ask until everything is decided or the waves are at their end, and return what the repeats showed."""
        await ask([*self.opening(store, now)])
        if self.same_model:
            await ask([*self._renewed(store, now)])
        screen = await self._screen(ask)
        fresh = await self._confirm(ask, suspects(screen))
        return Weighed(screen, fresh, await self._stand(ask), self._depth())

    def _depth(self) -> int:
        """Return how many runs of each case base has at least; 0 where there is no base, or more would be copies."""
        depths = [one.counted[BASE] for one in self.series if BASE in one.seats and not one.alike]
        return 0 if self.noise.exact[0] else min(depths, default=0)

    def _renewed(self, store: Store, now: datetime) -> Iterator[Work[Slot]]:
        """Forget what another version of the model answered than the one that answers now, and yield it anew.

        What lies behind a forgotten answer goes with it, so that a rerun counts as many runs.
        """
        asked = {
            (one.row.pairing.id, place): one.keys(place, runs)
            for one in self.series
            for place, runs in one.counted.items()
        }
        found = _fingerprints(store, (key for keys in asked.values() for key in keys))
        current = {found[key] for key in store.known(found, since=now - RECENT)}
        for one in self.series if current else ():
            for place in list(one.counted):
                keys = asked[one.row.pairing.id, place]
                stale = [repeat for repeat, key in enumerate(keys) if found.get(key, "") not in {"", *current}]
                if stale:
                    gone = sorted({*stale, *range(SHALLOW, len(keys))})
                    talks = [work for repeat in gone for work in one.works(place, repeat) if work.tag.turns_left]
                    later = [work.trial.key for work in trials(talks, store, self.player) if isinstance(work.tag, Slot)]
                    store.forget([*(keys[repeat] for repeat in gone), *later])
                    yield from one.renew(place, gone)

    async def _screen(self, ask: Ask) -> Looks:
        """Look at the candidate's runs beside those that base has, wave after wave."""
        moving = [one for one in self.series if self.bench.absolute or not one.alike]
        looks = self._looks()
        for wave in range(1, WAVES):
            if not unsettled(looks):
                break
            await ask([*self._wave(moving, CANDIDATES, wave)])
            looks = self._looks()
        return looks

    async def _confirm(self, ask: Ask, suspected: Sequence[Point]) -> Looks:
        """Ask both trees again, side by side, for what is suspected."""
        looks: Looks = {}
        places = (FRESH_CANDIDATE,) if all(point.bound for point in suspected) else AGAIN
        concerned = [one for one in self.series if any(self._concerns(point, one) for point in suspected)]
        for wave in range(WAVES if suspected else 0):
            await ask([*self._wave(concerned, places, wave)])
            looks = {point: found for point, found in self._looks(fresh=True).items() if point in suspected}
            if all(found.step is not Step.MORE for found in looks.values()):
                break
        return looks

    def _concerns(self, point: Point, one: Series) -> bool:
        """Return whether a case is among those of a contrast."""
        judged = one.row.judged()
        if point.bound:
            return judged.own
        return not one.alike and (not point.slice or point.slice in judged.tags)

    async def _stand(self, ask: Ask) -> dict[str, Standing]:
        """Ask for the repeats that cases which must pass shall have, and return what each came to."""
        must = [one for one in self.series if one.row.judged().critical and not (self._hides(one) and one.alike)]
        while missing := [
            work for one in must for place in CANDIDATES for work in one.more(place, runs_of(one.passes(place)))
        ]:
            await ask(missing)
        if doubtful := [work for one in must for place in _doubtful(one) for work in one.more(place, ALL)]:
            await ask(doubtful)
        for one in self.series:
            one.settle()
        return {one.row.pairing.id: self._standing(one) for one in must}

    def _hides(self, one: Series) -> bool:
        """Return whether a case that must pass is excused if base fails it too."""
        return self.bench.paired and one.row.pairing.change is not Change.ADDED

    def _base(self, one: Series) -> list[bool]:
        return one.passes(BASE) if self._hides(one) else []

    def _standing(self, one: Series) -> Standing:
        sides = (self._base(one), one.passes(CANDIDATE), one.passes(FRESH_BASE), one.passes(FRESH_CANDIDATE))
        found = standing(*sides)
        old = (one.passes(OLD_BASE), one.passes(OLD_CANDIDATE))
        lost = standing(*old, *old) is Standing.BROKEN
        return Standing.REDEFINED if found is Standing.FINE and lost else found

    def _wave(self, series: Sequence[Series], places: Sequence[int], wave: int) -> Iterator[Work[Slot]]:
        """Yield what a wave asks, case by case, so that both trees of a case are asked side by side."""
        shared: dict[str, list[Series]] = {}
        for one in series:
            shared.setdefault(one.asked, []).append(one)
        base = [_runs(group) for group in shared.values()]
        rounding = [fraction(f"{self.seed} {_name(group[0])}") for group in shared.values()]
        for group, runs in zip(shared.values(), repeats(base, wave, rounding), strict=True):
            for one in group:
                for place in places:
                    yield from one.allot(place, runs)

    def _looks(self, *, fresh: bool = False) -> Looks:
        asked = contrasts([one.repeated() for one in self.series], self.bench, self.noise, fresh=fresh)
        return {point: look(contrast, fresh=fresh) for point, contrast in asked.items()}


def _doubtful(one: Series) -> Iterator[int]:
    """Yield the places at which a case that fails here shows whether it fails again, and whether base does."""
    if critical(one.passes(CANDIDATE)) is Step.BLOCK:
        yield from AGAIN
    if critical(one.passes(OLD_CANDIDATE)) is Step.BLOCK:
        yield OLD_BASE


def _known(keys: Sequence[str], known: set[str]) -> int:
    """Return how often base was asked without a gap."""
    return next((number for number, key in enumerate(keys) if key not in known), len(keys))


def _fingerprints(store: Store, keys: Iterable[str]) -> dict[str, str]:
    """Return which version of its model gave an answer, by key, where one says so."""
    return {key: said.fingerprint for key, said in store.find(keys).items() if said.fingerprint}


def _runs(group: Sequence[Series]) -> Runs:
    """Return how cases that share their answers passed on base, which tells how much they flicker."""
    told = [[result.metrics[PASS] for result in one.results(BASE) if PASS in result.metrics] for one in group]
    return Runs.of(map(fmean, zip(*told, strict=False)))


def _name(one: Series) -> str:
    """Return what base is asked for a case, which no candidate can change."""
    return one.row.keys[BASE] or one.row.pairing.id
