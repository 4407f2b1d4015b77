"""Cases that must pass: by one run each where answers never vary, and by what their repeats came to where they do."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from harness.core.judged import Judged, Standing
from harness.core.score import CaseResult
from harness.core.verdict import Check, Outcome, Rule
from harness.gate.bench import Bench
from harness.gate.critical import critical
from tests.gate.repeats import BENCH, NOISE, UNABLE, results

PASSES, FAILS = results(1, 1)[0], results(0, 1)[0]
MUST = Judged("must", "same", critical=True, tags=frozenset(), base=PASSES, candidate=PASSES)
FREE = MUST._replace(case="free", critical=False)
UNPROVEN = replace(BENCH, noise=NOISE._replace(unproven="no selftest is on base"))


def check(standings: Mapping[str, Standing], bench: Bench = BENCH) -> Check:
    """Return the check of cases with these standings, and of one that need not pass."""
    (found,) = critical([FREE, *(MUST._replace(case=case) for case in standings)], bench, standings)
    return found


class TestTheStandingsOfRepeats:
    @pytest.mark.parametrize(
        ("standings", "expected", "reason"),
        [
            pytest.param([Standing.FINE], Outcome.PASSED, "the critical case passes", id="fine"),
            pytest.param([Standing.FINE] * 3, Outcome.PASSED, "all 3 critical cases pass", id="all fine"),
            pytest.param([Standing.BROKEN], Outcome.BLOCKED, "must pass and fails: c0", id="broken"),
            pytest.param([Standing.UNCLEAR], Outcome.INCONCLUSIVE, "must pass and cannot be judged: c0", id="unclear"),
            pytest.param(
                [Standing.REDEFINED],
                Outcome.INCONCLUSIVE,
                "cases were redefined: fails in the form that base knows: c0",
                id="redefined",
            ),
            pytest.param(
                [Standing.KNOWN, Standing.FINE],
                Outcome.PASSED,
                "no critical case fails that base passes; base fails them at times too: c0",
                id="known",
            ),
            pytest.param(
                [Standing.KNOWN, Standing.REDEFINED, Standing.UNCLEAR, Standing.BROKEN, Standing.BROKEN],
                Outcome.BLOCKED,
                "must pass and fails: c3, c4; base fails them at times too: c0",
                id="the broken ones come first",
            ),
            pytest.param(
                [Standing.REDEFINED, Standing.UNCLEAR, Standing.FINE],
                Outcome.INCONCLUSIVE,
                "must pass and cannot be judged: c1",
                id="then what cannot be judged",
            ),
            pytest.param(
                [Standing.KNOWN] * 5,
                Outcome.PASSED,
                "no critical case fails that base passes; base fails them at times too: c0, c1, c2 and 2 more",
                id="many known",
            ),
        ],
    )
    def test_make_one_check_of_the_worst(self, standings: list[Standing], expected: Outcome, reason: str) -> None:
        """With the names that somebody has to look at."""
        named = {f"c{number}": standing for number, standing in enumerate(standings)}

        assert check(named) == Check(
            expected,
            Rule.CRITICAL,
            "regression",
            "desk",
            reason,
            n=len(standings),
            lost=standings.count(Standing.BROKEN),
        )

    def test_go_before_what_one_run_of_them_came_to(self) -> None:
        """The run that a table shows may be the unlucky one."""
        failing = MUST._replace(candidate=FAILS)

        (found,) = critical([failing], BENCH, {"must": Standing.FINE})

        assert found.outcome is Outcome.PASSED

    def test_leave_those_that_are_asked_alike_to_their_one_run(self) -> None:
        """They have no repeats of their own, and both trees fail them by the same answer."""
        alike = MUST._replace(case="alike", base=FAILS, candidate=FAILS)

        (found,) = critical([MUST, alike], BENCH, {"must": Standing.FINE})

        assert (found.outcome, found.n) == (Outcome.PASSED, 2)
        assert found.reason == "no critical case fails that base passes; base fails them at times too: alike"

    def test_block_nothing_as_long_as_weighing_is_unproven(self) -> None:
        """What they would block is said."""
        found = check({"c0": Standing.BROKEN}, UNPROVEN)

        assert (found.outcome, found.reason) == (Outcome.INCONCLUSIVE, "would block: must pass and fails: c0")

    def test_are_told_as_ever_where_they_block_nothing(self) -> None:
        """Nothing to prove."""
        assert check({"c0": Standing.UNCLEAR}, UNPROVEN) == check({"c0": Standing.UNCLEAR})


class TestOneRunEach:
    def judged(self, row: Judged, bench: Bench = BENCH) -> Outcome:
        """Return what one case that must pass comes to."""
        (found,) = critical([row], bench, {})
        return found.outcome

    def test_blocks_without_proof_where_answers_never_vary(self) -> None:
        """What differs, differs; nothing was weighed."""
        assert self.judged(MUST._replace(candidate=FAILS), UNPROVEN) is Outcome.BLOCKED

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            pytest.param(MUST._replace(base=None), Outcome.PASSED, id="base cannot render it"),
            pytest.param(MUST._replace(base=None, candidate=FAILS), Outcome.PASSED, id="nor can base, and it fails"),
            pytest.param(MUST._replace(base=UNABLE, candidate=FAILS), Outcome.PASSED, id="nobody can tell base's"),
            pytest.param(MUST._replace(candidate=None), Outcome.INCONCLUSIVE, id="cannot render it"),
            pytest.param(MUST._replace(candidate=UNABLE), Outcome.INCONCLUSIVE, id="nobody can tell"),
            pytest.param(MUST._replace(change="added", base=None, candidate=FAILS), Outcome.BLOCKED, id="a new one"),
        ],
    )
    def test_is_judged_as_far_as_it_can_be(self, row: Judged, expected: Outcome) -> None:
        """Whoever did not break a case is not made to mend it; not shown to pass is not passed."""
        assert self.judged(row) is expected

    @pytest.mark.parametrize(
        ("old_base", "old_candidate", "expected"),
        [
            pytest.param(PASSES, FAILS, Outcome.INCONCLUSIVE, id="lost"),
            pytest.param(PASSES, None, Outcome.INCONCLUSIVE, id="cannot render it"),
            pytest.param(PASSES, UNABLE, Outcome.INCONCLUSIVE, id="nobody can tell"),
            pytest.param(PASSES, PASSES, Outcome.PASSED, id="kept"),
            pytest.param(FAILS, FAILS, Outcome.PASSED, id="base failed it already"),
            pytest.param(None, FAILS, Outcome.PASSED, id="base cannot render its own"),
        ],
    )
    def test_of_an_edited_case_is_looked_at_in_its_old_form(
        self, old_base: CaseResult | None, old_candidate: CaseResult | None, expected: Outcome
    ) -> None:
        """Rewriting what is expected does not excuse the loss of what was."""
        assert self.judged(MUST._replace(change="edited", old_base=old_base, old_candidate=old_candidate)) is expected

    def test_is_asked_of_no_other_case(self) -> None:
        """Without one that must pass there is no check."""
        assert [*critical([FREE._replace(candidate=FAILS)], BENCH, {})] == []
