"""The policy: which suites run, which gates judge them, and what a run may cost."""

from dataclasses import dataclass, field

from harness.core.errors import Origin

PASS = "pass"  # noqa: S105 (the name of a metric)
"""The metric every suite measures: 1.0 for a case that passed, 0.0 for one that did not."""
RESERVED = frozenset({PASS, "cases", "unable"})
"""What stands beside named metrics in what `harness run` writes, so that none may be called so."""


@dataclass(frozen=True, slots=True)
class SuitePolicy:
    """One entry of `suites:`."""

    name: str
    max_incomparable: float = 0.05
    """The share of cases that may lack a partner on the other tree before nothing can be concluded."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One entry of `gates:`: a metric of a suite, and how far it may fall."""

    name: str
    suite: str
    prompt: str = ""
    """The one prompt it judges; empty for each prompt of the suite."""
    metric: str = PASS
    margin: float = 0.05
    """The drop worth catching, as a share of the cases."""
    at_least: float | None = None
    """The absolute bound on the metric's mean over all cases."""
    slices: tuple[str, ...] = ()
    """Tags that gate by themselves with the same margin."""
    origin: Origin = field(default=Origin(""), compare=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """The judge's part of params.yaml; always read from the base tree."""

    suites: dict[str, SuitePolicy] = field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    run_budget: int | None = None
    """What one run may cost, in micro-USD; None when the policy sets no limit."""

    def gates_of(self, suite: str, prompt: str) -> tuple[Gate, ...]:
        """Return the gates that judge one pair."""
        return tuple(gate for gate in self.gates if gate.suite == suite and gate.prompt in ("", prompt))
