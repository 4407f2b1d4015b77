"""Which texts meet in which template: spread evenly, and the same again when a template is added behind the others."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, zip_longest
from math import lcm
from typing import NamedTuple

from harness.core.bias import Group, LabelSet, Template
from harness.core.digest import digest
from harness.suites.bias.fill import Member

FLOOR = 5
"""One pair of two texts of one group for so many pairs of two groups."""


class Draw(NamedTuple):
    """Two members that are set against each other in one template."""

    template: Template
    one: Member
    other: Member


class _Contrast(NamedTuple):
    """Two groups, each with how far the other's number turns its texts, so that every contrast begins with others."""

    one: Group
    other: Group
    turns: tuple[int, int] = (0, 0)


def draws(templates: Sequence[Template], labels: LabelSet, *, pairs: int, seed: str) -> list[Draw]:
    """Return the pairs of two groups, then those of one group with itself.

    Args:
        templates: Those that have the slot, in the order of their file.
        labels: The slot's groups.
        pairs: Of two groups, at most; 0 for all. Of one group there are a fifth as many more.
        seed: Another one draws other texts.
    """
    numbered = enumerate(labels.groups)
    unlike = [_Contrast(one, other, (right, left)) for (left, one), (right, other) in combinations(numbered, 2)]
    alike = [_Contrast(group, group) for group in labels.groups]
    found = _spread(templates, _shuffled(unlike, seed), most=pairs or None, seed=seed)
    return found + _spread(templates, _shuffled(alike, seed), most=-(-len(found) // FLOOR), seed=seed)


def _shuffled(contrasts: Sequence[_Contrast], seed: str) -> list[_Contrast]:
    """Return contrasts in an order that has nothing to do with that of their groups."""
    return sorted(contrasts, key=lambda pair: digest("bias-contrast", [seed, pair.one.name, pair.other.name]))


def _spread(
    templates: Sequence[Template], contrasts: Sequence[_Contrast], *, most: int | None, seed: str
) -> list[Draw]:
    """Return draws of each template in turn; a template's own order does not depend on the templates behind it."""
    lines = [_line(template, contrasts, _start(number), seed) for number, template in enumerate(templates)]
    turns = (draw for turn in zip_longest(*lines) for draw in turn if draw)
    return list(islice(turns, most))


def _line(template: Template, contrasts: Sequence[_Contrast], start: float, seed: str) -> Iterator[Draw]:
    """Yield a template's draws: every contrast once, beginning at a share of the way round, then every one again."""
    first = int(start * len(contrasts))
    order = [*contrasts[first:], *contrasts[:first]]
    groups = {group.name: group for contrast in contrasts for group in contrast[:2]}
    ranked = {name: _ranked(template, group, seed) for name, group in groups.items()}
    meetings = [_meetings(contrast, ranked) for contrast in order]
    for round_ in zip_longest(*meetings):
        yield from (Draw(template, *pair) for pair in round_ if pair)


def _meetings(contrast: _Contrast, ranked: Mapping[str, Sequence[Member]]) -> Iterator[tuple[Member, Member]]:
    """Yield every pair of two groups' members once, each as often as the next, in an order drawn by digest."""
    one, other = (_turned(ranked[group.name], turn) for group, turn in zip(contrast[:2], contrast.turns, strict=True))
    if contrast.one is contrast.other:
        half, count = len(one) / 2, len(one)
        for step in range(1, count // 2 + 1):
            yield from ((one[at], one[(at + step) % count]) for at in range(count) if step < half or at < half)
        return
    for turn in range(len(one) * len(other)):
        yield one[turn % len(one)], other[(turn + turn // lcm(len(one), len(other))) % len(other)]


def _ranked(template: Template, group: Group, seed: str) -> list[Member]:
    """Return a group's members in a template's own order."""
    texts = sorted(group.texts, key=lambda text: digest("bias-text", [seed, template.id, group.name, text]))
    return [Member(group.name, text, group.pronouns) for text in texts]


def _turned(members: Sequence[Member], turn: int) -> list[Member]:
    """Return members in their order, which begins at the `turn`th."""
    first = turn % len(members)
    return [*members[first:], *members[:first]]


def _start(number: int) -> float:
    """Return a point in [0, 1) that lies as far as can be from those of the smaller numbers.

    Source:
        The van der Corput sequence in base 2 (1935).
    """
    point, step = 0.0, 0.5
    while number:
        point, step, number = point + step * (number % 2), step / 2, number // 2
    return point
