"""Two raters held against each other: published tables."""

import pytest

from harness.compare.agreement import Agreement, agreement


class TestAgreement:
    @pytest.mark.parametrize(
        ("table", "kappa", "ac1"),
        [((20, 5, 10, 15), 0.4, 0.4059), ((118, 5, 2, 0), -0.0234, 0.9408), ((50, 0, 0, 50), 1, 1)],
    )
    def test_has_the_values_of_the_textbooks(self, table: tuple[int, ...], kappa: float, ac1: float) -> None:
        """The second is Gwet's paradox: nearly all agree, and kappa is below nothing."""
        assert agreement(*table) == pytest.approx(Agreement(kappa, ac1), abs=5e-5)

    def test_of_those_who_only_ever_pass_is_perfect(self) -> None:
        """Chance explains all of it, and there is nothing it does not explain."""
        assert agreement(9, 0, 0, 0) == Agreement(1, 1)

    def test_of_nothing_is_none(self) -> None:
        """No case was rated."""
        assert agreement(0, 0, 0, 0) is None
