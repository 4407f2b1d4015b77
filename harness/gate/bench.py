"""The bench: what a pair is judged by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harness.core.pair import Pair
from harness.core.policy import Gate, SuitePolicy
from harness.core.verdict import Check, Comparison, Outcome, Rule

type Compare = Callable[[Sequence[float], Sequence[float]], Comparison]


class Noise(NamedTuple):
    """How answers are weighed that vary from one time to the next."""

    alpha: Mapping[str, tuple[float, float]]
    """By gate, the share of harmless changes that it may block, and that each of its slices may."""
    exact: tuple[bool, bool] = (False, False)
    """Whether base's answers, and the candidate's, do not vary."""
    chosen: bool = False
    """Whether the cases were chosen by how they answered, so that they say nothing of the others, or of chance."""
    unproven: str = ""
    """Why nothing may be blocked by weighing yet; empty where it may."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a pair is judged by."""

    pair: Pair
    gates: Sequence[Gate]
    limits: SuitePolicy
    compare: Compare
    paired: bool
    """Whether there is a base to compare with."""
    absolute: bool
    """Whether absolute bounds are judged."""
    noise: Noise | None = None
    """How answers are weighed that vary; None where equal requests always get equal answers."""

    def check(self, outcome: Outcome, rule: Rule, reason: str, **more: object) -> Check:
        """Return a check of this pair."""
        return Check(outcome, rule, self.pair.suite, self.pair.prompt, reason, **more)  # type: ignore[arg-type]  # named fields

    def proven(self, outcome: Outcome, reason: str) -> tuple[Outcome, str]:
        """Return an outcome that rests on weighing, with its reason: unproven, it may not block."""
        if outcome is Outcome.BLOCKED and self.noise and self.noise.unproven:
            return Outcome.INCONCLUSIVE, f"would block: {reason}"
        return outcome, reason
