"""What a drill came to: fault by suite, and whether the gate told faults and harmless edits apart."""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from harness.drill.faults import Fault


class Told(StrEnum):
    """What the gate made of an edit."""

    CAUGHT = "caught"
    MISSED = "missed"
    QUIET = "quiet"
    """A harmless edit that passed."""
    FALSE_ALARM = "false alarm"
    NOT_HERE = "not here"
    """The repository has nothing that the edit would change."""


class Planted(NamedTuple):
    """One edit, and what became of it."""

    fault: Fault
    outcome: str
    """`passed`, `blocked`, `inconclusive`, or `refused` where the content was; empty where nothing was planted."""
    suites: Mapping[str, str] = {}
    """The worst outcome of each suite that judged."""
    why: str = ""
    """The first reason of the worst."""

    @property
    def told(self) -> Told:
        """Whether the gate was right."""
        if not self.outcome:
            return Told.NOT_HERE
        right = self.outcome in self.fault.expected
        if self.fault.harmless:
            return Told.QUIET if right else Told.FALSE_ALARM
        return Told.CAUGHT if right else Told.MISSED


def wrong(planted: Sequence[Planted]) -> list[Planted]:
    """Return the faults that were missed, and the harmless edits that were not let pass."""
    return [one for one in planted if one.told in {Told.MISSED, Told.FALSE_ALARM}]


def head(suites: Sequence[str], width: int) -> str:
    """Return the first line of the table."""
    columns = "".join(f"{suite:13}" for suite in suites)
    return f"{'edit':{width}} {columns}{'gate':13}"


def line(one: Planted, suites: Sequence[str], width: int) -> str:
    """Return the line of one edit: what each suite said, what the gate said, and whether that is right."""
    columns = "".join(f"{one.suites.get(suite, '-'):13}" for suite in suites)
    return f"{one.fault.name:{width}} {columns}{one.outcome or '-':13}{one.told}"


def summary(planted: Sequence[Planted]) -> Iterator[str]:
    """Yield how many were told apart, and each one that was not with the reason."""
    counts = {told: sum(one.told is told for one in planted) for told in Told}
    faults = counts[Told.CAUGHT] + counts[Told.MISSED]
    edits = counts[Told.QUIET] + counts[Told.FALSE_ALARM]
    caught, alarms = counts[Told.CAUGHT], counts[Told.FALSE_ALARM]
    yield f"{caught} of {faults} faults caught, {alarms} false alarms of {edits} harmless edits"
    if missing := counts[Told.NOT_HERE]:
        yield f"{missing} not planted: there is nothing here that they would change"
    for one in wrong(planted):
        yield f"{one.told}: {one.fault.name}: {one.fault.what}; {one.why or 'the gate passed it'}"


def as_json(planted: Sequence[Planted]) -> str:
    """Return the drill for machines."""
    rows = [
        {
            "edit": one.fault.name,
            "what": one.fault.what,
            "harmless": one.fault.harmless,
            "outcome": one.outcome,
            "suites": dict(one.suites),
            "told": str(one.told),
            "why": one.why,
        }
        for one in planted
    ]
    return json.dumps(rows, indent=1) + "\n"
