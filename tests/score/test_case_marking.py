"""What a case comes to: every expectation, or the weighted mean; and when nobody can tell."""

from collections.abc import Callable
from typing import cast

import pytest

from harness.core.case import Case, Expectation
from harness.core.completion import Completion
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.core.score import CaseResult, Mark
from harness.ports import Scorer
from harness.score.marking import leaves, score_case
from harness.score.simple import Simple

type Judge = Callable[..., CaseResult]

YES: dict[str, Json] = {"contains": "a"}
NO: dict[str, Json] = {"contains": "b"}
UNABLE: dict[str, Json] = {"python": "broken.py:broken"}
WHY_UNABLE = "python broken.py:broken: raised ValueError: three is no tone"
WHY_NOT = 'contains "b": the answer says "a"'


class One:
    """A registry with one scorer that gives always the same mark."""

    def __init__(self, value: float) -> None:
        self.scorer = Simple("1", lambda _expected, _reference: "", lambda *_: Mark(value))

    def find(self, kind: str) -> Scorer | None:
        """The one scorer, under the name `one`."""
        return cast("Scorer", self.scorer) if kind == "one" else None


class TestCaseMarking:
    @pytest.mark.parametrize(
        ("expect", "passed"),
        [
            pytest.param([YES, YES], True, id="all are met"),
            pytest.param([YES, NO], False, id="one is not"),
            pytest.param([YES, UNABLE], None, id="the one that would decide cannot be told"),
            pytest.param([NO, UNABLE], False, id="it fails whatever the other would say"),
            pytest.param([{"any-of": [NO, YES]}], True, id="any of two"),
            pytest.param([{"any-of": [NO, NO]}], False, id="none of two"),
            pytest.param([{"any-of": [UNABLE, YES]}], True, id="a part that is met wins over an unable one"),
            pytest.param([{"any-of": [UNABLE, NO]}], None, id="the unable part might have been met"),
            pytest.param([{"all-of": [YES, YES]}], True, id="all of two"),
            pytest.param([{"all-of": [YES, NO]}], False, id="one of two is not all"),
            pytest.param([{"all-of": [UNABLE, NO]}], False, id="a part that fails wins over an unable one"),
            pytest.param([{"all-of": [UNABLE, YES]}], None, id="the unable part might have failed"),
            pytest.param([{"any-of": [{"all-of": [YES, UNABLE]}, NO]}], None, id="unable climbs up"),
        ],
    )
    def test_passes_when_every_expectation_is_met(self, judge: Judge, expect: list[Json], passed: bool | None) -> None:  # noqa: FBT001 (what a parametrised outcome is)
        """Without a threshold of its own a case is as good as its worst expectation."""
        result = judge("a", *expect)

        assert result.passed is passed
        assert result.metrics == ({} if passed is None else {"pass": float(passed)})
        assert bool(result.problem) is (passed is None)

    def test_keeps_which_expectation_is_not_met_and_of_which_nobody_can_tell(self, judge: Judge) -> None:
        """A report pairs each with its reason, though two are worded alike."""
        result = judge("a", YES, NO, UNABLE, NO)

        assert [(score.place, score.reason) for score in result.failed] == [(1, WHY_NOT), (3, WHY_NOT)]
        assert [(score.place, score.unable) for score in result.untold] == [(2, WHY_UNABLE)]

    @pytest.mark.parametrize(
        ("expect", "threshold", "passed"),
        [
            pytest.param([YES, NO], 0.5, True, id="half is enough"),
            pytest.param([YES, NO], 0.51, False, id="half is not enough"),
            pytest.param([{**YES, "weight": 4}, NO], 0.8, True, id="weights count"),
            pytest.param([YES, YES, NO], 2 / 3, True, id="rounding does not decide"),
            pytest.param([{"contains": "a", "weight": 0.1}] * 3 + [{**NO, "weight": 0.7}], 0.3, True, id="decimals"),
            pytest.param([YES, UNABLE], 0.5, True, id="enough without the unable one"),
            pytest.param([YES, UNABLE], 0.6, None, id="the unable one decides"),
            pytest.param([NO, UNABLE], 0.6, False, id="not enough even with the unable one"),
            pytest.param([NO], 0.0, True, id="a threshold of nothing"),
        ],
    )
    def test_passes_by_the_weighted_mean(
        self,
        judge: Judge,
        expect: list[Json],
        threshold: float,
        passed: bool | None,  # noqa: FBT001 (what a parametrised outcome is)
    ) -> None:
        """With a threshold of its own a case may miss some expectations."""
        assert judge("a", *expect, threshold=threshold).passed is passed

    def test_lists_what_failed_in_order(self, judge: Judge) -> None:
        """Even when the mean is enough, the misses are shown; what is unable is no miss."""
        result = judge("a", {"max-words": 1}, NO, UNABLE, {"not-contains": "a"}, threshold=0.1)

        assert result.passed
        assert result.problem == ""
        assert [(score.expectation, score.value, score.reason) for score in result.failed] == [
            ("contains", 0.0, WHY_NOT),
            ("not-contains", 0.0, 'not-contains "a": the answer contains it'),
        ]

    def test_says_why_it_cannot_tell(self, judge: Judge) -> None:
        """The first cause is named as its group knows it."""
        assert judge("a", YES, UNABLE).problem == WHY_UNABLE
        assert judge("a", {"any-of": [NO, UNABLE]}).problem == f"any-of: {WHY_UNABLE}"

    def test_says_why_a_group_failed(self, judge: Judge) -> None:
        """Any-of names all its parts, all-of those that failed."""
        assert judge("a", {"any-of": [NO, NO]}).failed[0].reason == f"any-of: {WHY_NOT}; {WHY_NOT}"
        assert judge("a", {"all-of": [YES, NO]}).failed[0].reason == f"all-of: {WHY_NOT}"

    def test_averages_named_metrics(self, judge: Judge) -> None:
        """Two expectations may share a metric; weights count only for the case."""
        tone: dict[str, Json] = {"metric": "tone", "weight": 3}

        result = judge("a", {**YES, **tone}, {**NO, "metric": "tone"}, {"any-of": [NO, YES], "metric": "either"})

        assert result.metrics == {"tone": 0.5, "either": 1.0, "pass": 0.0}

    def test_leaves_out_a_metric_it_cannot_know(self, judge: Judge) -> None:
        """A mean over fewer expectations would be another measure."""
        result = judge("a", {**YES, "metric": "tone"}, {**UNABLE, "metric": "tone"}, {**YES, "metric": "rest"})

        assert result.metrics == {"rest": 1.0}

    def test_shows_what_a_graded_function_was_asked_for(self, judge: Judge) -> None:
        """A score between 0 and 1 is shown with the bound it missed."""
        case = Case("c", {}, (Expectation("one", "x", threshold=0.75),))

        assert score_case(case, Completion("a"), One(0.5)).failed[0].reason == 'one "x": not met (at least 0.75)'
        assert judge("a", {"python": "checks/tone.py:polite"}).failed[0].reason == (
            "python checks/tone.py:polite: no please and no thanks"
        )

    @pytest.mark.parametrize(("value", "shown"), [(1.5, "1.5"), (-0.1, "-0.1"), (float("nan"), "nan")])
    def test_does_not_believe_a_scorer_out_of_bounds(self, value: float, shown: str) -> None:
        """A stranger's score of 1.5 must not lift a mean."""
        result = score_case(Case("c", {}, (Expectation("one"),)), Completion("a"), One(value))

        assert result.passed is None
        assert result.problem == f"one: its scorer says {shown}, which is not in [0, 1]"

    def test_names_a_scorer_that_is_gone(self) -> None:
        """A case read elsewhere may need a package that is not here."""
        case = Case("c", {}, (Expectation("gone"),))

        with pytest.raises(ContentError) as error:
            score_case(case, Completion("a"), One(1.0))

        assert str(error.value) == (
            "error: there is no scorer `gone`\n\nhint: install the package that brings it, or correct the expectation"
        )


class TestLeaves:
    GROUP = Expectation(
        "any-of", parts=(Expectation("regex", "x"), Expectation("all-of", parts=(Expectation("chrf"),)))
    )

    def test_are_found_in_order(self) -> None:
        """So that a flow can see which Python files a case needs."""
        assert [leaf.kind for leaf in leaves([self.GROUP])] == ["regex", "chrf"]
