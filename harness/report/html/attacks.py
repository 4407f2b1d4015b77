"""What attacks came to, as one matrix for each prompt: by rule and carrier, how many were tried and succeeded."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.core.carrier import CARRIER_KINDS
from harness.core.finding import AttackRule
from harness.core.verdict import Attacked, Attempts, Tries


class Field(NamedTuple):
    """The attacks through one carrier, or through all, that could break one rule."""

    candidate: Tries
    base: Tries | None


class Row(NamedTuple):
    """One rule, and the attacks that could break it."""

    rule: str
    says: str
    fields: tuple[Field | None, ...]
    """By carrier; None where no attack of that carrier could."""
    total: Field


class Matrix(NamedTuple):
    """What was tried on one prompt: the rules that were broken most, then the others."""

    prompt: str
    carriers: tuple[str, ...]
    rows: tuple[Row, ...]


def matrices(attacks: Iterable[Attacked], rules: Sequence[AttackRule]) -> tuple[Matrix, ...]:
    """Return a matrix for each prompt that was attacked."""
    known = {rule.id: rule for rule in rules}
    return tuple(_matrix(found, known) for found in attacks if found.attempts)


def _matrix(found: Attacked, known: dict[str, AttackRule]) -> Matrix:
    carriers = sorted({one.carrier for one in found.attempts}, key=_order)
    ids = dict.fromkeys(one.rule for one in found.attempts)
    rows = [_row(rule, [one for one in found.attempts if one.rule == rule], carriers, known.get(rule)) for rule in ids]
    return Matrix(
        found.prompt,
        tuple(carriers),
        tuple(sorted(rows, key=lambda row: (-row.total.candidate.succeeded, row.rule))),
    )


def _order(carrier: str) -> tuple[int, str]:
    """Return where a carrier stands among those that we know; others come last."""
    return CARRIER_KINDS.index(carrier) if carrier in CARRIER_KINDS else len(CARRIER_KINDS), carrier


def _row(rule: str, tried: Sequence[Attempts], carriers: Sequence[str], known: AttackRule | None) -> Row:
    through = {one.carrier: Field(one.candidate, one.base) for one in tried}
    base = [one.base for one in tried if one.base]
    return Row(
        rule=rule,
        says=known.description if known else "",
        fields=tuple(map(through.get, carriers)),
        total=Field(_sum(one.candidate for one in tried), _sum(base) if base else None),
    )


def _sum(tries: Iterable[Tries]) -> Tries:
    """Return them together; no attack has two carriers."""
    return Tries(*map(sum, zip(*((one.attacks, one.succeeded, one.undecided) for one in tries), strict=True)))
