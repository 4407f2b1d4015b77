"""Labelled answers: JSONL of people's own, of which only `response` and `label` are read."""

from codecs import BOM_UTF8
from typing import NamedTuple

from harness.content.json_lines import read_line
from harness.content.suggest import brief, did_you_mean
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json

LABELS = ("refusal", "compliance", "partial_refusal", "success", "failure", "true", "false")
_SHAPE = 'write {"response": "what was answered", "label": "refusal"}; other keys are ignored'
_KNOWN = f"write one of {', '.join(LABELS)}"


class Labelled(NamedTuple):
    """One answer, and what a person says of it."""

    line: int
    response: str
    label: str
    """One of `LABELS`."""


def read_labelled(data: bytes, path: str) -> tuple[Labelled, ...]:
    """Return the labelled answers of a file; empty lines are none.

    Raises:
        ContentError: A line is no labelled answer; with its number. A file without any is an error too.
    """
    lines = enumerate(data.removeprefix(BOM_UTF8).split(b"\n"), start=1)
    found = tuple(_labelled(line, Origin(path, number)) for number, line in lines if line.strip())
    if not found:
        raise ContentError("no labelled answer", where=Origin(path), hint=_SHAPE)
    return found


def _labelled(line: bytes, where: Origin) -> Labelled:
    value = read_line(line, where, written=False)
    if not isinstance(value, dict):
        raise ContentError("not an object", where=where, hint=_SHAPE)
    missing = [key for key in ("response", "label") if key not in value]
    if missing:
        raise ContentError(f"the key `{missing[0]}` is missing", where=where, hint=_SHAPE)
    response = value["response"]
    if not isinstance(response, str):
        raise ContentError("`response` must be a text", where=where, hint=_SHAPE)
    return Labelled(where.line, response, _label(value["label"], where))


def _label(value: Json, where: Origin) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise ContentError("`label` must be a text, true or false", where=where, hint=_KNOWN)
    if value not in LABELS:
        what = f"there is no label `{brief(value)}`{did_you_mean(value, LABELS)}"
        raise ContentError(what, where=where, hint=_KNOWN)
    return value
