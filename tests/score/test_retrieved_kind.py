"""Retrieval: what an answer reports, held against what should have been found."""

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.jsons import Json
from harness.core.score import CaseResult
from harness.score.retrieved import LONGEST, MEASURES, MOST, RETRIEVED, ROOM, contains, measured

type Judge = Callable[..., CaseResult]

RETURNS = "Goods may be returned within 30 days of delivery."
REPORT = json.dumps({"answer": "30 days", "documents": ["a", "b", {"id": "c", "text": RETURNS}, "a", "d"]})


def expected(**more: Json) -> Json:
    """Return an expectation of the documents c and z."""
    return {"retrieved": {"pointer": "/documents", "ids": ["c", "z"], **more}, "threshold": 0.9}


def by_definition(measure: str, got: list[str], wanted: set[str]) -> float:
    """Return a measure by the sets of the textbook."""
    shared = len(wanted.intersection(got))
    first = next((1 / (at + 1) for at, one in enumerate(got) if one in wanted), 0.0)
    recall, precision = shared / len(wanted), shared / len(got) if got else 0.0
    both = recall + precision
    return {
        "recall": recall,
        "precision": precision,
        "f1": 2 * recall * precision / both if both else 0.0,
        "reciprocal-rank": first,
    }[measure]


class TestTheMeasures:
    @given(
        st.sampled_from(MEASURES),
        st.lists(st.sampled_from("abcdef"), unique=True),
        st.sets(st.sampled_from("abcdef"), min_size=1),
    )
    def test_agree_with_the_textbook(self, measure: str, got: list[str], wanted: set[str]) -> None:
        """By sets, whatever was retrieved."""
        places = sorted(wanted)
        hits = [{places.index(one)} if one in wanted else set[int]() for one in got]

        assert measured(measure, hits, len(wanted)) == pytest.approx(by_definition(measure, got, wanted))

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({}, 'recall is 0.500: 1 of 2 among 4 retrieved, not "z"'),
            ({"measure": "precision"}, 'precision is 0.250: 1 of 2 among 4 retrieved, not "z"'),
            ({"measure": "precision", "at": 3}, 'precision is 0.333: 1 of 2 among 3 retrieved, not "z"'),
            ({"measure": "f1"}, 'f1 is 0.333: 1 of 2 among 4 retrieved, not "z"'),
            ({"measure": "reciprocal-rank"}, 'reciprocal-rank is 0.333: 1 of 2 among 4 retrieved, not "z"'),
            ({"at": 2}, 'recall is 0.000: 0 of 2 among 2 retrieved, not "c"'),
        ],
    )
    def test_are_told_with_what_is_missing(self, judge: Judge, more: dict[str, Json], reason: str) -> None:
        """A document that is reported twice was retrieved once."""
        enough = "" if "0.000" in reason else " (at least 0.9)"

        assert [score.reason for score in judge(REPORT, expected(**more)).failed] == [f"retrieved: {reason}{enough}"]

    def test_are_nothing_where_nothing_was_retrieved(self, judge: Judge) -> None:
        """A search that is empty is precise about nothing."""
        for measure in MEASURES:
            assert judge('{"documents": []}', expected(measure=measure)).failed[0].value == 0


class TestTexts:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            pytest.param(f"1. Returns\n{RETURNS.upper()}\n2. Shipping", True, id="inside a longer one, in capitals"),
            pytest.param(RETURNS.replace(" ", "\n  "), True, id="wrapped in another way"),
            pytest.param(RETURNS.replace("returned", "retumed"), True, id="misread by a letter"),
            pytest.param(RETURNS[4:], True, id="cut off a little"),
            pytest.param(RETURNS[:30], False, id="half of it"),
            pytest.param("30 days", False, id="a few words of it"),
            pytest.param("d", False, id="a letter of it"),
            pytest.param("", False, id="nothing"),
            pytest.param("Parcels are delivered within 2 days of the order.", False, id="another sentence"),
        ],
    )
    def test_are_found_inside_retrieved_ones(self, judge: Judge, text: str, found: bool) -> None:  # noqa: FBT001 (a column)
        """However they were cut and written; never by a scrap that is part of what is wanted."""
        report = json.dumps([{"id": "x", "text": "Nothing of it."}, text])

        result = judge(report, {"retrieved": {"pointer": "", "texts": [RETURNS]}})

        assert result.passed is found

    @given(st.text(max_size=20), st.text(min_size=1, max_size=20), st.text(max_size=20))
    def test_contain_their_own_parts(self, before: str, middle: str, after: str) -> None:
        """Whatever stands around."""
        assert contains(before + middle + after, middle)

    def test_are_searched_within_bounds(self, judge: Judge) -> None:
        """The longest report of an adversary takes a moment; one that is longer is not searched."""
        wanted: list[Json] = [f"{number:02}" + "ab" * (LONGEST // 2 - 1) for number in range(MOST)]
        expect = {"retrieved": {"pointer": "", "texts": wanted}}
        began = time.monotonic()

        judge(json.dumps(["ba" * (ROOM // 2 - 1) + "x"]), expect)

        assert time.monotonic() - began < 5
        assert judge(json.dumps(["x" * (ROOM + 1)]), expect).problem == (
            "retrieved: over 30,000 characters were retrieved"
        )


class TestAReport:
    @pytest.mark.parametrize(
        ("answer", "problem"),
        [
            ("Soon.", "the answer is not JSON: Expecting value at character 1"),
            ("{}", "there is no /documents"),
            ('{"documents": "c"}', '/documents is "c", no list'),
            ('{"documents": ["c", {"text": "x"}]}', "/documents/1 has no text as its id"),
            ('{"documents": [7]}', "/documents/0 has no text as its id"),
        ],
    )
    def test_that_says_nothing_of_retrieval_is_unable(self, judge: Judge, answer: str, problem: str) -> None:
        """Nobody knows what was retrieved, so nobody says it was right or wrong; nor does a `not-`."""
        for result in (
            judge(answer, expected()),
            judge(answer, {"not-retrieved": {"pointer": "/documents", "ids": ["c"]}}),
        ):
            assert result.passed is None
            assert result.problem.endswith(f"retrieved: {problem}")


class TestAnExpectation:
    @pytest.mark.parametrize(
        ("value", "fault"),
        [
            (["c"], 'must be an object of at, ids, measure, pointer, texts, such as {"pointer": "/documents", '),
            ({"pointer": "", "ids": ["c"], "k": 5}, "must be an object of at, "),
            ({"pointer": ""}, "names what should be retrieved by either `ids` or `texts`, "),
            ({"pointer": "", "ids": ["c"], "texts": ["c"]}, "names what should be retrieved by either"),
            ({"pointer": "", "ids": []}, "has `ids` that must be a list of texts, none of them empty"),
            ({"ids": ["c"]}, "needs a `pointer`, "),
            ({"pointer": "documents", "ids": ["c"]}, "needs a `pointer`, "),
            ({"pointer": "", "texts": ["x" * 201]}, "takes at most 10 `texts` of 1 to 200 characters"),
            ({"pointer": "", "texts": [" "]}, "takes at most 10 `texts` of 1 to 200 characters"),
            ({"pointer": "", "ids": ["c"], "at": 0}, "has an `at` that is no whole number above 0"),
            ({"pointer": "", "ids": ["c"], "at": True}, "has an `at` that is no whole number above 0"),
            ({"pointer": "", "ids": ["c"], "measure": "ndcg"}, "has a `measure` not of recall, precision, f1, recip"),
        ],
    )
    def test_says_what_is_wrong_with_it(self, value: Json, fault: str) -> None:
        """At the line, before anything is asked."""
        assert RETRIEVED.problem(value, "").startswith(fault)
