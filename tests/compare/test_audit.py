"""What auditors read beside a verdict, and what is no score: tokens and seconds."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.audit import holm, mcnemar
from harness.compare.costs import Slow, runaways, slower


class TestMcNemar:
    @given(st.integers(0, 5), st.integers(0, 5))
    def test_counts_the_ways_in_which_it_can_happen(self, lost: int, gained: int) -> None:
        """Each discordant case as a coin: the outcomes at least as uneven, among all of them."""
        n = lost + gained
        uneven = sum(abs(2 * coins.bit_count() - n) >= abs(lost - gained) for coins in range(2**n))

        assert mcnemar(lost, gained) == pytest.approx(float(Fraction(uneven, 2**n)))

    def test_knows_the_two_polls_of_the_textbook(self) -> None:
        """1,600 people asked twice, of whom 150 and 86 changed their minds: z is 4.17, and p 0.00004."""
        assert mcnemar(150, 86) == pytest.approx(3.7e-5, abs=0.2e-5)


class TestHolm:
    def test_has_the_values_of_r(self) -> None:
        """`p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")`."""
        found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})

        assert found == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
        assert list(found) == ["a", "b", "c", "d"]

    @given(st.dictionaries(st.text(max_size=2), st.floats(0, 1), max_size=8))
    def test_never_makes_anything_more_certain(self, values: dict[str, float]) -> None:
        """And stays a probability."""
        found = holm(values)

        assert all(values[name] <= found[name] <= 1 for name in values)


class TestTokens:
    def test_that_run_away_are_counted(self) -> None:
        """Five times the most that the case ever took, and more; a case that base never ran tells nothing."""
        assert runaways([[10, 20], [7], []], [[100, 101], [35], [10**6]]) == (1, 3)

    def test_are_of_the_same_cases(self) -> None:
        """A side with more of them was read wrongly."""
        with pytest.raises(ValueError, match="shorter"):
            runaways([[10]], [])


class TestSeconds:
    def test_are_compared_as_the_lady_tasted_tea(self) -> None:
        """Four cups of eight, all named rightly: 1 in 70."""
        assert slower([1.0] * 4, [9.0] * 4) == pytest.approx(Slow(0, 4, 1 / 70))

    @given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.lists(st.integers(0, 9), min_size=1, max_size=6))
    def test_are_compared_over_all_ways_to_deal_them(self, base: list[int], candidate: list[int]) -> None:
        """Any of the calls might have been the candidate's: how often would it have as many slow ones?"""
        found = slower([*map(float, base)], [*map(float, candidate)])
        assert found
        limit = sorted([*base, *candidate])[int(0.95 * (len(base) + len(candidate)))]
        deals = list(combinations([one >= limit for one in (*base, *candidate)], len(candidate)))

        assert found.p == pytest.approx(sum(sum(deal) >= found.candidate for deal in deals) / len(deals))

    def test_are_slow_from_the_slowest_twentieth_on(self) -> None:
        """Of forty calls that took 1 to 40 seconds, the two last ones; both are the candidate's, as 19 of 78 times."""
        base, candidate = [*map(float, range(1, 21))], [*map(float, range(21, 41))]

        assert slower(base, candidate) == pytest.approx(Slow(0, 2, 19 / 78))

    @pytest.mark.parametrize(("base", "candidate"), [([], [1.0]), ([1.0], [])])
    def test_of_one_side_alone_are_not_compared(self, base: list[float], candidate: list[float]) -> None:
        """There is nothing to compare with."""
        assert slower(base, candidate) is None
