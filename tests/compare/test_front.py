"""The Pareto front, against its definition."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from harness.compare.front import front

points = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 2, inf])), max_size=8)


class TestTheFront:
    @given(points)
    def test_holds_what_nothing_beats(self, found: list[tuple[float, float]]) -> None:
        """By the definition, spelt out over every pair."""
        best = front(found)

        for here, (a, b) in zip(best, found, strict=True):
            beaten = any((c < a and d <= b) or (c <= a and d < b) for c, d in found)
            assert here is not beaten

    @given(points.filter(bool))
    def test_is_never_empty(self, found: list[tuple[float, float]]) -> None:
        """Something is always the best of something."""
        assert any(front(found))

    def test_holds_both_of_two_equals(self) -> None:
        """Neither beats the other."""
        assert front([(1.0, 2.0), (1.0, 2.0), (1.0, 3.0)]) == [True, True, False]
