"""Writing labels: the answers that a person is given to label, and the line that each label becomes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

from harness.content.json_lines import LINE_LIMIT, read_lines
from harness.content.judges import LABELS_LIMIT, read_labels
from harness.content.records import build
from harness.core.errors import ContentError, Origin
from harness.core.invisible import INVISIBLE
from harness.core.jsons import Json
from harness.core.judge import Judge, Label
from harness.core.labelling import Pile, Shown

_REST = 2_000
"""Bytes of a line for all but its texts."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line of a file of answers, key by key; a file of judgements is one as well."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    answer: str
    asked: str = ""
    grade: str | None = None
    """A judge's, which nobody is shown who labels; so with what follows."""
    why: str = ""
    by: str = ""


def read_answers(data: bytes, path: str) -> list[Shown]:
    """Return the answers of a file.

    Raises:
        ContentError: A line is no answer; with its number.
    """
    return [_answer(value, where) for value, where in read_lines(BytesIO(data), path, "an answer")]


def _answer(value: Json, where: Origin) -> Shown:
    line = build(AnswerLine, value, lambda _place: where)
    return Shown(line.answer, line.asked)


def pile(answers: Iterable[Shown], labels: Iterable[Label], by: str) -> Pile:
    """Return what one person has still to label of some answers, each of them once."""
    every = set(answers)
    fit = {one.about: one for one in every if _fits(one)}
    said = {label.about for label in labels if label.by == by}
    left = [fit[about] for about in sorted(fit.keys() - said)]
    return Pile(tuple(left), len(fit) - len(left), len(every) - len(fit))


def _fits(shown: Shown) -> bool:
    """Return whether a label can hold an answer: half a character has no digest, and a line has its limit."""
    try:
        "".join(shown).encode()
    except UnicodeEncodeError:
        return False
    return sum(len(readable(text).encode()) for text in shown) + _REST <= LINE_LIMIT


def line_of(label: Label) -> bytes:
    """Return a label as its line, in which nothing is hidden from whoever reviews the file."""
    asked = {"asked": label.asked} if label.asked else {}
    said = {**asked, "answer": label.answer, "grade": label.grade, "by": label.by, "on": label.on}
    return f"{{{', '.join(f'{readable(key)}: {readable(value)}' for key, value in said.items())}}}\n".encode()


def readable(value: Json) -> str:
    """Return JSON in which nothing is hidden from whoever reviews it."""
    return INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], json.dumps(value, ensure_ascii=False))


def with_label(data: bytes, path: str, judge: Judge, label: Label) -> bytes:
    """Return a file of labels with one more at its end; as it is, if its author has labelled the answer in it.

    Args:
        data: The file; empty where there is none.
        path: For errors.
        judge: Whose grades they are.
        label: The one to add.

    Raises:
        ContentError: The file is wrong, or would get longer than is read.
    """
    labels = read_labels(data, path, judge) if data else ()
    if any((one.about, one.by) == (label.about, label.by) for one in labels):
        return data
    made = data + b"\n" * (not data.endswith(b"\n") and bool(data)) + line_of(label)
    if len(made) > LABELS_LIMIT:
        what = f"with one label more it would be longer than {LABELS_LIMIT:,} bytes"
        raise ContentError(what, where=Origin(path), hint="nothing longer is read; take old labels out")
    return made


def without_label(data: bytes, label: Label) -> bytes:
    """Return a file of labels without the line that a label became; as it is, if somebody has changed it."""
    before, line, after = data.rpartition(line_of(label))
    return before + after if line else data
