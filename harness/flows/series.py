"""A series: one case whose answers vary, with its repeats on both trees."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.compare.critical import ALL
from harness.core.judged import Repeated, Results
from harness.core.pair import Pair
from harness.core.score import CaseResult
from harness.execute.run import Work
from harness.flows.rows import (
    BASE,
    BASES,
    CANDIDATE,
    FIRST,
    FRESH_BASE,
    FRESH_CANDIDATE,
    OLD_BASE,
    OLD_CANDIDATE,
    Row,
    Seat,
    Slot,
    works_at,
)
from harness.plan.trials import again

SHALLOW = 3
"""Runs of a case on base that a gate asks for itself where they are not."""


class Draws(NamedTuple):
    """Which answers a gate judges by, where each time brings another."""

    fresh: Mapping[int, str]
    """By place, what its answers are asked for alone; those of the other places are shared by all gates."""
    spoil: Callable[[Slot, CaseResult], CaseResult] | None = None
    """Plants a fault in what a trial came to, to see whether it is found; None to plant none."""


@dataclass(slots=True)
class Series:
    """The repeats of one case, at each place where it is asked."""

    pair: Pair
    row: Row
    seats: dict[int, Seat]
    """By place; none for a form that a tree cannot render."""
    draws: Draws
    exact: tuple[bool, bool]
    """Whether base's answers, and the candidate's, do not vary after all."""
    counted: dict[int, int] = field(default_factory=dict)
    """By place, how many repeats count for the mean: as many as base's flicker allots, whatever they came to."""

    alike: bool = False
    """Whether both trees ask the same, so that a difference between them is none."""
    _case: Repeated = field(init=False)

    def __post_init__(self) -> None:
        """See whether both trees ask the same."""
        keys = self.row.keys
        both = BASE in self.seats and CANDIDATE in self.seats
        self.alike = both and keys[BASE] == keys[CANDIDATE] and self._fresh(BASE) == self._fresh(CANDIDATE)
        case = self.row.judged()
        self._case = Repeated(
            *(case.case, case.change, case.tags, case.own, case.measures, self.alike),
            asked=f"{keys[BASE]} {keys[CANDIDATE]}",
            known=f"{keys[OLD_BASE]} {keys[OLD_CANDIDATE]}",
        )

    @property
    def asked(self) -> str:
        """What both trees are asked, by digest."""
        return self._case.asked

    def keys(self, place: int, runs: int) -> list[str]:
        """Return the keys of the first repeats at a place, of the first arm where a case has some.

        There are none where its tree cannot render it.
        """
        if not self._has(place):
            return []
        first, fresh = self.row.asked(FIRST.get(place, place))[0], self._fresh(place)
        return [again(first, repeat, fresh) for repeat in range(runs)]

    def allot(self, place: int, runs: int) -> Iterator[Work[Slot]]:
        """Yield what is missing for so many repeats that count."""
        self.counted[place] = max(runs, self.counted.get(place, 0))
        yield from self.more(place, runs)

    def more(self, place: int, runs: int) -> Iterator[Work[Slot]]:
        """Yield what is missing for so many repeats, or for the one that is all; they do not count for the mean."""
        if self._has(place):
            have = self._runs(place)
            wanted = range(1 if self._exact(place) else runs)
            for repeat in wanted:
                if repeat not in have:
                    yield from self.works(place, repeat)

    def renew(self, place: int, gone: Iterable[int]) -> Iterator[Work[Slot]]:
        """Drop some repeats, of which the last ones count no more, and yield what is missing then."""
        have = self._runs(place)
        for repeat in gone:
            have.pop(repeat, None)
        self.counted[place] = min(self.counted[place], SHALLOW)
        yield from self.more(place, self.counted[place])

    def _runs(self, place: int) -> dict[int, CaseResult]:
        return (self.row.runs or {}).get(place, {})

    def _exact(self, place: int) -> bool:
        return self.exact[FIRST.get(place, place) not in BASES]

    def _fresh(self, place: int) -> str:
        """Return what a place's answers are asked for alone; of a side that never varies there is only one.

        A case with arms has answers of its own, though others ask the same in one of theirs: they would be no separate
        evidence else.
        """
        if self._exact(place):
            return ""
        own = self.row.pairing.id if self.row.pairing.form.arms else ""
        return " ".join(word for word in (self.draws.fresh.get(place, ""), own) if word)

    def _has(self, place: int) -> bool:
        return FIRST.get(place, place) in self.seats

    def works(self, place: int, repeat: int) -> list[Work[Slot]]:
        """Return the trials of a repeat."""
        seat = self.seats[FIRST.get(place, place)]
        works = works_at(self.pair, seat, repeat, self._fresh(place))
        return [work._replace(tag=work.tag._replace(place=place)) for work in works]

    def all(self, place: int) -> Results:
        """Return what every repeat at a place came to."""
        found = self._runs(place)
        results = [self._decided(place, found[repeat]) for repeat in sorted(found)]
        if self.draws.spoil is None or not results:
            return results
        case = self.seats[FIRST.get(place, place)].case
        slots = (Slot(self.row, place, case, repeat) for repeat in sorted(found))
        return [self.draws.spoil(slot, result) for slot, result in zip(slots, results, strict=True)]

    def _decided(self, place: int, result: CaseResult) -> CaseResult:
        """Return what a run came to, in the light of the others: what the model did once, it is able to do."""
        if result.able is None:
            return result
        others = (
            other for at in self.row.runs or {} if self._same_model(at, place) for other in self._runs(at).values()
        )
        return result.able if any(other.passed is not None for other in others) else result

    def _same_model(self, place: int, other: int) -> bool:
        """Return whether the last arm, which shows what a model is able to do, asks the same at both places."""
        one, two = (self.row.asked(FIRST.get(at, at))[-1] for at in (place, other))
        return one == two

    def results(self, place: int) -> Results:
        """Return what those repeats at a place came to that count for the mean: the first ones."""
        counted = self.counted.get(place, 0)
        return self.all(place)[:counted] if counted else ()

    def passes(self, place: int) -> list[bool]:
        """Return which repeats at a place broke nothing, of those that were answered; an undecided one does not."""
        told = [result.passed is not False for result in self.all(place) if result.passed is not None or result.able]
        return told * ALL if self._exact(place) else told

    def repeated(self) -> Repeated:
        """Return the series as the gate wants it."""
        return self._case._replace(
            base=self.results(BASE),
            candidate=self.results(CANDIDATE),
            old_base=self.results(OLD_BASE),
            old_candidate=self.results(OLD_CANDIDATE),
            fresh_base=self.results(FRESH_BASE),
            fresh_candidate=self.results(FRESH_CANDIDATE),
        )

    def settle(self) -> None:
        """Let the row show, at each place, what most repeats came to, and the answer that came to it."""
        for place in self.seats:
            every = self.all(place)
            told = [result.passed for result in every if result.passed is not None]
            usual = 2 * sum(told) > len(told) if told else None
            for repeat, result in zip(sorted(self._runs(place)), every, strict=True):
                if result.passed is usual:
                    self.row.results[place] = result
                    self.row.shown[place] = self.keys(place, repeat + 1)[-1]
                    break
