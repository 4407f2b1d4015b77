"""The sentence of a check whose answers vary, word by word."""

from dataclasses import replace
from math import log

import pytest

from harness.core.runs import Difference, Look, Step
from harness.gate.sentence import Why, bound_sentence, drop_sentence, moved
from tests.gate.repeats import GATE

SEEN = Difference(-0.0625, 0.0125, 0.8125, 0.75, 265)
FRESH = Difference(-0.059, 0.02, 0.81, 0.751, 265)
LOOK = Look(Step.BLOCK, SEEN, ratio=log(1204), runs=2915, least=0.0421, needed=412, times=1.553)
AGAIN = Look(Step.BLOCK, FRESH, ratio=5.0, runs=1204)
MOVED = "81.2% -> 75.0% (-6.2 points, 95% CI -8.7 to -3.8, 2915 runs of 265 cases)"
BETTER = "a drop of 5.0 points explains this 1,204 times better than no change"
RERUN = "a fresh side-by-side rerun (-5.9 points, 1204 runs)"


def drop(why: Why, look: Look = LOOK, again: Look = AGAIN) -> str:
    """Return what is said of a comparison, after how it moved."""
    before, _, after = drop_sentence(why, SEEN, look, again, 0.05).partition("; ")
    assert before == MOVED
    return after


FOUND = "a drop of 4.2 points would be found nine times in ten"
FEW = "too few cases to weigh (those that ask the same are one): add some, or set the temperature to 0"


class TestHowAMetricMoved:
    def test_is_said_by_both_means_the_difference_its_interval_and_the_runs(self) -> None:
        """Never a bare mean: 1.96 standard errors are 2.45 points."""
        assert moved(SEEN, 2915) == MOVED

    def test_is_said_with_its_sign(self) -> None:
        """A gain is told from a loss at first sight, and one case is no cases."""
        seen = Difference(0.1, 0.05, 0.5, 0.6, 1)

        assert moved(seen, 1) == "50.0% -> 60.0% (+10.0 points, 95% CI +0.2 to +19.8, 1 run of 1 case)"


class TestTheIntervalOfADifference:
    def test_stays_among_the_differences_that_there_are(self) -> None:
        """Nothing falls by more than 100 points, nor rises by more."""
        assert "95% CI -100.0 to +100.0, " in moved(Difference(-0.5, 0.9, 0.75, 0.25, 10), 20)


class TestTheSentenceOfADrop:
    def test_that_came_back_is_that_of_the_documentation(self) -> None:
        """Effect, interval, runs, odds and decision."""
        assert drop(Why.BACK) == f"{BETTER}, and it came back in {RERUN}"

    @pytest.mark.parametrize(
        ("why", "expected"),
        [
            pytest.param(
                Why.FEW,
                FEW,
                id="few",
            ),
            pytest.param(
                Why.QUIET,
                f"nothing points to a drop of 5.0 points, and {FOUND}",
                id="quiet",
            ),
            pytest.param(
                Why.UNCONFIRMED, f"{BETTER}, and {RERUN} neither confirmed it nor ruled it out", id="unconfirmed"
            ),
            pytest.param(Why.GONE, f"{BETTER}, but it did not come back in {RERUN}", id="gone"),
            pytest.param(
                Why.NARROW,
                f"{BETTER}, and it came back in {RERUN}, but in few cases: more would show how far it reaches",
                id="narrow",
            ),
            pytest.param(
                Why.OPEN,
                "neither a drop of 5.0 points nor no change is shown, and the waves are at their end: "
                "412 cases like these, or 1.6 times as many runs of each, would decide",
                id="open",
            ),
        ],
    )
    def test_says_on_what_it_rests(self, why: Why, expected: str) -> None:
        """A release manager learns what to do from it."""
        assert drop(why) == expected

    def test_that_is_ruled_out_says_what_would_have_been_found(self) -> None:
        """A pass without its reach would promise too much; the odds are turned around."""
        assert drop(Why.HARMLESS, LOOK._replace(ratio=-log(37))) == (
            "no change explains this 37 times better than a drop of 5.0 points; "
            "a drop of 4.2 points would be found nine times in ten"
        )

    @pytest.mark.parametrize("needed", [264, 265])
    def test_that_is_open_names_no_cases_where_there_are_enough(self, needed: int) -> None:
        """Bad luck is not cured by cases."""
        assert drop(Why.OPEN, LOOK._replace(needed=needed)) == (
            "neither a drop of 5.0 points nor no change is shown, and the waves are at their end"
        )

    def test_that_is_open_names_the_cases_where_one_is_missing(self) -> None:
        """266 are more than 265."""
        assert drop(Why.OPEN, LOOK._replace(needed=266)).endswith(
            ": 266 cases like these, or 1.6 times as many runs of each, would decide"
        )

    def test_that_is_open_names_no_runs_where_other_cases_are_meant(self) -> None:
        """However often these are asked, they say no more of those."""
        assert drop(Why.OPEN, LOOK._replace(times=0.0)).endswith(": 412 cases like these would decide")

    def test_names_no_figures_of_a_rerun_in_which_no_case_ran(self) -> None:
        """There are none."""
        assert drop(Why.UNCONFIRMED, again=Look(Step.MORE)) == (
            f"{BETTER}, and a fresh side-by-side rerun neither confirmed it nor ruled it out"
        )

    def test_names_its_margin(self) -> None:
        """Of a slice, another than of the mean."""
        assert "nothing points to a drop of 12.5 points" in drop_sentence(Why.QUIET, SEEN, LOOK, AGAIN, 0.125)


class TestTheOdds:
    @pytest.mark.parametrize(
        ("ratio", "expected"),
        [(log(9.6), "10"), (0.0, "1"), (19.99, "480,337,721"), (20.0, "more than 100 million")],
    )
    def test_are_counted_as_long_as_somebody_counts(self, ratio: float, expected: str) -> None:
        """They are e to the power of the ratio."""
        assert f" explains this {expected} times better " in drop(Why.BACK, LOOK._replace(ratio=ratio))


class TestTheSentenceOfABound:
    SEEN = Difference(-0.075, 0.02, 0.925, 0.85, 40)
    GATE = replace(GATE, at_least=0.9)

    def said(self, why: Why) -> str:
        """Return what is said of the bound."""
        look = Look(Step.BLOCK, self.SEEN, ratio=log(50), runs=120, least=0.066, needed=70, times=1.75)
        again = Look(Step.BLOCK, Difference(-0.08, 0.02, 0.925, 0.845, 40), runs=80)
        return bound_sentence(why, self.SEEN, look, again, self.GATE)

    def test_says_the_candidate_s_mean_and_its_interval(self) -> None:
        """There is no other tree: 85 % plus and minus 1.96 standard errors of 2 points."""
        assert self.said(Why.BACK) == (
            "85.0% (95% CI 81.1 to 88.9, 120 runs of 40 cases), and the bound is 90.0%; a mean of 87.5% explains this "
            "50 times better than a mean of 92.5%, and it came back in a fresh rerun (84.5%, 80 runs)"
        )

    def test_keeps_its_interval_among_the_means_that_there_are(self) -> None:
        """No mean is above 100 %, nor below nothing."""
        wide = bound_sentence(Why.BACK, Difference(-0.4, 0.9, 0.925, 0.525, 40), LOOK, AGAIN, self.GATE)

        assert wide.startswith("52.5% (95% CI 0.0 to 100.0, ")

    def test_says_what_would_decide(self) -> None:
        """The bound lies between what passes and what blocks."""
        assert self.said(Why.OPEN).endswith(
            "; neither a mean of 87.5% nor a mean of 92.5% is shown, and the waves are at their end: "
            "70 cases like these, or 1.8 times as many runs of each, would decide"
        )
