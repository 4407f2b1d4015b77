"""What holds for every answer, every expectation and every combination of them."""

import json
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Expectation
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark, UnableError
from harness.ports import Scorer
from harness.score.json_text import parse, same
from harness.score.marking import score_case
from harness.score.registry import Scorers
from harness.score.simple import Simple
from harness.score.wording import LONGEST_LINE, line

TEXTS = st.text(max_size=60)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(
    [
        "contains",
        "icontains",
        "starts-with",
        "ends-with",
        "levenshtein",
        "chrf",
        "bleu",
        "rouge-2",
        "rouge-l",
        "cites",
        "equals",
    ]
)
VALUES = st.one_of(st.none(), st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0]))


def _marked(_answer: Completion, expected: Json, _case: Case) -> Mark:
    if not isinstance(expected, float):
        message = "no value"
        raise UnableError(message)
    return Mark(expected)


class Given:
    """A registry whose one scorer gives the value it is asked for; None means unable."""

    scorer = Simple("1", lambda _expected, _reference: "", _marked)

    def find(self, kind: str) -> Scorer:  # noqa: ARG002 (every kind is the same)
        """The scorer, whatever it is called."""
        return cast("Scorer", self.scorer)


def part(value: float | None, threshold: float) -> Expectation:
    """An expectation that scores `value`."""
    return Expectation("given", value, threshold=threshold)


def outcome(kind: str, parts: list[Expectation]) -> bool | None:
    """Whether a group of these parts passes."""
    case = Case("c", {}, (Expectation(kind, parts=tuple(parts)),))
    return score_case(case, Completion(""), Given()).passed


RANK = {False: 0, None: 1, True: 2}
PARTS = st.lists(st.builds(part, VALUES, st.sampled_from([0.3, 0.5, 1.0])), min_size=1, max_size=4)


class TestScores:
    @given(KINDS, TEXTS, TEXTS.filter(str.strip))
    def test_are_in_bounds_and_turn_around(self, scorers: Scorers, kind: str, text: str, expected: str) -> None:
        """A score is in [0, 1], and it and its negation add up to one."""
        answer = Completion(text)
        both = (Expectation(kind, expected, metric="is"), Expectation(kind, expected, negated=True, metric="is-not"))

        metrics = score_case(Case("c", {}, both), answer, scorers).metrics

        assert 0 <= metrics["is"] <= 1
        assert abs(metrics["is"] + metrics["is-not"] - 1) < 1e-12

    @given(TEXTS.filter(str.strip))
    def test_are_full_for_the_expected_text(self, scorers: Scorers, text: str) -> None:
        """An answer equals, contains and resembles itself."""
        case = Case(
            "c", {}, tuple(Expectation(kind, text) for kind in ("equals", "contains", "icontains", "levenshtein"))
        )

        assert score_case(case, Completion(text), scorers).passed

    @given(PARTS, st.builds(part, VALUES, st.sampled_from([0.3, 0.5, 1.0])))
    def test_of_groups_are_monotone(self, parts: list[Expectation], more: Expectation) -> None:
        """Another part never makes any-of worse nor all-of better."""
        assert RANK[outcome("any-of", [*parts, more])] >= RANK[outcome("any-of", parts)]
        assert RANK[outcome("all-of", [*parts, more])] <= RANK[outcome("all-of", parts)]

    @given(PARTS)
    def test_of_groups_do_not_depend_on_order(self, parts: list[Expectation]) -> None:
        """The first part has no privilege."""
        for kind in ("any-of", "all-of"):
            assert outcome(kind, parts[::-1]) is outcome(kind, parts)

    @given(PARTS, VALUES)
    def test_are_unable_only_where_it_matters(self, parts: list[Expectation], value: float | None) -> None:
        """Where a group can be told with an unable part, any value of that part gives the same."""
        for kind in ("any-of", "all-of"):
            told = outcome(kind, [*parts, part(None, 0.5)])
            if told is not None and value is not None:
                assert outcome(kind, [*parts, part(value, 0.5)]) is told

    @given(st.lists(st.tuples(VALUES, st.sampled_from([0.5, 1.0, 2.0])), min_size=1, max_size=4), st.floats(0, 1))
    def test_of_cases_say_unable_only_when_open(
        self, scores: list[tuple[float | None, float]], threshold: float
    ) -> None:
        """Filling the unknown with the worst and with the best value gives the same verdict, or nobody can tell."""

        def passed(unknown: float | None) -> bool | None:
            expect = tuple(
                Expectation("given", unknown if value is None else value, weight=weight) for value, weight in scores
            )
            return score_case(Case("c", {}, expect, threshold=threshold), Completion(""), Given()).passed

        worst, best = passed(0.0), passed(1.0)

        assert passed(None) is (worst if worst is best else None)


class TestWording:
    @given(st.text(alphabet=st.characters(), max_size=400))
    def test_makes_any_text_one_printable_line(self, text: str) -> None:
        """Whatever a model says can be shown."""
        assert line(text).isprintable()
        assert len(line(text)) <= LONGEST_LINE

    @given(st.text(alphabet="ab 1", max_size=LONGEST_LINE))
    def test_leaves_harmless_text_alone(self, text: str) -> None:
        """What is short and printable is shown as it is."""
        assert line(text) == text


class TestJson:
    @given(JSON)
    def test_equals_itself_after_writing_and_reading(self, value: Json) -> None:
        """Reading is the inverse of writing, and equality is reflexive."""
        assert same(parse(json.dumps(value)), value)

    @given(JSON, JSON)
    def test_compares_alike_from_both_sides(self, left: Json, right: Json) -> None:
        """Equality is symmetric, and never looser than Python's."""
        assert same(left, right) is same(right, left)
        assert not same(left, right) or left == right
