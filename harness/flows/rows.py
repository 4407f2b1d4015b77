"""Rows: each case of a pair with its places, the trials that fill them, and what these came to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.core.case import Case, User
from harness.core.completion import Completion, Trial
from harness.core.digest import short
from harness.core.errors import ContentError
from harness.core.judged import Judged
from harness.core.pair import Pair
from harness.core.policy import PASS
from harness.core.score import CaseResult
from harness.execute.run import Work
from harness.flows.side import Side
from harness.flows.suites import Reduce
from harness.plan.trials import again
from harness.plan.union import Change, Pairing

PLACES = range(6)
"""The places of a case's results: each tree on today's form, on the base's old form, and on today's form once more."""
BASE, CANDIDATE, OLD_BASE, OLD_CANDIDATE, FRESH_BASE, FRESH_CANDIDATE = PLACES
BASES, CANDIDATES, AGAIN = (BASE, OLD_BASE), (CANDIDATE, OLD_CANDIDATE), (FRESH_BASE, FRESH_CANDIDATE)
FIRST = dict(zip(AGAIN, (BASE, CANDIDATE), strict=True))
"""The place that is asked once more, by where it is."""


@dataclass(slots=True)
class Row:
    """One case id while its results come in."""

    pairing: Pairing
    results: list[CaseResult | None] = field(default_factory=lambda: [None] * 4)
    """What each tree came to on each form; where answers vary, one that most repeats came to."""
    keys: list[str] = field(default_factory=lambda: [""] * 4)
    """The key of the trial behind each result, by which its answer is found again; of all its arms together."""
    arms: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By place, the key of each arm's trial, where a case has arms."""
    waiting: dict[tuple[int, int], dict[int, CaseResult]] = field(default_factory=dict)
    """By place and repeat, what those arms came to that have been answered."""
    problem: str = ""
    """Why a tree could not render it."""
    runs: dict[int, dict[int, CaseResult]] | None = None
    """By place, what each repeat came to; None where answers do not vary."""
    reduce: Reduce | None = None
    """How the results of a case's arms become one; None where cases have none."""
    shown: dict[int, str] = field(default_factory=dict)
    """By place, the key of the answer to show instead of the first, where answers vary."""
    played: dict[tuple[User, str], tuple[str, ...]] = field(default_factory=dict)
    """What a user said whom a model played, by the user and the key of the first trial."""

    def repeats(self, place: int) -> list[tuple[int, CaseResult]]:
        """Return what each repeat at a place came to, with its number; where answers do not vary, the first alone."""
        if self.runs is not None:
            return sorted(self.runs.get(place, {}).items())
        result = self.results[place] if place < len(self.results) else None
        return [(0, result)] if result else []

    def passes(self, place: int) -> list[bool]:
        """Return which repeats at a place passed, of those of which anybody can tell."""
        runs = (self.runs or {}).get(place, {})
        return [result.passed for _, result in sorted(runs.items()) if result.passed is not None]

    def answer(self, place: int) -> str:
        """Return the key of the answer behind a result; of its first arm, where it has several."""
        return self.shown.get(place) or self.asked(place)[0]

    def turns(self, form: Case, first: str) -> tuple[str, ...]:
        """Return what the user said in the conversation that began with a trial, by its key."""
        user = form.staging.user
        return self.played.get((user, first), ()) if user else form.staging.turns

    def hear(self, slot: "Slot") -> None:
        """Note what a user has said in a conversation until now, whom a model plays."""
        if user := slot.case.staging.user:
            self.played[user, slot.begun] = slot.turns

    def asked(self, place: int) -> tuple[str, ...]:
        """Return the key of every trial behind a result."""
        return self.arms.get(place) or (self.keys[place],)

    def trials(self) -> Iterator[tuple[str, int, bool]]:
        """Yield what was asked for the results: the key of each question, which repeat, and whether it is once more."""
        once = {place: {0: result} for place, result in enumerate(self.results) if result}
        for place, repeats in (once if self.runs is None else self.runs).items():
            for key in self.asked(FIRST.get(place, place)):
                yield from ((key, repeat, place in AGAIN) for repeat in repeats)

    def judged(self) -> Judged:
        """Return the row as the gate wants it."""
        pairing = self.pairing
        base_form = pairing.base_form
        return Judged(
            case=pairing.id,
            change=pairing.change,
            critical=pairing.form.critical or base_form.critical,
            tags=frozenset(base_form.tags),
            base=self.results[BASE],
            candidate=self.results[CANDIDATE],
            old_base=self.results[OLD_BASE],
            old_candidate=self.results[OLD_CANDIDATE],
            own=pairing.change is not Change.REMOVED,
            measures=frozenset([PASS, *measured(pairing.form)]),
        )


def measured(case: Case) -> Iterator[str]:
    """Yield the metrics that a case measures beside whether it passed."""
    yield from case.measures
    yield from (item.metric for item in case.expect if item.metric)


class Slot(NamedTuple):
    """Where the result of one trial belongs."""

    row: Row
    place: int
    case: Case
    """In the form that is asked: an arm, where a case has some."""
    repeat: int = 0
    arm: int = 0
    whole: Case | None = None
    """The case whose arm it is."""
    said: tuple[Completion, ...] = ()
    """The answers to the turns before, of a conversation."""
    turns: tuple[str, ...] = ()
    """What the user said to each of them."""
    begun: str = ""
    """The key of the conversation's first trial, after that."""
    over: bool = False
    """Whether the user, whom a model plays, has ended it."""

    @property
    def turns_left(self) -> int:
        """How many turns are still to be said, or may be."""
        user, turns = self.case.staging.user, self.case.staging.turns
        return 0 if self.over else (user.turns if user else len(turns)) - len(self.said)

    def put(self, result: CaseResult) -> None:
        """Lay down what the trial came to; of a case with arms, when the last of them has come."""
        if self.whole and self.row.reduce:
            came = self.row.waiting.setdefault((self.place, self.repeat), {})
            came[self.arm] = result
            if len(came) < len(self.whole.arms):
                return
            del self.row.waiting[self.place, self.repeat]
            result = self.row.reduce(self.whole, [came[arm] for arm in sorted(came)])
        if self.row.runs is None:
            self.row.results[self.place] = result
        else:
            self.row.runs.setdefault(self.place, {})[self.repeat] = result


class Seat(NamedTuple):
    """A place of a case, with the tree that fills it."""

    row: Row
    place: int
    case: Case
    side: Side


def seats_of(rows: Sequence[Row], *, base: Side | None, candidate: Side | None) -> Iterator[Seat]:
    """Yield a seat for each result a pair needs.

    Args:
        rows: One for each case id.
        base: None when there is nothing to compare with.
        candidate: None for a pair that the candidate removed.
    """
    sides = ((base, BASE, OLD_BASE), (candidate, CANDIDATE, OLD_CANDIDATE))
    for row in rows:
        for side, today, old in sides:
            if side is None:
                continue
            yield Seat(row, today, row.pairing.form, side)
            if row.pairing.old_form:
                yield Seat(row, old, row.pairing.old_form, side)


def ready(pair: Pair, seat: Seat) -> bool:
    """Return whether a tree can render a case, whose key is known then; if not, its row says why."""
    row, place, case, side = seat
    if not row.keys[place]:
        try:
            row.keys[place], row.arms[place] = side.keyed(side.name_of(pair.prompt), case)
        except ContentError as error:
            row.problem = f"{side.workspace.label} cannot render it: {error.what}"
    return bool(row.keys[place])


def works_at(pair: Pair, seat: Seat, repeat: int = 0, fresh: str = "") -> Iterator[Work[Slot]]:
    """Yield the trials that fill a seat which is ready: one, or one for each arm of its case.

    Args:
        pair: Its prompt is the candidate's; the base may know it under an older name.
        seat: With its key.
        repeat: 0 for the first answer.
        fresh: What wants answers of its own, though there be others; empty for those that all share.
    """
    row, place, case, _side = seat
    for arm, (form, key) in enumerate(zip(case.arms or (case,), row.asked(place), strict=True)):
        slot = Slot(row, place, form, repeat, arm, case if case.arms else None)
        yield _work(pair, seat.side, slot, key, fresh)


def _work(pair: Pair, side: Side, slot: Slot, first: str, fresh: str) -> Work[Slot]:
    prompt, case, repeat = side.name_of(pair.prompt), slot.case, slot.repeat
    asking = side.asking(prompt)
    return Work(
        trial=Trial(f"{prompt}/{case.id}#{repeat}{fresh and f'~{short(fresh)}'}", again(first, repeat, fresh)),
        prepare=lambda: asking.prepare(side.messages(prompt, case, first), repeat, fresh),
        pin=asking.pin,
        tag=slot,
    )


def work_of(pair: Pair, rows: Sequence[Row], *, base: Side | None, candidate: Side | None) -> Iterator[Work[Slot]]:
    """Yield the trials for each result a pair needs, which a tree can render; see `seats_of`."""
    for seat in seats_of(rows, base=base, candidate=candidate):
        if ready(pair, seat):
            yield from works_at(pair, seat)
