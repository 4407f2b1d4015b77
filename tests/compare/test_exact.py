"""The exact comparison, against counting by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.exact import compare

PASSES = st.sampled_from([0.0, 1.0])
PAIRED = st.lists(st.tuples(PASSES, PASSES), min_size=1, max_size=200)


class TestCompare:
    def test_counts_each_case_once_on_the_side_it_moved_to(self) -> None:
        """Lost and gained are what a reader checks by hand."""
        seen = compare([1, 1, 1, 0, 0], [1, 0, 0, 1, 0])

        assert (seen.n, seen.lost, seen.gained) == (5, 2, 1)
        assert seen.drop == pytest.approx(0.2)

    def test_counts_a_fall_of_a_continuous_metric_as_lost(self) -> None:
        """A named metric is a mean of similarities, not of passes."""
        seen = compare([0.9, 0.5], [0.8, 0.5])

        assert (seen.lost, seen.gained) == (1, 0)
        assert seen.drop == pytest.approx(0.05)

    def test_takes_what_rounding_leaves_for_no_move(self) -> None:
        """A mean of decimals ends a billionth beside itself."""
        seen = compare([0.5, 1e-9, 0.0], [0.5, 0.0, 1e-9])

        assert (seen.lost, seen.gained) == (0, 0)

    def test_refuses_to_compare_nothing(self) -> None:
        """No case is no evidence."""
        with pytest.raises(ValueError, match=r"^a comparison needs at least one case$"):
            compare([], [])

    def test_refuses_sides_of_unequal_length(self) -> None:
        """Pairs are by position; a missing one would shift all that follow."""
        with pytest.raises(ValueError, match="shorter"):
            compare([1.0, 1.0], [1.0])

    @given(PAIRED)
    def test_a_drop_is_the_net_loss_over_all_cases(self, pairs: list[tuple[float, float]]) -> None:
        """For passes, the difference of means and the count of flips are the same fact."""
        seen = compare([one for one, _ in pairs], [other for _, other in pairs])

        assert seen.drop == pytest.approx((seen.lost - seen.gained) / seen.n)

    @given(PAIRED)
    def test_swapping_the_sides_swaps_lost_and_gained(self, pairs: list[tuple[float, float]]) -> None:
        """The comparison favours neither side."""
        there = compare([one for one, _ in pairs], [other for _, other in pairs])
        back = compare([other for _, other in pairs], [one for one, _ in pairs])

        assert (there.lost, there.gained) == (back.gained, back.lost)
