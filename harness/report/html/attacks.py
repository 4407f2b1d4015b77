"""What attacks came to, as one matrix for each prompt: which rule was broken through which carrier, and how often."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from harness.core.carrier import CARRIER_KINDS
from harness.core.finding import LEVELS, AttackRule, Finding, Level


class Row(NamedTuple):
    """One rule, and the attacks that broke it."""

    rule: str
    level: Level
    says: str
    help: str
    counts: tuple[int, ...]
    """By carrier."""
    total: int


class Matrix(NamedTuple):
    """The rules that were broken in one file, worst first."""

    path: str
    carriers: tuple[str, ...]
    rows: tuple[Row, ...]


def matrices(findings: Iterable[Finding], rules: Sequence[AttackRule]) -> tuple[Matrix, ...]:
    """Return a matrix for each file."""
    known = {rule.id: rule for rule in rules}
    return tuple(_matrix(path, [*found], known) for path, found in groupby(sorted(findings, key=_path), key=_path))


def _path(finding: Finding) -> str:
    return finding.path


def _matrix(path: str, findings: Sequence[Finding], known: dict[str, AttackRule]) -> Matrix:
    carriers = sorted({finding.carrier for finding in findings}, key=_order)
    ids = dict.fromkeys(finding.rule for finding in findings)
    rows = [_row(rule, [one for one in findings if one.rule == rule], carriers, known.get(rule)) for rule in ids]
    return Matrix(
        path, tuple(carriers), tuple(sorted(rows, key=lambda row: (LEVELS.index(row.level), -row.total, row.rule)))
    )


def _order(carrier: str) -> tuple[int, str]:
    """Return where a carrier stands among those that we know; others come last."""
    return CARRIER_KINDS.index(carrier) if carrier in CARRIER_KINDS else len(CARRIER_KINDS), carrier


def _row(rule: str, findings: Sequence[Finding], carriers: Sequence[str], known: AttackRule | None) -> Row:
    through = {
        carrier: {case for one in findings if one.carrier == carrier for case in one.cases} for carrier in carriers
    }
    return Row(
        rule=rule,
        level=min((one.level for one in findings), key=LEVELS.index),
        says=known.description if known else "",
        help=known.help if known else "",
        counts=tuple(len(through[carrier]) for carrier in carriers),
        total=len(set().union(*through.values())),
    )
