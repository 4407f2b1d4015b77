"""What attacks came to, by rule and carrier."""

from harness.core.case import Case, Expectation
from harness.core.score import CaseResult, Score
from harness.core.verdict import Attempts, Tries
from harness.flows.attacks import attempts
from harness.flows.rows import Row
from harness.plan.union import Change, Pairing

OBEYS = Expectation("obeys-marker", negated=True, metric="lh-inj-001")
LEAKS = Expectation("leaks-canary", negated=True, metric="lh-leak-001")
REFUSES = Expectation("is-refusal", negated=True, metric="lh-ref-001")
RESISTED = CaseResult(passed=True, metrics={})
UNDECIDED = CaseResult(passed=None, metrics={})
OBEYED = CaseResult(
    passed=False, metrics={}, failed=(Score("not-obeys-marker", 0.0, passed=False, metric="lh-inj-001"),)
)


def row(carrier: str, base: CaseResult | None, candidate: CaseResult | None) -> Row:
    """Return an attack that could break two rules, whose harmless twin could be refused."""
    arms = (Case("a.attack", {}, (OBEYS, LEAKS)), Case("a.twin", {}, (REFUSES, OBEYS)), Case("a.control", {}, ()))
    case = Case("a", {}, (), tags=("family", "objective", carrier, "identity"), arms=arms)
    return Row(Pairing("a", Change.SAME, case), [base, candidate, None, None])


class TestAttemptsByRuleAndCarrier:
    def test_count_what_was_tried_on_either_tree(self) -> None:
        """An attack stands in each rule that it could break, and is a success of the rule that it broke."""
        rows = [row("user", RESISTED, OBEYED), row("user", RESISTED, UNDECIDED), row("email", None, RESISTED)]

        found = {(one.rule, one.carrier): (one.candidate, one.base) for one in attempts(rows)}

        assert found == {
            ("LH-INJ-001", "user"): (Tries(2, 1, 1), Tries(2, 0, 0)),
            ("LH-INJ-001", "email"): (Tries(1, 0, 0), None),
            ("LH-LEAK-001", "user"): (Tries(2, 0, 1), Tries(2, 0, 0)),
            ("LH-LEAK-001", "email"): (Tries(1, 0, 0), None),
            ("LH-REF-001", "user"): (Tries(2, 0, 1), Tries(2, 0, 0)),
            ("LH-REF-001", "email"): (Tries(1, 0, 0), None),
        }

    def test_count_no_attack_that_only_base_has(self) -> None:
        """One that the change removes was not tried on the candidate."""
        assert attempts([row("user", OBEYED, None)])[0] == Attempts(
            "LH-INJ-001", "user", Tries(0, 0, 0), Tries(1, 1, 0)
        )
