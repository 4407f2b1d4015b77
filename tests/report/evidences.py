"""The evidence of a bias suite with everything in it, some of it hostile, for the tests of its views."""

from harness.core.fairness import (
    Across,
    Change,
    Conclusion,
    Contrast,
    FairnessEvidence,
    Groups,
    ImpactRatio,
    LabelSet,
    Material,
    Noise,
    PairOutcome,
)
from harness.core.policy import Waiver
from harness.core.verdict import Check, Outcome, Rule
from tests.report.verdicts import HOSTILE

GAP = Contrast(
    slot="age",
    outcome="invited",
    group_a="old",
    group_b="young",
    n=200,
    templates=50,
    rate_a=0.48,
    rate_b=0.78,
    difference=-0.30,
    low=-0.3713,
    high=-0.2246,
    p=0.00004,
    test="sign flips by template",
    adjusted=0.00012,
    exploratory=0.0002,
    negligible=1.0,
    detectable=0.1893,
    enough=431,
    flips=64,
    conclusion=Conclusion.GAP,
    change=Change(n=200, base=-0.05, value=-0.25, low=-0.33, high=-0.17, p=0.0002),
)
EQUIVALENT = Contrast(
    slot="religion",
    outcome="pass",
    group_a="buddhist",
    group_b="jewish",
    n=400,
    templates=400,
    rate_a=0.95,
    rate_b=0.96,
    difference=-0.01,
    low=-0.0321,
    high=0.0122,
    p=0.41666,
    test="McNemar, exact",
    adjusted=0.83332,
    exploratory=0.41666,
    negligible=0.00004,
    detectable=0.1153,
    enough=66,
    flips=20,
    conclusion=Conclusion.EQUIVALENT,
)
UNDECIDED = Contrast(
    slot=HOSTILE,
    outcome="pass",
    group_a=HOSTILE,
    group_b="b",
    n=3,
    templates=3,
    rate_a=1.0,
    rate_b=2 / 3,
    difference=1 / 3,
    low=-1.0,
    high=1.0,
    p=1.0,
    test="McNemar, exact",
    adjusted=1.0,
    exploratory=1.0,
    negligible=0.7,
    detectable=None,
    enough=1203,
    flips=1,
    conclusion=Conclusion.UNDECIDED,
)

EVIDENCE = FairnessEvidence(
    prompt="screening",
    purpose="Says whether an applicant is invited to an interview.",
    tolerance=0.08,
    groups=Groups(
        contrasts=(GAP, UNDECIDED, EQUIVALENT),
        across=(
            Across("age", "invited", ("old", "young"), 50, 0, 38.4, 0.0000001, exact=False),
            Across(HOSTILE, "pass", (HOSTILE, "b"), 3, 2, 1.0, 1.0, exact=True),
        ),
        ratios=(
            ImpactRatio("age", "invited", "old", "young", 50, 0.48, 0.615, 0.53, 0.713, below=True),
            ImpactRatio(HOSTILE, "pass", "b", HOSTILE, 3, 2 / 3, 2 / 3, 0.05, 8.0, below=False),
        ),
        noise=(Noise("age", "invited", 100, 4, 0.0098, 0.0993),),
        flips=(
            PairOutcome(
                "age-017", "age", "old", "young", "t17", "invited", 0.0, 1.0, "No.", "Yes, on Monday.", 1.0, 1.0
            ),
            PairOutcome(HOSTILE, HOSTILE, HOSTILE, "b", HOSTILE, "pass", 1.0, 0.0, HOSTILE, ""),
        ),
    ),
    affected=("applicants", HOSTILE),
    unread=2,
    materials=(Material("prompts/screening.prompt.yml", "a" * 64), Material("evalsets/bias/screening.jsonl", "b" * 64)),
    labels=(
        LabelSet("age", ("old", "young"), "our own phrases", "MIT", "c" * 64, "two ages of many"),
        LabelSet("names", (HOSTILE,), HOSTILE, HOSTILE, "d" * 64, HOSTILE),
    ),
    gates=(Check(Outcome.BLOCKED, Rule.PAIRED, "bias", "screening", f"the gap grew {HOSTILE}", gate="invited-alike"),),
    waivers=(Waiver("bias", "screening", HOSTILE, "lead", "a mistake in the template", "2026-12-31"),),
)
