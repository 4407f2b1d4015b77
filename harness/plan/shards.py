"""Shards: a gate dealt out to several machines, in whole pairs."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.core.errors import UsageError
from harness.core.pair import Pair

_WRITTEN = re.compile("([1-9][0-9]{0,2})/([1-9][0-9]{0,2})")
"""Of fewer than a thousand, as they are merged."""


class Shard(NamedTuple):
    """One of some parts of a gate: `2/3`."""

    number: int
    of: int

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.number}/{self.of}"


WHOLE = Shard(1, 1)
"""All of it."""


class Heap(NamedTuple):
    """Pairs that are judged by one machine, since what is concluded of one rests on answers to another."""

    pairs: frozenset[Pair]
    weight: int
    """How much there is to ask."""


def read_shard(text: str) -> Shard:
    """Return a shard as it is written.

    Raises:
        UsageError: It is not `i/n` with i from 1 to n, and n below 1,000.
    """
    if found := _WRITTEN.fullmatch(text):
        shard = Shard(int(found[1]), int(found[2]))
        if shard.number <= shard.of:
            return shard
    raise UsageError(f"`{text}` is no shard", hint="write `--shard 2/3` for the second of three")


def joined(sets: Iterable[frozenset[Pair]]) -> list[frozenset[Pair]]:
    """Return sets of pairs, those that share a pair made one, in the order of their first pairs."""
    found: list[frozenset[Pair]] = []
    for one in sets:
        apart = [other for other in found if not other & one]
        found = [*apart, one.union(*(other for other in found if other & one))]
    return sorted(found, key=min)


def deal(heaps: Sequence[Heap], shard: Shard) -> frozenset[Pair]:
    """Return the pairs of one shard: the heaviest heap first, each to whoever has least so far."""
    hands: list[list[Heap]] = [[] for _ in range(shard.of)]
    for heap in sorted(heaps, key=lambda one: (-one.weight, min(one.pairs))):
        min(hands, key=lambda hand: sum(one.weight for one in hand)).append(heap)
    return frozenset[Pair]().union(*(heap.pairs for heap in hands[shard.number - 1]))
