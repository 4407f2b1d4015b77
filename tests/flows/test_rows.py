"""A row: what was asked for the results of one case."""

from harness.core.case import Case
from harness.core.score import CaseResult
from harness.flows.rows import BASE, CANDIDATE, FRESH_CANDIDATE, Row
from harness.plan.union import Change, Pairing

PAIRING = Pairing("c1", Change.SAME, Case("c1", {}, ()))
DONE = CaseResult(passed=True, metrics={})


class TestTheTrialsOfARow:
    def test_are_those_that_came_to_a_result(self) -> None:
        """A key alone is no question: of a pair that is judged by bounds, base is asked nothing."""
        row = Row(PAIRING, keys=["old", "new", "", ""])
        row.results[CANDIDATE] = DONE

        assert list(row.trials()) == [("new", 0, False)]

    def test_that_both_trees_ask_alike_are_one(self) -> None:
        """It is asked once, and fails once."""
        row = Row(PAIRING, [DONE, DONE, None, None], keys=["same", "same", "", ""])

        assert len(set(row.trials())) == 1

    def test_are_one_for_each_arm(self) -> None:
        """An attack, its twin and its control; the control of both trees is one."""
        arms: dict[int, tuple[str, ...]] = {BASE: ("a1", "t1", "c"), CANDIDATE: ("a2", "t2", "c")}
        row = Row(PAIRING, [DONE, DONE, None, None], keys=["all1", "all2", "", ""], arms=arms)

        assert {key for key, _, _ in row.trials()} == {"a1", "t1", "a2", "t2", "c"}

    def test_are_one_for_each_repeat(self) -> None:
        """Those that a gate asks for itself are no repeats of those that all share."""
        runs = {BASE: {0: DONE, 1: DONE}, CANDIDATE: {0: DONE}, FRESH_CANDIDATE: {0: DONE, 1: DONE}}
        row = Row(PAIRING, keys=["old", "new", "", ""], runs=runs)

        assert sorted(row.trials()) == [
            ("new", 0, False), ("new", 0, True), ("new", 1, True), ("old", 0, False), ("old", 1, False),
        ]  # fmt: skip
