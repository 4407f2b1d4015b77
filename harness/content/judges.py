"""`evalsets/judges/<name>.yml` and `<name>.labels.jsonl`: what a judge is told, and what people say of answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from harness.content.days import check_day
from harness.content.json_lines import read_lines
from harness.content.records import Where, build
from harness.content.suggest import brief, did_you_mean
from harness.content.yaml_reader import FILE_LIMIT, Document, read_yaml
from harness.core.errors import ContentError, Origin
from harness.core.judge import CANNOT_TELL, Example, Grade, Judge, Judged, Label, answer_digest
from harness.ports import Workspace

FOLDER = "evalsets/judges/"
SUFFIX = ".yml"
LABELS = ".labels.jsonl"
JUDGED = ".judged.jsonl"
LABELS_LIMIT = 20_000_000
"""Bytes of the largest file of labels, or of judgements, that is read."""

type Name = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
type Text = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class GradeEntry:
    """One entry of `scale:`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    grade: Annotated[Name, Field(json_schema_extra={"not": {"const": CANNOT_TELL}})]
    means: Text


@dataclass(frozen=True, slots=True)
class ExampleEntry:
    """One entry of `examples:`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    answer: Text
    grade: str
    why: Text
    asked: str = ""


@dataclass(frozen=True, slots=True)
class JudgeFile:
    """A judge, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    version: Annotated[int, Field(ge=1, strict=True)]
    model: Text
    rubric: Text
    scale: Annotated[tuple[GradeEntry, ...], Field(min_length=2, max_length=10)]
    passes: str
    examples: tuple[ExampleEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One line of a file of labels, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    answer: str
    grade: str
    by: Text
    on: Annotated[str, Field(json_schema_extra={"format": "date"})]
    asked: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class JudgementLine:
    """One line of a file of judgements, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    answer: str
    grade: str | None
    """None where the judge could not tell."""
    asked: str = ""
    why: str = ""
    by: str = ""
    """What addresses the judge and its pin, as `harness judge calibrate` writes it."""


class Folder(NamedTuple):
    """What a tree's folder of judges holds."""

    judges: dict[str, Judge]
    labels: dict[str, tuple[Label, ...]]
    """What people say of answers, by the judge whose grades they give."""
    judged: dict[str, tuple[Judged, ...]]
    """What the judge said of them when it was calibrated."""
    faults: list[ContentError]
    """The first of each file that is left out."""


def read_judges(workspace: Workspace) -> Folder:
    """Return a tree's judges and their labels by name; labels of a judge that cannot be read are not read either."""
    found = Folder({}, {}, {}, [])
    try:
        paths = workspace.paths(FOLDER)
    except ContentError as fault:
        return Folder({}, {}, {}, [fault])
    for path in sorted(paths, key=lambda path: path.endswith((LABELS, JUDGED))):
        try:
            _read(workspace, path, found, paths)
        except ContentError as fault:
            found.faults.append(fault)
    return found


def _read(workspace: Workspace, path: str, found: Folder, paths: Sequence[str]) -> None:
    """Read one file into what was found; of two, a judge comes before its labels."""
    name = path.removeprefix(FOLDER).removesuffix(LABELS).removesuffix(JUDGED).removesuffix(SUFFIX)
    if not path.endswith((LABELS, JUDGED)):
        found.judges[name] = read_judge(workspace.read(path, limit=FILE_LIMIT), path)
    elif path.endswith(JUDGED) and name in found.judges:
        found.judged[name] = read_judged(workspace.read(path, limit=LABELS_LIMIT), path, found.judges[name])
    elif name in found.judges:
        found.labels[name] = read_labels(workspace.read(path, limit=LABELS_LIMIT), path, found.judges[name])
    elif f"{FOLDER}{name}{SUFFIX}" not in paths:
        kind = "judgements" if path.endswith(JUDGED) else "labels"
        what = f"{kind} for a judge that is not there{did_you_mean(name, found.judges)}"
        raise ContentError(what, where=Origin(path), hint=f"add {FOLDER}{name}{SUFFIX}, or delete the file")


def read_judge(data: bytes, path: str) -> Judge:
    """Return a judge.

    Raises:
        ContentError: With file, line and a hint.
    """
    name = path.removeprefix(FOLDER).removesuffix(SUFFIX)
    if not path.endswith(SUFFIX) or "/" in name:
        hint = f"judges are {FOLDER}<name>{SUFFIX}; beside one are <name>{LABELS} and <name>{JUDGED}"
        raise ContentError("neither a judge nor its labels", where=Origin(path), hint=hint)
    document = read_yaml(data, path)
    file = build(JudgeFile, document.value, document.origin)
    if fault := next(_faults(file, document), None):
        raise fault
    return Judge(
        name=name,
        version=file.version,
        model=file.model,
        rubric=file.rubric,
        scale=tuple(Grade(entry.grade, entry.means) for entry in file.scale),
        passes=file.passes,
        examples=tuple(Example(entry.answer, entry.grade, entry.why, entry.asked) for entry in file.examples),
        origin=document.origin(("model",)),
    )


def _faults(file: JudgeFile, document: Document) -> Iterator[ContentError]:
    grades = [entry.grade for entry in file.scale]
    for number, grade in enumerate(grades):
        if grade in grades[:number]:
            where = document.origin(("scale", number, "grade"))
            yield ContentError(f"the grade `{grade}` a second time", where=where, hint="name each step once")
        if grade == CANNOT_TELL:
            where = document.origin(("scale", number, "grade"))
            yield ContentError(f"`{grade}` is what any judge may say, and no grade", where=where, hint="leave it out")
    if fault := _not_a_grade(file.passes, grades, document.origin(("passes",))):
        yield fault
    elif file.passes == grades[0]:
        hint = "the scale goes from the worst to the best; name the worst grade that still passes"
        yield ContentError("every answer would pass", where=document.origin(("passes",)), hint=hint)
    for number, example in enumerate(file.examples):
        if fault := _not_a_grade(example.grade, grades, document.origin(("examples", number, "grade"))):
            yield fault


def read_labels(data: bytes, path: str, judge: Judge) -> tuple[Label, ...]:
    """Return what people say of answers, by a judge's grades.

    Raises:
        ContentError: A line is no label of this judge's, or says again what its author said; with its number.
    """
    found: dict[tuple[str, str], Label] = {}
    for value, where in read_lines(BytesIO(data), path, "a label"):
        line = build(LabelLine, value, _at(where))
        check_day("on", line.on, where)
        if fault := _not_a_grade(line.grade, judge.grades, where):
            raise fault
        label = Label(line.answer, line.grade, line.by, line.on, line.asked, where)
        first = found.setdefault((label.about, label.by), label)
        if first is not label:
            hint = f"line {first.origin.line} is the first; keep one of them"
            raise ContentError(f"`{brief(label.by)}` labels this answer a second time", where=where, hint=hint)
    return tuple(found.values())


def read_judgements(data: bytes, path: str, judge: Judge) -> dict[str, str | None]:
    """Return the grade that a judge gave each answer, by the answer's digest; None where it could not tell.

    Raises:
        ContentError: A line is no judgement of this judge's, or of an answer that it judged before; with its number.
    """
    return {one.about: one.grade for one in read_judged(data, path, judge)}


def read_judged(data: bytes, path: str, judge: Judge) -> tuple[Judged, ...]:
    """Return the same with who said it.

    Raises:
        ContentError: As above.
    """
    found: dict[str, Judged] = {}
    for value, where in read_lines(BytesIO(data), path, "a judgement"):
        line = build(JudgementLine, value, _at(where))
        if line.grade is not None and (fault := _not_a_grade(line.grade, judge.grades, where)):
            raise fault
        about = answer_digest(line.answer, line.asked)
        if about in found:
            raise ContentError("this answer is judged a second time", where=where, hint="keep one judgement of each")
        found[about] = Judged(about, line.grade, line.by)
    return tuple(found.values())


def _at(where: Origin) -> Where:
    return lambda _place: where


def _not_a_grade(name: str, grades: Sequence[str], where: Origin) -> ContentError | None:
    if name in grades:
        return None
    what = f"there is no grade `{brief(name)}`{did_you_mean(name, grades)}"
    return ContentError(what, where=where, hint=f"grades of this judge: {', '.join(grades)}")
