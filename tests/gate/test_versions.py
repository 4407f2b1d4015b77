"""Two versions of harness on the same trees: nothing that they judge otherwise is hidden by a name that two share."""

from dataclasses import replace

from harness.core.tree import Tree
from harness.core.verdict import Check, Outcome, Rule, Verdict
from harness.gate.versions import Otherwise, otherwise

GREW = Check(Outcome.BLOCKED, Rule.SPENDING, "budget", "desk", "", gate="cheap", metric="cost", margin=0.1)
BOUND = replace(GREW, outcome=Outcome.PASSED, margin=None, at_most=0.5)


def verdict(*checks: Check) -> Verdict:
    """Return a verdict of these checks."""
    return Verdict(Outcome.PASSED, 0, "", "full", "both", "base", advisory=False, candidate=Tree("x"), checks=checks)


class TestTwoChecksOfOneGate:
    def test_are_held_against_their_likes(self) -> None:
        """A gate of the budget has one of the growth and one of its bound."""
        old, new = verdict(GREW, BOUND), verdict(replace(GREW, outcome=Outcome.PASSED), BOUND)

        assert [*otherwise(old, new)] == [Otherwise("check", "budget/desk cheap cost (spending)", "blocked", "passed")]
