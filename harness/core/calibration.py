"""A calibration: how far a detector agrees with the people who labelled the same answers."""

from dataclasses import dataclass
from typing import NamedTuple

CHANGED = 0.05
"""The p-value below which a judge is another one than last time."""


class Table(NamedTuple):
    """How many answers were found, and were labelled as such; in all four ways."""

    hits: int
    """Found, and labelled so."""
    false_alarms: int
    """Found, and labelled otherwise."""
    misses: int
    """Not found, and labelled as if."""
    rejections: int
    """Not found, and rightly."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and the interval around it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Detection:
    """What a table comes to; None of what has no answers to be told from."""

    precision: Figure | None
    """The share of what was found that was labelled so."""
    recall: Figure | None
    """The share of what was labelled so that was found."""
    alarm_rate: Figure | None
    """The share of what was labelled otherwise that was found all the same."""
    f1: Figure | None
    kappa: Figure | None


@dataclass(frozen=True, slots=True)
class Skill:
    """What a table of a judge's passes and people's comes to; None of what has no answers to be told from."""

    sensitivity: Figure | None
    """The share of what people pass that the judge passes."""
    specificity: Figure | None
    """The share of what people fail that the judge fails."""
    youden: Figure | None
    """Sensitivity and specificity less 1: the share of any real difference that the judge still sees."""
    kappa: Figure | None
    ac1: Figure | None


class Flips(NamedTuple):
    """Answers of which the judge says otherwise now."""

    softer: int
    """It failed them, and passes them now."""
    harder: int


class Drift(NamedTuple):
    """How a judge changed on the same labels."""

    passes: Flips
    """Among what people pass: its sensitivity."""
    fails: Flips
    """Among what they fail: its specificity."""
    p: float
    """How likely so much change is by chance."""

    @property
    def changed(self) -> bool:
        """Whether it is another judge now, that has to be calibrated anew."""
        return self.p < CHANGED


class Rest(NamedTuple):
    """The answers that a judge judged and nobody labelled."""

    judged: int
    passed: int
    """By its word."""
    corrected: Figure | None
    """The share that pass, corrected for its errors; None of a judge no better than chance."""


class Correction(NamedTuple):
    """How far a judge's figure moves from base to candidate, corrected by people's labels; each in [-1, 1]."""

    raw: float
    """By the judge's word, on all cases."""
    value: float
    low: float
    """The 99 % interval of the corrected difference."""
    high: float
    cases: int
    labelled: int
    """Those of which people labelled answers of both trees."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """An answer that the detector and its label disagree about."""

    line: int
    label: str
    reason: str
    """The detector's."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """One detector held against one file of labels."""

    detector: str
    version: str
    labelled_so: dict[str, int]
    """How many answers bear each label that says it is there."""
    otherwise: dict[str, int]
    """The same of the labels that say it is not."""
    left_out: dict[str, int]
    """The same of the labels that say neither."""
    table: Table
    detection: Detection
    false_alarms: tuple[Mistake, ...]
    """The first few, in the order of the file."""
    misses: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class JudgeCalibration:
    """One judge held against what people say of the same answers."""

    judge: str
    version: int
    digest: str
    """Of all that it is told."""
    split: int
    """Answers on which people are split evenly."""
    unjudged: int
    """Answers that people agree on, and nobody asked the judge."""
    unable: int
    """Those of which the judge could not tell."""
    table: Table
    """All others; what is found is what the judge passes."""
    skill: Skill
    advisory: str
    """Why it only advises; empty of one that may decide."""
    drift: Drift | None = None
    """Since last time, where that was told."""
    rest: Rest | None = None
    """What it judged besides; None where that is nothing."""
