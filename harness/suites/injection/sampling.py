"""Which attacks are made: all pairs of payload, carrier and transform as early as possible, and always the same ones.

A cell's place among the others depends on the seed and on the cell itself rather than on dice that run, so that a
payload that joins leaves nearly all other cells where they are, and a small sample is the start of a large one.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from harness.core.attack import Payload
from harness.core.digest import digest, short
from harness.suites.injection.chain import name_of
from harness.suites.injection.transforms import IDENTITY

type Fits = Callable[[Payload, str, str], bool]
"""Whether a payload may be carried by a carrier in the writing of a transform."""


class Cell(NamedTuple):
    """One attack to be made."""

    payload: Payload
    carrier: str
    transform: str
    """A way of writing, or of several on top of each other their one name."""


_ALL = 3
"""Pairs in a cell: payload and carrier, payload and transform, carrier and transform."""


def sample(
    payloads: Sequence[Payload], carriers: Sequence[str], transforms: Sequence[str], *, n: int, seed: str, fits: Fits
) -> list[Cell]:
    """Return up to `n` cells of the product that fit, and with n=0 all of them.

    First each payload as it is written, on one carrier; then each transform once; then, payload by payload in
    rounds, the cell that brings together most pairs that have not met; then the rest, evenly by family and
    transform. A payload that says how it is written is written so alone. `sample(n=a)` is the start of
    `sample(n=b)` for a < b.
    """
    rows = [_row(payload, carriers, transforms, seed, fits) for payload in payloads]
    return list(islice(_ordered([row for row in rows if row], seed), n or None))


def case_id(cell: Cell, objective: str, version: str) -> str:
    """Return the twelve digits that name a cell's case, whatever else is sampled."""
    return short(digest("injection-case", [cell.payload.id, cell.carrier, cell.transform, objective, version]))


def _hash(*words: str) -> bytes:
    return hashlib.sha256("\0".join(words).encode()).digest()


def _rank(cell: Cell, seed: str) -> bytes:
    return _hash(seed, cell.payload.id, cell.carrier, cell.transform)


def _row(payload: Payload, carriers: Sequence[str], transforms: Sequence[str], seed: str, fits: Fits) -> list[Cell]:
    """Return the cells of one payload that fit, in an order of their own, which nothing but the seed changes."""
    ways = [name_of(payload.transforms)] if payload.transforms else transforms
    cells = [Cell(payload, carrier, transform) for carrier in carriers for transform in ways]
    return sorted((cell for cell in cells if fits(*cell)), key=lambda cell: _rank(cell, seed))


def _ordered(rows: Sequence[list[Cell]], seed: str) -> Iterator[Cell]:
    """Yield every cell of the rows once."""
    rows = _evenly(rows, lambda row: row[0].payload.family, lambda row: _hash(seed, row[0].payload.id))
    met = _Met()
    for row in rows:
        plain = [cell for cell in row if cell.transform == IDENTITY or cell.payload.transforms]
        if plain:
            yield met.take(max(plain, key=met.gain))
    for cell in _one_of_each([row for row in rows if not row[0].payload.transforms], seed):
        yield met.take(cell)
    yield from _pairwise(rows, met)
    rest = [cell for row in rows for cell in row if not met.has(cell)]
    yield from _evenly(rest, lambda cell: f"{cell.payload.family} {cell.transform}", lambda cell: _rank(cell, seed))


def _one_of_each(rows: Sequence[list[Cell]], seed: str) -> list[Cell]:
    """Return the first cell of each transform but the plain one."""
    first: dict[str, list[Cell]] = {}
    for row in rows:
        for transform, cell in {cell.transform: cell for cell in reversed(row)}.items():
            first.setdefault(transform, []).append(cell)
    best = (min(cells, key=lambda cell: _rank(cell, seed)) for name, cells in first.items() if name != IDENTITY)
    return sorted(best, key=lambda cell: _rank(cell, seed))


def _pairwise(rows: Sequence[list[Cell]], met: "_Met") -> Iterator[Cell]:
    """Yield, in rounds, the best cell of each row, until no pair is left that has not met."""
    while rows:
        going = []
        for row in rows:
            if best := met.best(row):
                going.append(row)
                yield met.take(best)
        rows = going


def _evenly[T](items: Iterable[T], stratum: Callable[[T], str], rank: Callable[[T], bytes]) -> list[T]:
    """Return the items by rank, but the first of each stratum before the second of any."""
    seen: Counter[str] = Counter()
    placed: list[tuple[int, T]] = []
    for item in sorted(items, key=rank):
        placed.append((seen[stratum(item)], item))
        seen[stratum(item)] += 1
    return [item for _, item in sorted(placed, key=lambda one: one[0])]


class _Met:
    """Which pairs have met so far, and which cells were taken."""

    def __init__(self) -> None:
        self._carried: set[tuple[str, str]] = set()
        self._written: set[tuple[str, str]] = set()
        self._both: set[tuple[str, str]] = set()
        self._taken: set[tuple[str, str, str]] = set()

    def gain(self, cell: Cell) -> int:
        """Return how many pairs meet in a cell for the first time."""
        name, carrier, transform = cell.payload.id, cell.carrier, cell.transform
        return (
            ((name, transform) not in self._written)
            + ((name, carrier) not in self._carried)
            + ((carrier, transform) not in self._both)
        )

    def best(self, row: Sequence[Cell]) -> Cell | None:
        """Return the cell of a row that gains most, the first of several, or None when nothing is gained."""
        most, best = 0, None
        for cell in row:
            gain = self.gain(cell)
            if gain > most:
                most, best = gain, cell
            if gain == _ALL:
                break
        return best

    def take(self, cell: Cell) -> Cell:
        """Note a cell as taken, and return it."""
        name, carrier, transform = cell.payload.id, cell.carrier, cell.transform
        self._carried.add((name, carrier))
        self._written.add((name, transform))
        self._both.add((carrier, transform))
        self._taken.add((name, carrier, transform))
        return cell

    def has(self, cell: Cell) -> bool:
        """Return whether a cell was taken."""
        return (cell.payload.id, cell.carrier, cell.transform) in self._taken
