"""The verdict: every check with its evidence, worst first, and the document that all reports are views of."""

from dataclasses import dataclass, field
from enum import StrEnum

from harness.core.errors import ExitCode

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


_WORST_FIRST = list(Outcome)


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the worst of some outcomes; of none, inconclusive, since nothing was shown."""
    return min(outcomes, key=_WORST_FIRST.index) if outcomes else Outcome.INCONCLUSIVE


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
class Check:
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


@dataclass(frozen=True, slots=True)
class Flip:
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
    expected: str = ""
    base_answer: str = ""
    candidate_answer: str = ""


@dataclass(frozen=True, slots=True)
class Failing:
    """A case that the candidate fails or that nobody can tell, whatever base does."""

    case: str
    suite: str
    prompt: str
    reason: str
    critical: bool = False
    expected: str = ""
    answer: str = ""
    unable: bool = False


@dataclass(frozen=True, slots=True)
class Incomparable:
    """A case that one tree cannot render, or that nobody could mark."""

    case: str
    suite: str
    prompt: str
    reason: str


@dataclass(frozen=True, slots=True)
class PairReport:
    """What became of one pair."""

    suite: str
    prompt: str
    status: str
    """`unchanged`, `changed`, `added`, `removed`, or `all` when judged without having changed."""
    base_digest: str = ""
    candidate_digest: str = ""
    cases: int = 0
    passed: int = 0
    added: int = 0
    removed: int = 0
    edited: int = 0
    why: tuple[str, ...] = ()
    """What differs, in words."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Which files were judged, or judged against."""

    label: str
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Run:
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one document of a gate run."""

    outcome: Outcome
    exit_code: int
    summary: str
    scope: str
    """`full`, or `partial` when filters left cases out."""
    mode: str
    """`paired` against a base, `absolute` without one, `both` with `--all`."""
    policy: str
    """`base` or `candidate`: whose gates judged."""
    advisory: bool
    candidate: Tree
    base: Tree | None = None
    notices: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """The paths of the files that differ."""
    pairs: tuple[PairReport, ...] = ()
    checks: tuple[Check, ...] = ()
    flips: tuple[Flip, ...] = ()
    failing: tuple[Failing, ...] = ()
    incomparable: tuple[Incomparable, ...] = ()
    redefined: tuple[str, ...] = ()
    schema: str = SCHEMA
    version: str = ""
    run: Run = field(default_factory=Run)
