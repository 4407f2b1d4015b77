"""Shards come to the verdict of the whole, and to none if one of them is missing or another gate's."""

from dataclasses import replace

import pytest

from harness.core.errors import UsageError
from harness.core.pair import PairReport
from harness.core.tree import Tree
from harness.core.verdict import Check, Failing, Flaky, Outcome, Rule, Run, Verdict
from harness.gate.merging import merged

PAIRS = (
    PairReport("bias", "desk", "unchanged", "1", "1", 4),
    PairReport("injection", "desk", "changed", "2", "3", 5),
    PairReport("regression", "desk", "changed", "4", "5", 6),
)
RUN = Run(calls=3, cached=4, cost=5, seconds=2.0, started="2026-11-22T01:00:00+00:00", notices=("slow",))
EMPTY = Verdict(
    outcome=Outcome.PASSED,
    exit_code=0,
    summary="",
    scope="shard",
    mode="paired",
    policy="base",
    advisory=True,
    candidate=Tree("change", "a" * 40),
    base=Tree("main", "b" * 40),
    notices=("told by all",),
    pairs=PAIRS,
    run=RUN,
)
LOST = Check(Outcome.BLOCKED, Rule.PAIRED, "injection", "desk", "lost")
RIGHT = Check(Outcome.PASSED, Rule.PAIRED, "regression", "desk", "right")
CRITICAL = Check(Outcome.PASSED, Rule.CRITICAL, "regression", "desk", "critical")
CAVEAT = Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", "no policy")


def failing(case: str, suite: str, *, critical: bool = False) -> Failing:
    """Return a case that fails."""
    return Failing(case, suite, "desk", "why", critical)


ONE = replace(
    EMPTY,
    shard="1/2",
    outcome=Outcome.INCONCLUSIVE,
    exit_code=3,
    pairs=(*PAIRS[:2], replace(PAIRS[2], passed=6)),
    checks=(CAVEAT, RIGHT, CRITICAL),
    failing=(failing("c", "regression", critical=True), failing("a", "regression")),
    flaky=(Flaky("x", "regression", "desk", 5, 10),),
    weighing="blocking",
)
TWO = replace(
    EMPTY,
    shard="2/2",
    outcome=Outcome.BLOCKED,
    exit_code=1,
    pairs=(PAIRS[0], replace(PAIRS[1], passed=2), PAIRS[2]),
    checks=(LOST, CAVEAT),
    failing=(failing("b", "injection"),),
    flaky=(Flaky("y", "injection", "desk", 5, 10), Flaky("z", "injection", "desk", 9, 10)),
    weighing="blocking",
    run=replace(RUN, calls=10, seconds=1.0, started="2026-11-22T00:59:00+00:00"),
)


class TestAWhole:
    @pytest.mark.parametrize("shards", [[ONE, TWO], [TWO, ONE]])
    def test_has_what_each_shard_found_in_the_order_of_one_gate(self, shards: list[Verdict]) -> None:
        """Critical cases first, then by pair; what all say is said once; whoever came first does not matter."""
        found = merged(shards)
        assert (found.outcome, found.exit_code, found.scope, found.shard) == (Outcome.BLOCKED, 1, "full", "")
        assert found.checks == (LOST, CAVEAT, RIGHT, CRITICAL)
        assert [one.case for one in found.failing] == ["c", "b", "a"]
        assert [one.case for one in found.flaky] == ["y", "x", "z"]
        assert [pair.passed for pair in found.pairs] == [None, 2, 6]
        assert (found.notices, found.weighing) == (("told by all",), "blocking")

    def test_took_what_all_took_and_as_long_as_the_slowest(self) -> None:
        """They ran side by side."""
        run = merged([ONE, TWO]).run
        assert (run.calls, run.cached, run.cost, run.seconds) == (13, 8, 10, 2.0)
        assert (run.started, run.notices) == ("2026-11-22T00:59:00+00:00", ("slow",))

    def test_of_nothing_to_judge_passes(self) -> None:
        """As one gate does of which no pair differs."""
        assert merged([replace(EMPTY, shard="1/1")]).outcome is Outcome.PASSED

    def test_is_no_better_than_any_of_its_shards(self) -> None:
        """A shard that could not conclude, and does not say on what, is not outvoted by the others."""
        doubtful = replace(EMPTY, shard="1/2", outcome=Outcome.INCONCLUSIVE, exit_code=3)
        assert merged([doubtful, replace(EMPTY, shard="2/2", checks=(RIGHT,))]).outcome is Outcome.INCONCLUSIVE


class TestNoWhole:
    @pytest.mark.parametrize(
        ("shards", "told"),
        [
            ([ONE], "shard 2/2 is missing"),
            ([replace(TWO, shard="3/3")], "shard 1/3, 2/3 is missing"),
            ([ONE, TWO, TWO], "shard 2/2 stands twice"),
            ([ONE, TWO, replace(TWO, shard="1/1")], "shard 1/1 belongs to another gate than shard 1/2"),
            ([replace(ONE, shard="")], "a verdict that is no shard cannot be merged"),
            ([], "there is no shard"),
            ([replace(ONE, scope="partial"), TWO], "a verdict that is no shard cannot be merged"),
            ([replace(ONE, shard="1/x")], "a shard has no name such as 1/2"),
            ([replace(ONE, shard="1/99999999999")], "a shard has no name such as 1/2"),
        ],
    )
    def test_comes_of_parts_that_do_not_fit(self, shards: list[Verdict], told: str) -> None:
        """A part that nobody judged must not pass by being absent."""
        with pytest.raises(UsageError) as error:
            merged(shards)
        assert error.value.what == told

    @pytest.mark.parametrize(
        ("other", "told"),
        [
            (replace(TWO, candidate=Tree("change", "c" * 40)), "candidate"),
            (replace(TWO, candidate=Tree("change", "a" * 40, dirty=True)), "candidate"),
            (replace(TWO, base=Tree("main", "c" * 40)), "base"),
            (replace(TWO, base=None), "base"),
            (replace(TWO, policy="candidate"), "policy"),
            (replace(TWO, profile="release"), "policy"),
            (replace(TWO, version="2"), "harness"),
            (replace(TWO, run=replace(RUN, replayed="answers.jsonl")), "recording"),
            (replace(TWO, changed=("params.yaml",)), "changed files"),
            (replace(TWO, pairs=PAIRS[:2]), "pairs"),
        ],
    )
    def test_comes_of_another_gate(self, other: Verdict, told: str) -> None:
        """A verdict on something else, however well it looks, is none on this."""
        with pytest.raises(UsageError) as error:
            merged([ONE, other])
        assert error.value.what == f"shard 2/2 belongs to another gate than shard 1/2: {told}"
