"""An inconclusive check passes by leave of a manager whom base names; nothing else is lifted."""

from dataclasses import replace

import pytest

from harness.core.authority import Authority, CheckWaiver
from harness.core.forge import Approval
from harness.core.pair import PairReport
from harness.core.tree import Tree
from harness.core.verdict import Check, Outcome, Rule, Verdict
from harness.gate.lifting import lift

HEAD, DIGEST, TODAY = "1" * 40, "abcdef012345" + "6" * 52, "2026-11-22"
DOUBT = Check(Outcome.INCONCLUSIVE, Rule.REDEFINED, "regression", "desk", "cases were redefined")
PASSED = Check(Outcome.PASSED, Rule.PAIRED, "regression", "desk", "no loss")
BLOCKED = Check(Outcome.BLOCKED, Rule.PAIRED, "regression", "desk", "a loss")
WHOLE = Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", "the base cannot be read")
WAIVER = CheckWaiver("regression/desk", DIGEST, "mia", "agreed", "2026-11-22")
BASE = Authority(frozenset({"mia", "noor"}), (WAIVER,))
NOBODY = Authority(frozenset({"mia"}))


def verdict(*checks: Check, scope: str = "full") -> Verdict:
    """Return a verdict of these checks on one pair."""
    outcome = min((check.outcome for check in checks), key=list(Outcome).index)
    return Verdict(
        outcome=outcome,
        exit_code=int(outcome.exit_code),
        summary="",
        scope=scope,
        mode="paired",
        policy="base",
        advisory=False,
        candidate=Tree("change", HEAD),
        pairs=(PairReport("regression", "desk", "changed", "0" * 64, DIGEST),),
        checks=checks,
    )


class TestAWaiver:
    def test_lets_its_check_pass_to_the_end_of_its_last_day(self) -> None:
        """The day after it means nothing any more."""
        doubtful = verdict(DOUBT, PASSED)
        lifted = lift(doubtful, BASE, (), TODAY)
        assert (lifted.outcome, lifted.exit_code) == (Outcome.PASSED, 0)
        assert [tuple(vars_of(one)) for one in lifted.lifted] == [
            ("regression/desk", "mia", "waiver", "agreed", "2026-11-22")
        ]
        assert lift(doubtful, BASE, (), "2026-11-23") == doubtful

    @pytest.mark.parametrize(
        "other",
        [
            replace(WAIVER, check="bias/desk"),
            replace(WAIVER, digest=DIGEST[:12]),
            replace(WAIVER, check="regression/des"),
        ],
    )
    def test_of_something_else_lets_nothing_pass(self, other: CheckWaiver) -> None:
        """It holds for one pair, as it was."""
        doubtful = verdict(DOUBT)
        assert lift(doubtful, replace(BASE, waivers=(other,)), (), TODAY) == doubtful

    def test_of_one_check_leaves_the_others_open(self) -> None:
        """All that is inconclusive must be answered for."""
        doubtful = verdict(DOUBT, WHOLE)
        assert lift(doubtful, BASE, (), TODAY) == doubtful


class TestAnApproval:
    def test_of_what_was_judged_lets_everything_inconclusive_pass(self) -> None:
        """A manager has looked at it."""
        lifted = lift(verdict(DOUBT, WHOLE), NOBODY, [Approval("mia", HEAD)], TODAY)
        assert lifted.outcome is Outcome.PASSED
        assert [(one.check, one.by, one.how, one.reason) for one in lifted.lifted] == [
            ("regression/desk", "mia", "approval", "approved 1111111"),
            ("run", "mia", "approval", "approved 1111111"),
        ]

    def test_of_another_commit_that_proposes_the_same_counts(self) -> None:
        """A merge queue judges a commit of its own, which nobody can approve."""
        lifted = lift(verdict(WHOLE), NOBODY, [Approval("mia", "2" * 40)], TODAY, also="2" * 40)
        assert lifted.lifted[0].reason == "approved 2222222, which proposes the same"

    @pytest.mark.parametrize("approval", [Approval("mia", "2" * 40), Approval("ana", HEAD), Approval("mia", "")])
    def test_by_another_or_of_another_commit_lets_nothing_pass(self, approval: Approval) -> None:
        """What was approved must be what would be merged, by somebody whom base names."""
        doubtful = verdict(DOUBT)
        assert lift(doubtful, NOBODY, [approval], TODAY) == doubtful

    def test_counts_in_either_case(self) -> None:
        """GitHub takes `Mia` and `mia` for one."""
        assert lift(verdict(WHOLE), NOBODY, [Approval("MIA", HEAD)], TODAY).lifted[0].by == "mia"

    def test_of_two_managers_is_told_of_the_first_by_name(self) -> None:
        """Whoever approved first, the verdict is the same."""
        both = [Approval("noor", HEAD), Approval("mia", HEAD)]
        assert lift(verdict(WHOLE), BASE, both, TODAY).lifted[0].by == "mia"


class TestNothingElse:
    @pytest.mark.parametrize(
        "found",
        [
            replace(verdict(DOUBT), checks=()),
            verdict(BLOCKED, DOUBT),
            verdict(PASSED),
            verdict(DOUBT, scope="partial"),
            verdict(DOUBT, scope="shard"),
        ],
    )
    def test_is_lifted(self, found: Verdict) -> None:
        """A blocked verdict is lifted by nobody, and one on some of the cases says nothing of the others."""
        assert lift(found, BASE, [Approval("mia", HEAD)], TODAY) == found


def vars_of(one: object) -> list[object]:
    """Return the values of a record in the order of its fields."""
    return [getattr(one, name) for name in one.__dataclass_fields__]  # type: ignore[attr-defined]
