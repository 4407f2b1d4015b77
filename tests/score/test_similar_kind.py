"""The kind `similar`: cosines against exact arithmetic, and what becomes of a vector that is not there."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import UnableError
from harness.score.expectation import parse_expectation
from harness.score.marking import score_case
from harness.score.registry import Scorers
from harness.score.similar import SIMILAR, SimilarScorer, WithVectors, cosine, needed

VECTORS: dict[str, tuple[float, ...]] = {
    "north": (0, 1),
    "east": (1, 0),
    "north-east": (1, 1),
    "south": (0, -2),
    "space": (1, 1, 1),
}
CASE = Case("c", {}, ())


def find(text: str) -> tuple[float, ...]:
    """Return the vector of a direction."""
    if text not in VECTORS:
        raise UnableError(f"no vector of {text}")
    return VECTORS[text]


COMPASS = SimilarScorer(find)


def exact(one: list[float], other: list[float]) -> float:
    """Return the cosine by exact sums of products, and square roots of fifty digits."""

    def dot(left: list[float], right: list[float]) -> Decimal:
        total = sum((Fraction(a) * Fraction(b) for a, b in zip(left, right, strict=True)), Fraction())
        return Decimal(total.numerator) / Decimal(total.denominator)

    with localcontext(prec=50):
        found = dot(one, other) / (dot(one, one).sqrt() * dot(other, other).sqrt())
        return float(min(Decimal(1), max(Decimal(0), found)))


NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)
TWO = st.integers(1, 20).flatmap(
    lambda size: st.tuples(*(st.lists(NUMBERS, min_size=size, max_size=size).filter(any) for _ in range(2)))
)


class TestCosine:
    @given(TWO)
    def test_is_exact_to_twelve_digits(self, two: tuple[list[float], list[float]]) -> None:
        """Against fractions, which round nothing."""
        assert cosine(*two) == pytest.approx(exact(*two), abs=1e-12)

    @given(TWO)
    def test_is_a_score_and_the_same_both_ways(self, two: tuple[list[float], list[float]]) -> None:
        """Rounding never leads out of [0, 1]."""
        one, other = two

        assert 0 <= cosine(one, other) == cosine(other, one) <= 1
        assert cosine(one, one) == pytest.approx(1)


class TestSimilar:
    @pytest.mark.parametrize(
        ("expected", "value"),
        [
            ("north", 1.0),
            ("east", 0.0),
            ("south", 0.0),
            (["east", "north-east"], 0.5**0.5),
            (True, 0.5**0.5),
        ],
    )
    def test_is_the_cosine_to_the_nearest_text(self, expected: Json, value: float) -> None:
        """What points away is as far as what has nothing in common; true stands for the case's reference."""
        case = Case("c", {}, (), reference="north-east")

        assert COMPASS.mark(Completion("north"), expected, case).value == pytest.approx(value)

    @pytest.mark.parametrize("text", ["", " \n"])
    def test_is_nothing_for_an_empty_answer(self, text: str) -> None:
        """No vector is looked for."""
        assert SIMILAR.mark(Completion(text), "north", CASE).value == 0.0

    @pytest.mark.parametrize("other", ["nowhere", "space"])
    def test_cannot_tell_without_two_vectors_of_one_length(self, other: str) -> None:
        """Never a wrong answer."""
        with pytest.raises(UnableError):
            COMPASS.mark(Completion("north"), other, CASE)

    def test_is_unable_where_nobody_fetched_vectors(self) -> None:
        """A scorer asks nobody."""
        with pytest.raises(UnableError, match="no vectors"):
            SIMILAR.mark(Completion("north"), "north", CASE)

    @pytest.mark.parametrize("value", ["", [], ["north", " "], 3, {"text": "north"}, None, True])
    def test_takes_texts_alone(self, value: Json) -> None:
        """Told when the case is read."""
        assert SIMILAR.problem(value, "").startswith("must be a text, a list of texts, or true")

    def test_turned_around_asks_to_be_far(self, scorers: Scorers) -> None:
        """The registry's own negation."""
        near = parse_expectation({"not-similar": "north", "threshold": 0.5}, "", scorers)
        case = Case("c", {}, (near,))

        (score,) = score_case(case, Completion("north-east"), WithVectors(scorers, find)).failed

        assert score.reason == 'not-similar "north": similarity 0.707 (at most 0.5)'


class TestWhatIsNeeded:
    def test_is_found_inside_groups(self, scorers: Scorers) -> None:
        """The answer, and each text wherever it stands."""
        raw: Json = {"any-of": [{"contains": "x"}, {"all-of": [{"not-similar": ["a", "b"], "threshold": 0.5}]}]}
        case = Case("c", {}, (parse_expectation(raw, "", scorers),))

        assert needed(case, Completion("said")) == ["said", "a", "b"]
        assert needed(case, Completion(" ")) == []
        assert needed(CASE, Completion("said")) == []
