"""Merging: the shards of a gate, judged on several machines, as the one verdict they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.verdict import Verdict
from harness.flows.attacks import severity
from harness.flows.gate import Judgement
from harness.flows.runs import read_verdict
from harness.flows.spending import alerts
from harness.gate.merging import merged
from harness.report.summary import summarise
from harness.score.cards import cards

EVIDENCE = ("bias-evidence.md", "bias-evidence.json")
"""What stands beside a verdict and is not made of it; pairs of one suite are judged by one shard, so one has it."""


def merge(folders: Sequence[Path]) -> Judgement:
    """Return the verdict of a gate whose shards left these run folders, or folders that hold them.

    Raises:
        UsageError: There is none, one is missing, stands twice, or belongs to another gate.
        ContentError: A verdict is damaged.
    """
    found = {path: read_verdict(path) for folder in folders for path in _verdicts(folder)}
    whole = merged(list(found.values()))
    whole = replace(
        whole,
        detectors=cards({card.kind for card in whole.detectors}),
        findings=tuple(sorted(whole.findings, key=severity)),
        notices=(*whole.notices, *alerts(whole.spending)),
    )
    return Judgement(replace(whole, summary=summarise(whole)), _evidence(found))


def _verdicts(folder: Path) -> list[Path]:
    paths = sorted(folder.rglob("verdict.json"))
    if not paths:
        raise UsageError(f"there is no verdict below {folder}", hint="name the run folders of all shards")
    return paths


def _evidence(found: Mapping[Path, Verdict]) -> dict[str, str]:
    files = (path.with_name(name) for path in found for name in EVIDENCE)
    return {path.name: path.read_text(encoding="utf-8") for path in files if path.is_file()}
