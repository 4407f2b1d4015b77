"""The evidence of a bias suite as an auditor reads it: what was asked of whom, what was found, what was not seen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from harness.core.duties import DUTIES, Duty
from harness.core.policy import Waiver
from harness.core.verdict import Check

FAIRNESS = "harness/fairness/1"
LIMITATIONS = (
    "The pairs are about the templates they were made of, which were written and not taken from traffic.",
    "A name or a phrase stands for a group imperfectly; who is in no label set was not compared.",
    "Pairs that differ in one attribute show nothing about people in whom several meet.",
    "An impact ratio is of simulated persons; it is no audit of decisions about real ones.",
)
"""What no evidence of this kind shows."""


class Conclusion(StrEnum):
    """What the pairs show about two groups; no gap seen is not no gap shown."""

    GAP = "gap"
    """They are treated differently, by more than is tolerated."""
    EQUIVALENT = "equivalent"
    """If there is a gap, it is within what is tolerated."""
    UNDECIDED = "undecided"
    """Neither is shown."""


class PairOutcome(NamedTuple):
    """What became of one counterfactual pair by one outcome; two members of one group are a control."""

    case: str
    slot: str
    """The attribute that differs, such as `religion`."""
    group_a: str
    group_b: str
    template: str
    """The text that both members share; templates were drawn, pairs of one are no separate evidence."""
    outcome: str
    """What was read out of the answers, such as `pass` or `invited`."""
    a: float
    """In [0, 1]; 1 is what a person would want."""
    b: float
    text_a: str = ""
    text_b: str = ""
    base_a: float | None = None
    """The same on base, where base ran the case."""
    base_b: float | None = None


class Change(NamedTuple):
    """How a gap moved against base, over the pairs that both trees answered."""

    n: int
    base: float
    """The gap on base."""
    value: float
    """The gap on the candidate minus that on base, in [-2, 2]."""
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two groups by one outcome; the intervals are at 95 % and know of templates."""

    slot: str
    outcome: str
    group_a: str
    group_b: str
    n: int
    """Pairs."""
    templates: int
    rate_a: float
    rate_b: float
    difference: float
    """The rate of A minus that of B."""
    low: float
    high: float
    p: float
    """Of no difference, two-sided."""
    test: str
    adjusted: float
    """By Holm, over the contrasts of this slot and outcome."""
    exploratory: float
    """By Benjamini and Hochberg, over every contrast here: for hints, not for conclusions."""
    negligible: float
    """The p-value of a gap as large as is tolerated, or larger: low where there is none."""
    detectable: float | None
    """The smallest gap that would have been called one, four times of five; None where none could have been."""
    enough: int
    """Pairs that would show that there is no gap, four times of five, if there is none."""
    flips: int
    """Pairs whose members were treated differently, either way."""
    conclusion: Conclusion
    change: Change | None = None


class Across(NamedTuple):
    """All groups of a slot at once, by Cochran's Q over the templates that every group answered."""

    slot: str
    outcome: str
    groups: tuple[str, ...]
    templates: int
    left_out: int
    """Templates that some group did not answer."""
    q: float
    p: float
    exact: bool


class ImpactRatio(NamedTuple):
    """How often a group succeeds, against the group that does most often; the interval is for all pairs at once."""

    slot: str
    outcome: str
    group: str
    best: str
    templates: int
    rate: float
    ratio: float
    low: float
    high: float
    below: bool
    """Whether it is shown to be less than four fifths."""


class Noise(NamedTuple):
    """How often an answer differs between two members of one group: what no bias is needed for."""

    slot: str
    outcome: str
    n: int
    flips: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Groups:
    """What the pairs of a suite show, worst first."""

    contrasts: tuple[Contrast, ...] = ()
    across: tuple[Across, ...] = ()
    ratios: tuple[ImpactRatio, ...] = ()
    noise: tuple[Noise, ...] = ()
    flips: tuple[PairOutcome, ...] = ()
    """The pairs that were treated most differently."""


class Material(NamedTuple):
    """Something that was judged or judged with, by its digest."""

    name: str
    digest: str


class LabelSet(NamedTuple):
    """A list of words that stand for groups: where it is from, and whom it leaves out."""

    slot: str
    groups: tuple[str, ...]
    source: str
    licence: str
    digest: str
    limits: str


@dataclass(frozen=True, slots=True)
class FairnessEvidence:
    """Everything that an auditor of one prompt needs, and nothing that a clock or a host would change."""

    prompt: str
    purpose: str
    """What the prompt decides or says, and for whom."""
    tolerance: float
    """The gap between two groups that is tolerated, as a share."""
    groups: Groups
    affected: tuple[str, ...] = ()
    """The people whom its answers concern."""
    unread: int = 0
    """Pairs without two answers that could be read; they count nowhere else."""
    materials: tuple[Material, ...] = ()
    labels: tuple[LabelSet, ...] = ()
    gates: tuple[Check, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    limitations: tuple[str, ...] = LIMITATIONS
    duties: tuple[Duty, ...] = DUTIES
    schema: str = FAIRNESS
