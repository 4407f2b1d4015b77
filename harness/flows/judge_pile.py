"""The answers that people label: of a file, or those that models gave to cases as both trees have them now."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.content.judge_labels import read_answers
from harness.core.case import Case
from harness.core.errors import ContentError, UsageError
from harness.core.labelling import Shown
from harness.flows.agenda import Agenda, Options, prepare
from harness.flows.grading import judges_of
from harness.flows.pairing import PairPlan
from harness.flows.playing import Player, recalled
from harness.flows.rounds import DEPTH
from harness.flows.rows import Seat, ready, seats_of, works_at
from harness.flows.store import open_store
from harness.flows.trees import World
from harness.plan.scope import Scope
from harness.ports import Store
from harness.score.judging import asked_of
from harness.score.marking import leaves


def answers_of(path: Path) -> list[Shown]:
    """Return the answers of a file.

    Raises:
        ContentError: It is wrong.
        UsageError: It is not there.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint="give a file of answers") from None
    return read_answers(data, str(path))


def answers_in_store(world: World, judge: str, scope: Scope) -> list[Shown]:
    """Return the answers that are kept of the working tree and of its base; nobody is asked.

    Args:
        world: Where they are.
        judge: Of the cases that ask this one, if the scope is empty.
        scope: Otherwise of all cases in it.

    Raises:
        ContentError: A file is wrong, no case asks the judge, or none of them is answered.
    """
    agenda = prepare(world, Options(all=True, scope=scope))
    seats = [
        (plan, seat)
        for plan in agenda.plans
        for seat in _seats(agenda, plan)
        if scope.partial or asks(seat.case, judge)
    ]
    if not seats:
        hint = "give answers by `--from FILE`, or name a pair by `--suite` and `--prompt`"
        raise ContentError(f"no case asks the judge `{judge}`", hint=hint)
    with open_store(world) as store:
        found = [shown for plan, seat in seats for shown in _answers(plan, seat, store, agenda.court.player)]
    if not found:
        hint = "run `harness run` first; labelling asks nobody"
        raise ContentError("no answer is kept of these cases as they are now", hint=hint)
    return found


def asks(case: Case, judge: str) -> bool:
    """Return whether an expectation of a case, or of one of its arms, names this judge."""
    every = (leaf for form in (case, *case.arms) for leaf in leaves(form.expect))
    return any(judge in judges_of(leaf) for leaf in every)


def _seats(agenda: Agenda, plan: PairPlan) -> Iterable[Seat]:
    court = agenda.court
    base = court.base if plan.base_digest else None
    return seats_of(plan.rows, base=base, candidate=court.candidate if plan.candidate_digest else None)


def _answers(plan: PairPlan, seat: Seat, store: Store, player: Player | None) -> Iterator[Shown]:
    if not ready(plan.pair, seat):
        return
    for repeat in range(DEPTH):
        for work in works_at(plan.pair, seat, repeat):
            if exchange := recalled(work, store, player):
                yield Shown(exchange.answer, asked_of(exchange))
