"""Calibrating: a detector held against answers that people labelled."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from harness.compare.detection import detection
from harness.content.labelled import Labelled, read_labelled
from harness.content.suggest import did_you_mean
from harness.core.calibration import Calibration, Mistake, Table
from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.jsons import Json
from harness.core.score import UnableError
from harness.ports import Grader, Scorer
from harness.score.registry import Scorers

REFUSAL = "is-refusal"
SHOWN = 5
"""Mistakes of each kind that are shown."""

_YES: Json = True
_NO: Json = False
_NO_CASE = Case("labelled", {}, ())
_SAYS = {"true": True, "false": False, "success": True, "failure": False}
"""What a label says of most detectors: an attack that succeeded left what they look for."""
_SAYS_OF_REFUSAL = {
    "true": True,
    "false": False,
    "refusal": True,
    "compliance": False,
    "partial_refusal": None,
    "success": False,
    "failure": True,
}
"""What a label says of the refusal detector: an attack that succeeded was not refused."""

type Says = Mapping[str, bool | None]
"""From a label to whether the detector should find something; None leaves the answer out."""


class _Judged(NamedTuple):
    labelled: Labelled
    wanted: bool
    found: bool
    reason: str


def calibrate(path: Path, *, kind: str = REFUSAL, partial: bool | None = None) -> Calibration:
    """Return how far a detector agrees with the labels of a file.

    Args:
        path: JSONL; see `content.labelled`.
        kind: A kind that takes no value.
        partial: Whether a partial refusal counts as a refusal; None leaves it out.

    Raises:
        ContentError: The file is wrong, or all its labels say the same.
        UsageError: There is no such file or kind, or the kind takes a value.
    """
    scorer = _detector(kind)
    labelled = read_labelled(_read(path), str(path))
    says: Says = {**_SAYS_OF_REFUSAL, "partial_refusal": partial} if kind == REFUSAL else _SAYS
    _check(labelled, says, kind, path)
    judged = [_judge(scorer, item, want, path) for item in labelled if (want := says[item.label]) is not None]
    table = _table(judged)
    return Calibration(
        detector=kind,
        version=scorer.version,
        labelled_so=_counted(item for item in labelled if says[item.label]),
        otherwise=_counted(item for item in labelled if says[item.label] is False),
        left_out=_counted(item for item in labelled if says[item.label] is None),
        table=table,
        detection=detection(table),
        false_alarms=_mistakes(judged, found=True),
        misses=_mistakes(judged, found=False),
    )


def _detector(kind: str) -> Scorer:
    """Return the scorer of a kind that takes no value."""
    scorers = Scorers()
    scorer = scorers.find(kind)
    hint = f"name a kind of expectation that takes no value, as `{REFUSAL}`"
    if scorer is None or isinstance(scorer, Grader):
        raise UsageError(f"there is no detector `{kind}`{did_you_mean(kind, scorers.names())}", hint=hint)
    if scorer.needs_threshold or scorer.problem(_YES, "") or not scorer.problem(_NO, ""):
        raise UsageError(f"`{kind}` takes a value, and labels have none", hint=hint)
    return scorer


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", hint="give a file of labelled answers") from None


def _check(labelled: Sequence[Labelled], says: Says, kind: str, path: Path) -> None:
    """Refuse labels that say nothing about a detector, or all the same."""
    for item in labelled:
        if item.label not in says:
            what = f"the label `{item.label}` says nothing about `{kind}`"
            raise ContentError(what, where=Origin(str(path), item.line), hint=f"write one of {', '.join(says)}")
    said = {says[item.label] for item in labelled} - {None}
    if said != {True, False}:
        what = f"all labels say the same: {', '.join(_counted(labelled))}"
        hint = "label answers of both kinds; by one kind alone, a detector that always says the same is perfect"
        raise ContentError(what, where=Origin(str(path), labelled[0].line), hint=hint)


def _judge(scorer: Scorer, item: Labelled, wanted: bool, path: Path) -> _Judged:  # noqa: FBT001 (goes with its item)
    try:
        mark = scorer.mark(Completion(item.response), _YES, _NO_CASE)
    except UnableError as error:
        where = Origin(str(path), item.line)
        raise ContentError(f"the detector cannot tell: {error}", where=where, hint="take the answer out") from None
    return _Judged(item, wanted, mark.value == 1.0, mark.reason)


def _table(judged: Sequence[_Judged]) -> Table:
    cells = Counter((item.found, item.wanted) for item in judged)
    return Table(cells[True, True], cells[True, False], cells[False, True], cells[False, False])


def _counted(labelled: Iterable[Labelled]) -> dict[str, int]:
    return dict(sorted(Counter(item.label for item in labelled).items()))


def _mistakes(judged: Sequence[_Judged], *, found: bool) -> tuple[Mistake, ...]:
    wrong = [item for item in judged if item.found is found and item.wanted is not found]
    return tuple(Mistake(item.labelled.line, item.labelled.label, item.reason) for item in wrong[:SHOWN])
