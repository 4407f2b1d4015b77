"""What the sessions of both arms came to: the evidence of a rollout, in memory that no client can fill."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from harness.core.rollout import Arm, Evidence, Pairs, Sums, Window
from harness.gateway.split import Session

MARKS = 2**22
"""Bits in which sessions leave a mark. Two may share one: then the second is not counted, whichever arm it has."""
FEW, FAR = 20, 10
"""From so many answers of the stable arm on, no amount counts as more than so many times its mean."""
SEEN, ANSWERED, PAIRED = "sessions", "answered", "pairs"
_SHIFT = 40


@cache
def _factor(arm: Arm, kind: str) -> int:
    """Return the odd number by which a kind of event finds its own place for a session."""
    return int.from_bytes(blake2b(f"{arm} {kind}".encode(), digest_size=8).digest()) | 1


class Visit(NamedTuple):
    """One request as evidence: who asked, who answered, and what was wrong with it."""

    session: Session
    arm: Arm
    bad: tuple[str, ...] = ()
    amounts: Mapping[str, float] = {}
    """By measure; none of an answer that did not come. What counts is a session's first answer in a step."""


@dataclass(slots=True)
class _Arm:
    sessions: int = 0
    requests: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    sums: defaultdict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))

    def window(self) -> Window:
        return Window(self.sessions, self.requests, dict(self.bad), dict(self.sums))


class Tally:
    """Counts by step and arm, each session once, and each kind of bad event once a session."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.clear()

    def clear(self) -> None:
        """Forget everything: another rollout begins."""
        self._arms: dict[tuple[int, Arm], _Arm] = {}
        self._pairs = Pairs()
        self.enter(0)

    def enter(self, step: int) -> None:
        """Count for another step, in which every session is new."""
        self._step = step
        self._marks = array("B", bytes(MARKS // 8))
        self._fresh: list[int] = []
        self.changed = True

    def add(self, visit: Visit) -> tuple[bool, tuple[str, ...]]:
        """Count a request, and return whether its session is new in this step and which of its faults are."""
        arm = self._arm(visit.arm)
        arm.requests += 1
        self.changed = True
        new = self._first(visit.arm, visit.session, SEEN)
        arm.sessions += new
        bad = tuple(rate for rate in visit.bad if self._first(visit.arm, visit.session, rate))
        for rate in bad:
            arm.bad[rate] = min(arm.bad[rate] + 1, arm.sessions)
        if visit.amounts and self._first(visit.arm, visit.session, ANSWERED):
            for name, amount in visit.amounts.items():
                self._sum(arm, name, amount)
        return new, bad

    def blame(self, arm: Arm, step: int, session: int, rate: str) -> bool:
        """Count a bad event that was told later; return whether it is a new one of the step that goes on."""
        counted = self._arms.get((step, arm))
        if step != self._step or counted is None or not self._mark(arm, session, rate):
            return False
        counted.bad[rate] = min(counted.bad[rate] + 1, counted.sessions)
        self.changed = True
        return True

    def pair(self, session: Session, *, stable_bad: bool, candidate_bad: bool) -> None:
        """Count what both arms made of a session's first question to both."""
        if not self._first(Arm.CANDIDATE, session, PAIRED):
            return
        both, worse, better = self._pairs
        only = stable_bad != candidate_bad
        self._pairs = Pairs(both + 1, worse + (only and candidate_bad), better + (only and stable_bad))
        self.changed = True

    def evidence(self, at: datetime) -> Evidence:
        """Return what was counted until a moment."""
        return Evidence(at, {key: arm.window() for key, arm in self._arms.items()}, self._pairs)

    def take_marks(self) -> list[int]:
        """Return the marks that were left since this was asked last."""
        fresh, self._fresh, self.changed = self._fresh, [], False
        return fresh

    def give_back(self, marks: Iterable[int]) -> None:
        """Keep marks that could not be noted for the next time."""
        self._fresh.extend(marks)
        self.changed = True

    def restore(self, step: int, evidence: Evidence, marks: Iterable[int]) -> None:
        """Go on from what a journal kept."""
        self.clear()
        self.enter(step)
        self._pairs = evidence.pairs
        for key, one in evidence.windows.items():
            sums = defaultdict(Sums, one.sums)
            self._arms[key] = _Arm(one.sessions, one.requests, Counter(one.bad), sums)
        for mark in marks:
            self._marks[mark >> 3] |= 1 << (mark & 7)

    def _arm(self, arm: Arm) -> _Arm:
        return self._arms.setdefault((self._step, arm), _Arm())

    def _first(self, arm: Arm, session: Session, kind: str) -> bool:
        """Return whether this did not happen to a session before; one without a name has no before."""
        return not session.named or self._mark(arm, session.number, kind)

    def _mark(self, arm: Arm, session: int, kind: str) -> bool:
        mark = (session * _factor(arm, kind) >> _SHIFT) % MARKS
        byte, bit = mark >> 3, 1 << (mark & 7)
        if self._marks[byte] & bit:
            return False
        self._marks[byte] |= bit
        self._fresh.append(mark)
        return True

    def _sum(self, arm: _Arm, name: str, amount: float) -> None:
        stable = self._arm(Arm.STABLE).sums[name]
        if stable.requests >= FEW:
            amount = min(amount, FAR * stable.total / stable.requests)
        count, total, squares = arm.sums[name]
        arm.sums[name] = Sums(count + 1, total + amount, squares + amount * amount)
