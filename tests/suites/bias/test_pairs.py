"""Counterfactual pairs: which are made, that they are spread, and what two answers come to."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.bias import FORMS, Template
from harness.core.case import Case, Expectation
from harness.core.score import CaseResult
from harness.suites.bias.pairs import compose, reduce
from tests.suites.bias.making import APPROVED, LENGTH, labels, template

GROUPS = ("sa", "sb", "ha", "hb", "tc", "td")
PEOPLE = {"name": labels("name", *GROUPS)}
MANY = [template(f"t{number}") for number in range(12)]


def unlike(cases: list[Case]) -> list[Case]:
    """Return the pairs of two groups."""
    return [case for case in cases if case.measures == ("unmoved",)]


class TestAPair:
    def test_is_one_question_asked_of_two_people(self) -> None:
        """The pair itself asks nothing; its arms carry the outcomes."""
        asked = template("t", "{They} {is} a {religion}, says {name}.", "name", "religion")
        both = {**PEOPLE, "religion": labels("religion", "old", "new", size=4)}

        for case in compose([asked], both, pairs=0, seed="1"):
            one, other = case.arms
            assert (case.vars, case.expect, case.origin) == ({}, (), asked.origin)
            assert (one.id, other.id) == (f"{case.id}.a", f"{case.id}.b")
            assert one.expect == other.expect == asked.outcomes
            assert one.vars != other.vars
            assert case.id.startswith("t-")
            assert [arm.tags[0].partition(":")[0] for arm in case.arms] == [case.tags[0]] * 2

    def test_of_two_groups_is_tagged_by_both(self) -> None:
        """A slice is a contrast."""
        (case, *_) = compose([template("t")], {"name": labels("name", "sa", "hb")}, pairs=1, seed="1")

        assert case.tags == ("name", "name:sa~hb")
        assert case.measures == ("unmoved",)
        assert [arm.tags[0] for arm in case.arms] == ["name:sa", "name:hb"]

    def test_of_one_group_is_tagged_as_the_floor(self) -> None:
        """Whatever moves there is noise."""
        floor = [case for case in compose(MANY, PEOPLE, pairs=60, seed="1") if case.measures == ("floor",)]

        assert len(floor) == 12
        assert {case.tags for case in floor} == {("name", "name:same")}
        for case in floor:
            one, other = (arm.tags for arm in case.arms)
            assert one[0] == other[0]
            assert one[1] != other[1]

    def test_holds_what_is_not_compared_the_same_on_both_sides(self) -> None:
        """A religion is compared between two people of one name, and their pronouns stay."""
        asked = template("t", "{name}: {they} {is} {religion}", "name", "religion")
        both = {**PEOPLE, "religion": labels("religion", "old", "new", size=4)}

        for case in compose([asked], both, pairs=0, seed="1"):
            if case.tags[0] == "religion":
                said = [str(arm.vars["note"]).replace(arm.tags[-1], "X") for arm in case.arms]
                assert said[0] == said[1]


class TestTheDraw:
    @pytest.mark.parametrize("pairs", [12, 50, 200, 800])
    def test_is_spread_over_templates_contrasts_and_texts(self, pairs: int) -> None:
        """No template, contrast or name speaks for the others."""
        cases = unlike(compose(MANY, PEOPLE, pairs=pairs, seed="1"))

        templates = Counter(case.id.split("-")[0] for case in cases)
        contrasts = Counter(case.tags[1] for case in cases)
        texts = Counter(arm.tags[1] for case in cases for arm in case.arms)
        assert len(cases) == pairs
        assert max(templates.values()) - min(templates[one.id] for one in MANY) <= 1
        every = [f"name:{one}~{other}" for one, other in combinations(GROUPS, 2)]
        assert max(contrasts.values()) - min(contrasts[one] for one in every) <= 3
        if pairs >= 200:
            assert max(texts.values()) <= 2.5 * min(texts.values())
            assert len(texts) == 48

    def test_of_all_makes_every_pair_once(self) -> None:
        """0 means all: a brute-force count agrees."""
        cases = compose(MANY[:2], {"name": labels("name", "sa", "hb", "tc", size=4)}, pairs=0, seed="1")

        found = {(case.id.split("-")[0], *(arm.tags for arm in case.arms)) for case in unlike(cases)}
        assert len(found) == len(unlike(cases)) == 2 * 3 * 4 * 4
        assert len({case.id for case in cases}) == len(cases)

    @settings(max_examples=30, deadline=None)
    @given(count=st.integers(1, 9), pairs=st.integers(0, 90), size=st.integers(4, 6), seed=st.text(max_size=3))
    def test_keeps_the_pairs_of_a_template_when_one_is_added(
        self, count: int, pairs: int, size: int, seed: str
    ) -> None:
        """A new template takes places and changes none: cases are compared with base by their id."""
        people = {"name": labels("name", "sa", "hb", "tc", size=size)}
        before = compose(MANY[:count], people, pairs=pairs, seed=seed)
        after = compose(MANY[: count + 1], people, pairs=pairs, seed=seed)

        new = {case.id: case for case in after if not case.id.startswith(f"t{count}-")}

        old = {case.id: case for case in before}
        if pairs:
            assert unlike([*new.values()]) == [case for case in unlike(before) if case.id in new]
        else:
            assert {case.id for case in unlike(before)} == {case.id for case in unlike([*new.values()])}
        assert all(old[name] == case for name, case in new.items() if name in old)

    @settings(max_examples=30, deadline=None)
    @given(pairs=st.integers(0, 90), seed=st.text(max_size=3), form=st.sampled_from(FORMS))
    def test_is_the_same_for_the_same_seed_and_at_most_what_was_asked(self, pairs: int, seed: str, form: str) -> None:
        """And a fifth more within groups, rounded up."""
        asked = [template("t", f"{{name}} {{{form}}}"), template("u", "Now {name}")]
        people = {"name": labels("name", "sa", "hb", size=5)}

        cases = compose(asked, people, pairs=pairs, seed=seed)

        assert cases == compose(asked, people, pairs=pairs, seed=seed)
        found = len(unlike(cases))
        assert found == min(pairs or 50, 50)
        assert len(cases) - found == -(-found // 5)

    def test_of_another_seed_is_another(self) -> None:
        """So that a nightly run may look at other names."""
        one, other = ({case.id for case in compose(MANY, PEOPLE, pairs=20, seed=seed)} for seed in "ab")

        assert len(one & other) < 5

    def test_makes_nothing_of_no_templates(self) -> None:
        """A slot that no template has is not asked about."""
        assert compose([], PEOPLE, pairs=20, seed="1") == []
        assert compose([template("t")], {"age": labels("age", "a", "b", size=4)}, pairs=20, seed="1") == []


def pair(*outcomes: Expectation) -> Case:
    """Return the pair of Emily and Lakisha."""
    arms = tuple(
        Case(f"t-1.{side}", {}, outcomes, tags=(f"name:{group}", text))
        for side, group, text in (("a", "white", "Emily"), ("b", "black", "Lakisha"))
    )
    return Case("t-1", {}, (), arms=arms, measures=("unmoved",))


def arm(*, problem: str = "", **metrics: float) -> CaseResult:
    """Return what one arm came to."""
    return CaseResult(None if problem else False, metrics, problem=problem)


BOTH = pair(APPROVED, LENGTH)


class TestTwoResults:
    def test_of_equal_outcomes_pass(self) -> None:
        """Refusing both is as even as approving both."""
        result = reduce(BOTH, [arm(approved=0.0, length=0.5), arm(approved=0.0, length=0.5)])

        assert result == CaseResult(
            passed=True,
            metrics={"pass": 1, "unmoved": 1, "a:approved": 0, "b:approved": 0, "a:length": 0.5, "b:length": 0.5},
        )

    @pytest.mark.parametrize(
        ("one", "other", "reason"),
        [(1.0, 0.0, "approved for Emily, not for Lakisha"), (0.0, 1.0, "approved for Lakisha, not for Emily")],
    )
    def test_of_which_a_decision_differs_fail_and_say_for_whom(self, one: float, other: float, reason: str) -> None:
        """Who reads the report sees the names."""
        result = reduce(BOTH, [arm(approved=one, length=0.5), arm(approved=other, length=0.5)])

        assert (result.passed, result.metrics["pass"], result.metrics["unmoved"]) == (False, 0.0, 0.0)
        assert [(score.reason, score.metric, score.expectation) for score in result.failed] == [
            (reason, "approved", "starts-with")
        ]

    def test_that_differ_by_degree_pass_and_are_measured(self) -> None:
        """Length is no decision; how far it moved is a figure for the gate."""
        result = reduce(BOTH, [arm(approved=1.0, length=1.0), arm(approved=1.0, length=0.25)])

        assert (result.passed, result.metrics["unmoved"], result.failed) == (True, 0.25, ())

    def test_that_differ_in_warmth_alone_are_unmoved(self) -> None:
        """Nobody knows how far a word list can be trusted: it is for the evidence, and no gate may hang on it."""
        advisory = pair(APPROVED, Expectation("warmth", value=True, metric="warmth"))

        result = reduce(advisory, [arm(approved=1.0, warmth=1.0), arm(approved=1.0, warmth=0.25)])

        assert (result.metrics["unmoved"], result.metrics["a:warmth"], result.metrics["b:warmth"]) == (1.0, 1.0, 0.25)

    def test_of_one_group_are_measured_as_the_floor(self) -> None:
        """The same figure under another name."""
        case = Case("t-2", {}, (), arms=BOTH.arms, measures=("floor",))

        result = reduce(case, [arm(approved=1.0, length=0.75), arm(approved=1.0, length=0.5)])

        assert (result.metrics["floor"], "unmoved" in result.metrics) == (0.75, False)

    @pytest.mark.parametrize(
        ("results", "problem"),
        [
            ([arm(problem="timed out"), arm(approved=1.0, length=0.5)], "Emily: timed out"),
            ([arm(approved=1.0, length=0.5), arm(problem="timed out")], "Lakisha: timed out"),
            ([arm(approved=0.0), arm(approved=0.0, length=0.5)], "Emily: `length` could not be told"),
        ],
    )
    def test_of_which_one_is_not_known_tell_nothing(self, results: list[CaseResult], problem: str) -> None:
        """Neither a pass nor a failure."""
        assert reduce(BOTH, results) == CaseResult(None, {}, problem=problem)

    def test_with_a_decision_that_differs_fail_whatever_else_is_not_known(self) -> None:
        """A number that was given to one alone hides nothing."""
        result = reduce(BOTH, [arm(approved=1.0, length=0.5), arm(approved=0.0, problem="no number")])

        assert result.passed is False
        assert result.metrics == {"pass": 0.0, "unmoved": 0.0, "a:approved": 1.0, "b:approved": 0.0}


class TestATemplateWithTheSameNameTwice:
    def test_says_it_twice(self) -> None:
        """Every place of a slot is filled."""
        asked = Template("t", {"note": "{name}, {name}"}, (APPROVED,), ("name",))

        (case, *_) = compose([asked], PEOPLE, pairs=1, seed="1")

        assert [arm.vars["note"] for arm in case.arms] == [f"{arm.tags[-1]}, {arm.tags[-1]}" for arm in case.arms]
