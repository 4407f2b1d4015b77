"""What a new version of harness judges otherwise, as text."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from harness.core.digest import short
from harness.core.verdict import Verdict
from harness.core.words import count
from harness.report.text import one_line

SHOWN = 60
"""Lines at most; who wants to know the rest has both verdicts."""


class Differing(Protocol):
    """Something of which two verdicts say different things."""

    @property
    def kind(self) -> str:
        """Of what kind it is."""

    @property
    def name(self) -> str:
        """Which of the kind."""

    @property
    def old(self) -> str:
        """What the old version says."""

    @property
    def new(self) -> str:
        """What the new one says."""


def version_lines(old: Verdict, new: Verdict, differing: Sequence[Differing]) -> Iterator[str]:
    """Yield how two versions judge the same trees."""
    against = f" against {short(old.base.commit)}" if old.base else ""
    what = f"{short(old.candidate.commit)}{against}"
    which = f"harness {old.version}, {old.outcome}, and harness {new.version}, {new.outcome}"
    if not differing:
        yield f"both judge {what} alike: {which}"
        return
    yield f"{what} is judged otherwise in {count(len(differing), 'place')}: {which}"
    for one in differing[:SHOWN]:
        yield f"{one.kind:8} {one_line(one.name)}: {one_line(one.old)} -> {one_line(one.new)}"
    if len(differing) > SHOWN:
        yield f"and in {count(len(differing) - SHOWN, 'place')} more"
