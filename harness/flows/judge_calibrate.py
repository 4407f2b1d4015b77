"""Calibrating a judge: what it said of answers, held against what people say of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from harness.adapters.folder import Folder
from harness.compare.corrected import true_rate
from harness.compare.skill import Twice, advisory, drift, skill
from harness.content.judges import FOLDER, LABELS, SUFFIX, read_judgements, read_judges
from harness.content.suggest import did_you_mean
from harness.core.calibration import Drift, JudgeCalibration, Rest, Table
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.judge import Judge, Label, agreed

type Grades = Mapping[str, str | None]
"""What a judge gave each answer, by the answer's digest; None where it could not tell."""


def calibrate_judge(root: Path, name: str, judged: Path, before: Path | None = None) -> JudgeCalibration:
    """Return how far a judge agrees with people; nothing is asked.

    Args:
        root: The working tree.
        name: The judge's.
        judged: JSONL of what it said; see `content.judges.JudgementLine`.
        before: The same of last time, to see whether it has changed.

    Raises:
        ContentError: A file is wrong, or no labelled answer is judged.
        UsageError: There is no such judge or file.
    """
    judge, labels = judge_named(root, name)
    if not labels:
        where = Origin(f"{FOLDER}{name}{LABELS}")
        hint = f"run `harness judge label {name}`, or write one label a line; see docs/judges.md"
        raise ContentError("nobody has labelled an answer yet", where=where, hint=hint)
    people = agreed(judge, labels)
    now = read_judgements(_read(judged), str(judged), judge)
    told = {about: judge.passed(grade) for about in people if (grade := now.get(about)) is not None}
    if not told:
        hint = f"`answer` and `asked` are as in {FOLDER}{name}{LABELS}, to the letter"
        raise ContentError("it holds no grade of an answer that people labelled", where=Origin(str(judged)), hint=hint)
    table = _table(told, people)
    then = read_judgements(_read(before), str(before), judge) if before else None
    return JudgeCalibration(
        judge=name,
        version=judge.version,
        digest=judge.digest,
        split=len({label.about for label in labels}) - len(people),
        unjudged=sum(about not in now for about in people),
        unable=sum(about in now and now[about] is None for about in people),
        table=table,
        skill=skill(table),
        advisory=advisory(table),
        drift=None if then is None else _drift(judge, people, told, then),
        rest=_rest(judge, now, {label.about for label in labels}, table),
    )


def judge_named(root: Path, name: str) -> tuple[Judge, tuple[Label, ...]]:
    """Return a judge of the working tree with its labels, of which there may be none.

    Raises:
        ContentError: A file of this judge's is wrong.
        UsageError: There is no such judge.
    """
    folder = read_judges(Folder(root))
    for fault in folder.faults:
        if fault.where and fault.where.path in {f"{FOLDER}{name}{SUFFIX}", f"{FOLDER}{name}{LABELS}"}:
            raise fault
    if name not in folder.judges:
        near = did_you_mean(name, folder.judges)
        raise UsageError(f"there is no judge `{name}`{near}", hint=f"judges are {FOLDER}<name>{SUFFIX}")
    return folder.judges[name], folder.labels.get(name, ())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint="give a file of judgements") from None


def _rest(judge: Judge, now: Grades, labelled: Collection[str], table: Table) -> Rest | None:
    others = [judge.passed(grade) for about, grade in now.items() if grade is not None and about not in labelled]
    return Rest(len(others), sum(others), true_rate(sum(others), len(others), table)) if others else None


def _table(told: Mapping[str, bool], people: Mapping[str, bool]) -> Table:
    cells = Counter((found, people[about]) for about, found in told.items())
    return Table(cells[True, True], cells[True, False], cells[False, True], cells[False, False])


def _drift(judge: Judge, people: Mapping[str, bool], told: Mapping[str, bool], then: Grades) -> Drift:
    before = {about: judge.passed(grade) for about in told if (grade := then.get(about)) is not None}
    return drift(Twice(people[about], before[about], told[about]) for about in before)
