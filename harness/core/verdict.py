"""The verdict: every check with its evidence, worst first, and the document that all reports are views of."""

from dataclasses import dataclass, field
from enum import StrEnum

from harness.core.card import Card
from harness.core.document import Document
from harness.core.errors import ExitCode
from harness.core.finding import Finding
from harness.core.pair import PairReport
from harness.core.spending import Spending
from harness.core.tree import Tree

SCHEMA = "harness/verdict/1"


class Outcome(StrEnum):
    """What a check or a verdict comes to; `unavailable` is an infrastructure error and none of the three."""

    BLOCKED = "blocked"
    UNAVAILABLE = "unavailable"
    INCONCLUSIVE = "inconclusive"
    PASSED = "passed"

    @property
    def exit_code(self) -> ExitCode:
        """The code with which `harness` ends on it."""
        return ExitCode[self.name]

    @property
    def place(self) -> int:
        """Where it stands among all of them, the worst first."""
        return list(Outcome).index(self)


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the worst of some outcomes; of none, inconclusive, since nothing was shown."""
    return min(outcomes, key=lambda one: one.place) if outcomes else Outcome.INCONCLUSIVE


class Rule(StrEnum):
    """Why a check exists."""

    PAIRED = "paired"
    """Base against candidate on the same cases."""
    ABSOLUTE = "absolute"
    """The candidate alone, against a bound over all its cases."""
    CRITICAL = "critical"
    """Cases that must pass."""
    REDEFINED = "redefined"
    """Edited cases, in the form that base knows."""
    INCOMPARABLE = "incomparable"
    """Cases that cannot be compared."""
    UNJUDGED = "unjudged"
    """A pair that no gate judges, or that a single run cannot decide."""
    SPENDING = "spending"
    """What requests cost and take: base against candidate, and the candidate against a bound."""
    CORRECTED = "corrected"
    """What a judge says of base against candidate, corrected by people's labels of answers on both."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A metric on the same cases of both trees; shares and means in [0, 1]."""

    base: float
    candidate: float
    n: int
    lost: int
    """Cases on which the candidate is worse."""
    gained: int
    """Cases on which it is better."""

    @property
    def drop(self) -> float:
        """How far the metric fell; negative when it rose."""
        return self.base - self.candidate


@dataclass(frozen=True, slots=True)
class Check(Document):
    """A rule applied to what was measured."""

    outcome: Outcome
    rule: Rule
    suite: str
    prompt: str
    reason: str
    """One sentence with the numbers that decided."""
    gate: str = ""
    metric: str = ""
    slice: str = ""
    base: float | None = None
    candidate: float | None = None
    n: int = 0
    lost: int = 0
    gained: int = 0
    margin: float | None = None
    at_least: float | None = None
    runs: int = 0
    """All runs on both trees, where answers vary."""
    low: float | None = None
    """The 95 % interval of candidate minus base, or minus the bound, where answers vary."""
    high: float | None = None
    ratio: float | None = None
    """The natural logarithm of the likelihood ratio of a drop by the margin against no change."""
    at_most: float | None = None
    """The bound of a gate of the budget; its `base`, `candidate` and interval are in the metric's unit. One of
    growth has a `margin` instead: it and the interval are shares of base."""

    @property
    def about(self) -> str:
        """Its pair as who lets it through names it, or `run` for one about all of it."""
        return f"{self.suite}/{self.prompt}" if self.suite else "run"


@dataclass(frozen=True, slots=True)
class Expected(Document):
    """One expectation of a case, and what it came to on both trees."""

    says: str
    base: str
    """Why base does not meet it; empty where it does."""
    candidate: str
    """Why the candidate does not."""


@dataclass(frozen=True, slots=True)
class Flip(Document):
    """A case whose result changed between base and candidate."""

    case: str
    suite: str
    prompt: str
    change: str
    """`lost` or `gained`."""
    reason: str
    """Why the losing side fails: its first unmet expectations."""
    form: str = "candidate"
    """In whose form the case was judged: `candidate`, or `base` for a removed case or an edited one's old form."""
    critical: bool = False
    tags: tuple[str, ...] = ()
    vars: str = ""
    """The case's `vars` as JSON, then what else the user says, the longest cut to some 600 characters in all."""
    expected: str = ""
    """Its expectations and its reference in one line."""
    base_answer: str = ""
    candidate_answer: str = ""
    runs: str = ""
    """How many runs passed on base and here, as `3/3 -> 0/3`, where answers vary; the result is what most came to."""
    path: str = ""
    """The file that says the case in this form, on its own tree."""
    line: int = 0
    """Its line there; 0 where nobody knows it."""
    expectations: tuple[Expected, ...] = ()
    """What became of its expectations on either tree, in the order of the case; of many, those that are met are left
    out."""


@dataclass(frozen=True, slots=True)
class Failing(Document):
    """A case that the candidate fails or that nobody can tell, whatever base does."""

    case: str
    suite: str
    prompt: str
    reason: str
    critical: bool = False
    vars: str = ""
    """As of a flip."""
    expected: str = ""
    answer: str = ""
    unable: bool = False
    """Whether nobody can tell; `reason` says why."""
    base_passed: bool | None = None
    """What the same form of the case came to on base; null where base was not asked or nobody can tell."""


@dataclass(frozen=True, slots=True)
class Flaky(Document):
    """A case that base passes at one time and fails at another."""

    case: str
    suite: str
    prompt: str
    passed: int
    runs: int


@dataclass(frozen=True, slots=True)
class Incomparable(Document):
    """A case that one tree cannot render, or that nobody could mark."""

    case: str
    suite: str
    prompt: str
    reason: str
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Tries(Document):
    """What some attacks came to on one tree."""

    attacks: int
    succeeded: int
    undecided: int


@dataclass(frozen=True, slots=True)
class Attempts(Document):
    """The attacks through one carrier that could break one rule; an attack can break several."""

    rule: str
    carrier: str
    candidate: Tries
    base: Tries | None = None
    """Of the same attacks; null where base was not asked."""


@dataclass(frozen=True, slots=True)
class Attacked(Document):
    """What the attacks on one prompt came to on the candidate."""

    prompt: str
    cases: int
    succeeded: int
    undecided: int
    """Attacks of which nobody can tell: the model could not do what it was not to do, or did not answer."""
    rate: float
    """The share of the others that succeeded."""
    low: float
    """Its 95 % interval; attacks that share a payload count as one cluster."""
    high: float
    base_rate: float | None = None
    answered: float | None = None
    """The share of harmless twins that were answered as they are without an attack beside them."""
    attempts: tuple[Attempts, ...] = ()
    """By rule and carrier, whether or not any succeeded."""


@dataclass(frozen=True, slots=True)
class Run(Document):
    """What the run took; the only part that differs between two runs of one gate."""

    calls: int = 0
    cached: int = 0
    failures: int = 0
    cost: int = 0
    """Micro-USD."""
    unpriced: int = 0
    """Answers whose pin has no price."""
    retries: int = 0
    unknown: int = 0
    """Calls of which nobody knows whether they were billed; they stand in `cost` at their worst."""
    notional: bool = False
    replayed: str = ""
    """The recording that gave the answers; empty when the store and the models did."""
    seconds: float = 0.0
    started: str = ""
    notices: tuple[str, ...] = ()
    """What this run noticed of its models: that one changed, or cost more than its pin says."""


@dataclass(frozen=True, slots=True)
class Lifted(Document):
    """An inconclusive check that somebody lets through."""

    check: str
    """As `suite/prompt`, or `run` for one about all of it."""
    by: str
    how: str
    """`waiver`, or `approval` of the judged commit."""
    reason: str
    until: str = ""
    """The last day of a waiver."""

    def __str__(self) -> str:
        """Return it as a sentence."""
        until = f", until {self.until}" if self.until else ""
        return f"{self.check} is inconclusive and let through by {self.by}: {self.how}, {self.reason}{until}"


@dataclass(frozen=True, slots=True)
class Verdict(Document):
    """The one document of a gate run."""

    outcome: Outcome
    exit_code: int
    summary: str
    scope: str
    """`full`; `partial` when filters left cases out; `shard` for a part of the pairs, the others judged elsewhere."""
    mode: str
    """`paired` against a base, `absolute` without one, `both` with `--all`."""
    policy: str
    """`base` or `candidate`: whose gates judged."""
    advisory: bool
    """Whether the harness that judged is the working tree's own, which the change may touch as well."""
    candidate: Tree
    base: Tree | None = None
    notices: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """The paths of the files that differ, of those that a verdict rests on."""
    pairs: tuple[PairReport, ...] = ()
    checks: tuple[Check, ...] = ()
    flips: tuple[Flip, ...] = ()
    failing: tuple[Failing, ...] = ()
    incomparable: tuple[Incomparable, ...] = ()
    redefined: tuple[str, ...] = ()
    flaky: tuple[Flaky, ...] = ()
    """The cases of judged pairs that flicker on base, those first that flicker most."""
    attacks: tuple[Attacked, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What got through, by rule and carrier, at the line of the prompt that lets it in."""
    detectors: tuple[Card, ...] = ()
    """What is known of the detectors that judged, and what they are known to miss."""
    lifted: tuple[Lifted, ...] = ()
    """The inconclusive checks that somebody lets through whom base allows to."""
    shard: str = ""
    """Which part of the pairs was judged, as `2/3`; empty for all."""
    profile: str = "pr"
    """How many cases were composed: `pr`, `nightly`, or `release` for all."""
    weighing: str = ""
    """`blocking`, or `advisory` and why: what gates may do that weigh answers which vary; empty where none do."""
    spending: tuple[Spending, ...] = ()
    """What the requests of each judged prompt cost and take, where policy has a suite `budget`."""
    schema: str = SCHEMA
    version: str = ""
    run: Run = field(default_factory=Run)

    def leave(self, check: Check) -> Lifted | None:
        """Return by whose leave an inconclusive check of it counts as passed, if by anybody's."""
        leaves = (one for one in self.lifted if one.check == check.about)
        return next(leaves, None) if check.outcome is Outcome.INCONCLUSIVE else None

    @property
    def told(self) -> tuple[str, ...]:
        """What a reader should know before the checks: who let what through, and every notice."""
        return (*dict.fromkeys(map(str, self.lifted)), *self.notices, *self.run.notices)

    @property
    def lost(self) -> list[Flip]:
        """The cases that base passes and the candidate fails."""
        return [flip for flip in self.flips if flip.change == "lost"]

    @property
    def other_failing(self) -> list[Failing]:
        """The failing cases that are not among the lost ones."""
        lost = {(flip.suite, flip.prompt, flip.case) for flip in self.lost}
        return [item for item in self.failing if (item.suite, item.prompt, item.case) not in lost]
