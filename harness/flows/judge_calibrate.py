"""Calibrating a judge: what it says of answers, held against what people say of them."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.folder import Folder
from harness.compare.corrected import true_rate
from harness.compare.skill import Twice, advisory, drift, skill
from harness.content.judge_labels import readable
from harness.content.judges import FOLDER, JUDGED, LABELS, SUFFIX, read_judged, read_judges
from harness.content.judges import Folder as Bench
from harness.content.suggest import did_you_mean
from harness.core.calibration import JudgeCalibration, Rest, Table
from harness.core.completion import Failure
from harness.core.errors import ContentError, Origin, UnavailableError, UsageError
from harness.core.judge import Judge, Judged, Label, agreed
from harness.core.prompt import Request
from harness.core.score import UnableError
from harness.core.tree import Tree
from harness.execute.run import Outcome, Work
from harness.flows.asking import Sake, asking_work, form
from harness.flows.judges import identity_of, table_of
from harness.flows.meter import Meter, payers
from harness.flows.providers import Prices
from harness.flows.setup import Court, set_up
from harness.flows.store import open_store
from harness.flows.trees import Trees, World
from harness.plan.estimate import Estimate, call_of, estimate
from harness.plan.trials import Asking
from harness.ports import Store
from harness.score.judging import form_of, judgement_of, questions

PURPOSE = "calibration"
OUTAGE = 0.05
"""The share of answers to which a judge may say nothing at all; beyond it nothing is known of the judge."""

type Grades = Mapping[str, str | None]
"""What a judge gave each answer, by the answer's digest; None where it could not tell."""


class Seat(NamedTuple):
    """A judge with its pin, and what people labelled for it."""

    judge: Judge
    asking: Asking
    labels: tuple[Label, ...]

    @property
    def by(self) -> str:
        """What addresses the judge and its pin."""
        return identity_of(self.judge, self.asking)

    def works(self) -> list[tuple[Label, Work[None]]]:
        """Return the question about each labelled answer, each answer once."""
        found: dict[str, tuple[Label, Work[None]]] = {}
        sake = Sake("judge", PURPOSE, f"judge {self.judge.name}")
        for label in self.labels:
            said = questions(self.judge, label.asked, label.answer)
            request = Request(said, self.asking.parameters, form(form_of(self.judge)))
            found.setdefault(label.about, (label, asking_work(self.asking, request, sake)))
        return list(found.values())


async def calibrate_judge(world: World, name: str, *, again: bool = False) -> JudgeCalibration:
    """Ask a judge of every labelled answer, write down what it says, and return how far it agrees with people.

    What it says is written to `evalsets/judges/<name>.judged.jsonl`, by which gates know what it may decide; what that
    file said before tells whether it has changed.

    Args:
        world: The repository.
        name: The judge's.
        again: Whether to ask anew what is known.

    Raises:
        ContentError: A file is wrong, or nobody labelled an answer.
        UsageError: There is no such judge.
        BudgetError: The budget cannot bear it; what was asked is kept.
        UnavailableError: The judge is not there; its file stays as it is.
    """
    bench = read_judges(Folder(world.root))
    judge, labels = _labelled(bench, name)
    court = set_up(world, Trees(Folder(world.root), Tree("working tree")))
    seat = Seat(judge, court.grading.roles.judges[judge.model], labels)
    lines = await _ask(world, court, seat, again=again)
    path = f"{FOLDER}{name}{JUDGED}"
    text = "".join(f"{readable({**line})}\n" for line in lines)
    part = world.state / f"{name}{JUDGED}.{os.getpid()}.part"  # beside the file, a half one would be one of the tree's
    part.write_text(text, encoding="utf-8", errors="backslashreplace")
    part.replace(world.root / path)
    now = read_judged(text.encode(errors="backslashreplace"), path, judge)
    return _calibration(judge, labels, now, bench.judged.get(name, ()))


def calibrated_elsewhere(root: Path, name: str, judged: Path, before: Path | None = None) -> JudgeCalibration:
    """Return the same from what it said elsewhere; nothing is asked, and nothing written.

    Args:
        root: The working tree.
        name: The judge's.
        judged: JSONL of what it said; see `content.judges.JudgementLine`.
        before: The same of last time.

    Raises:
        ContentError: A file is wrong, or no labelled answer is judged.
        UsageError: There is no such judge or file.
    """
    judge, labels = _labelled(read_judges(Folder(root)), name)
    now = _read(judged, judge)
    found = _calibration(judge, labels, now, _read(before, judge) if before else ())
    if not sum(found.table):
        hint = f"`answer` and `asked` are as in {FOLDER}{name}{LABELS}, to the letter"
        raise ContentError("it holds no grade of an answer that people labelled", where=Origin(str(judged)), hint=hint)
    return found


def judge_named(root: Path, name: str) -> tuple[Judge, tuple[Label, ...]]:
    """Return a judge of the working tree with its labels, of which there may be none.

    Raises:
        ContentError: A file of this judge's is wrong.
        UsageError: There is no such judge.
    """
    return _judge_of(read_judges(Folder(root)), name)


def _judge_of(bench: Bench, name: str) -> tuple[Judge, tuple[Label, ...]]:
    for fault in bench.faults:
        if fault.where and fault.where.path in {f"{FOLDER}{name}{end}" for end in (SUFFIX, LABELS, JUDGED)}:
            raise fault
    if name not in bench.judges:
        near = did_you_mean(name, bench.judges)
        raise UsageError(f"there is no judge `{name}`{near}", hint=f"judges are {FOLDER}<name>{SUFFIX}")
    return bench.judges[name], bench.labels.get(name, ())


def _labelled(bench: Bench, name: str) -> tuple[Judge, tuple[Label, ...]]:
    judge, labels = _judge_of(bench, name)
    if not labels:
        where = Origin(f"{FOLDER}{name}{LABELS}")
        raise ContentError("nobody has labelled an answer yet", where=where, hint=f"run `harness judge label {name}`")
    return judge, labels


async def _ask(world: World, court: Court, seat: Seat, *, again: bool) -> list[Mapping[str, str | None]]:
    """Return what the judge says of each labelled answer, as lines of its file."""
    clock, price, listed = SystemClock(), Prices({}), seat.works()
    who = payers(world.environ, clock.now())
    meter = Meter(world.environ, who, court.policy.budget, price)
    with open_store(world) as store:
        if again:
            store.forget(work.trial.key for _, work in listed)
        meter.demand(partial(_ahead, [work for _, work in listed], store, price), store)
        async with meter.runner(store) as runner:
            works = (work for _, work in listed)
            said = {work.trial.key: sample.outcome async for work, sample in runner.run(works, who.of(PURPOSE))}
    _demand_answers(said.values(), seat)
    return [_line(label, said[work.trial.key], seat) for label, work in listed]


def _demand_answers(said: Collection[Outcome], seat: Seat) -> None:
    failed = [one.reason for one in said if isinstance(one, Failure)]
    if len(failed) > OUTAGE * len(said):
        what = f"`{seat.asking.pin.alias}` gave no answer to {len(failed)} of {len(said)} questions: {failed[0]}"
        raise UnavailableError(what, hint="what it answered is kept; run it again")


def _ahead(works: Sequence[Work[None]], store: Store, price: Prices) -> Mapping[str, Estimate]:
    known = store.find(work.trial.key for work in works)
    missing = [work for work in works if work.trial.key not in known]
    return {PURPOSE: estimate((call_of(work.pin, work.prepare()[0]) for work in missing), price)}


def _line(label: Label, said: Outcome, seat: Seat) -> Mapping[str, str | None]:
    grade, why = _judgement(said, seat.judge)
    return {"asked": label.asked, "answer": label.answer, "grade": grade, "why": why, "by": seat.by}


def _judgement(said: Outcome, judge: Judge) -> tuple[str | None, str]:
    if isinstance(said, Failure):
        return None, said.reason
    try:
        return judgement_of(said.text, judge)
    except UnableError as error:
        return None, str(error)


def _calibration(
    judge: Judge, labels: Sequence[Label], judged: Sequence[Judged], before: Sequence[Judged]
) -> JudgeCalibration:
    people = agreed(judge, labels)
    now, then = ({one.about: one.grade for one in some} for some in (judged, before))
    table = table_of(judge, people, now)
    return JudgeCalibration(
        judge=judge.name,
        version=judge.version,
        digest=judge.digest,
        split=len({label.about for label in labels}) - len(people),
        unjudged=sum(about not in now for about in people),
        unable=sum(about in now and now[about] is None for about in people),
        table=table,
        skill=skill(table),
        advisory=advisory(table),
        drift=drift(_twice(judge, people, then, now)) if before else None,
        rest=_rest(judge, now, {label.about for label in labels}, table),
    )


def _twice(judge: Judge, people: Mapping[str, bool], then: Grades, now: Grades) -> Iterator[Twice]:
    for about, passes in people.items():
        old, new = then.get(about), now.get(about)
        if old is not None and new is not None:
            yield Twice(passes, judge.passed(old), judge.passed(new))


def _rest(judge: Judge, now: Grades, labelled: Collection[str], table: Table) -> Rest | None:
    others = [judge.passed(grade) for about, grade in now.items() if grade is not None and about not in labelled]
    return Rest(len(others), sum(others), true_rate(sum(others), len(others), table)) if others else None


def _read(path: Path, judge: Judge) -> tuple[Judged, ...]:
    try:
        return read_judged(path.read_bytes(), str(path), judge)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint="give a file of judgements") from None
