"""Merging: the shards of a gate, judged on several machines, as the one verdict they come to."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.core.errors import UsageError
from harness.flows.attacks import severity
from harness.flows.gate import Judgement
from harness.flows.runs import beside, read_verdict
from harness.flows.spending import alerts
from harness.gate.merging import merged
from harness.report.summary import summarise
from harness.score.cards import cards


def merge(folders: Sequence[Path]) -> Judgement:
    """Return the verdict of a gate whose shards left these run folders, or folders that hold them.

    Of a gate that was dealt to one machine alone, it is the verdict that this one came to.

    Raises:
        UsageError: There is none, one is missing, stands twice, or belongs to another gate.
        ContentError: A verdict is damaged.
    """
    found = {path: read_verdict(path) for folder in folders for path in _verdicts(folder)}
    files = {name: text for path in found for name, text in beside(path.parent).items()}  # of bias one shard has all
    alone = next(iter(found.values()))
    if len(found) == 1 and alone.scope == "full":
        return Judgement(alone, files)
    whole = merged(list(found.values()))
    whole = replace(
        whole,
        detectors=cards({card.kind for card in whole.detectors}),
        findings=tuple(sorted(whole.findings, key=severity)),
        notices=(*whole.notices, *alerts(whole.spending)),
    )
    return Judgement(replace(whole, summary=summarise(whole)), files)


def _verdicts(folder: Path) -> list[Path]:
    paths = sorted(folder.rglob("verdict.json"))
    if not paths:
        raise UsageError(f"there is no verdict below {folder}", hint="name the run folders of all shards")
    return paths
