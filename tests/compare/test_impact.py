"""Impact ratios: the guidelines' own example, the textbook's interval, and simulated coverage."""

from collections.abc import Sequence
from math import sqrt
from random import Random

import pytest

from harness.compare.impact import FOUR_FIFTHS, MOST, impact_ratios


def each(values: Sequence[float]) -> list[tuple[str, float]]:
    """Return values that are clusters of their own."""
    return [(str(place), value) for place, value in enumerate(values)]


class TestImpactRatios:
    def test_are_against_the_best_group(self) -> None:
        """48 of 80 and 12 of 40: by the Uniform Guidelines' own example, 60 % and 30 %, a ratio of one half."""
        men = [(f"m{place}", float(place < 48)) for place in range(80)]
        women = [(f"w{place}", float(place < 12)) for place in range(40)]
        (found,) = impact_ratios({"men": men, "women": women})

        assert (found.group, found.n, found.rate) == ("women", 40, 0.3)
        assert found.ratio == pytest.approx(0.5)
        assert found.low < 0.5 < found.high

    def test_of_separate_answers_have_about_the_textbooks_interval(self) -> None:
        """Katz's logarithm: the root of 1/12 - 1/40 + 1/48 - 1/80, and the 1.96 of two groups."""
        men = [(f"m{place}", float(place < 480)) for place in range(800)]
        women = [(f"w{place}", float(place < 120)) for place in range(400)]
        (found,) = impact_ratios({"men": men, "women": women})
        error = sqrt(1 / 120 - 1 / 400 + 1 / 480 - 1 / 800)

        assert found.low == pytest.approx(0.5 * 2.718281828 ** (-1.96 * error), abs=0.005)
        assert found.high == pytest.approx(0.5 * 2.718281828 ** (1.96 * error), abs=0.005)
        assert found.below

    def test_are_less_sure_the_more_groups_could_be_the_best(self) -> None:
        """Of three groups there are three pairs, and 1.96 becomes 2.39."""
        groups = {name: [(f"{name}{place}", float(place < hits)) for place in range(400)]
                  for name, hits in (("a", 120), ("b", 240), ("c", 200))}  # fmt: skip
        found = impact_ratios(groups)[0]
        error = sqrt(1 / 120 - 1 / 400 + 1 / 240 - 1 / 400)

        assert found.group == "a"
        assert found.high == pytest.approx(0.5 * 2.718281828 ** (2.394 * error), abs=0.005)

    def test_of_four_templates_are_worked_out_by_hand(self) -> None:
        """Rates of 0.9 and 0.5 with what is added, a variance of 0.2162 + 0.0602, and Student's 3.182."""
        (found,) = impact_ratios({"a": each([1.0, 1.0, 1.0, 1.0]), "b": each([1.0, 0.0, 1.0, 0.0])})

        assert (found.low, found.high) == pytest.approx((0.10431, 2.9588), rel=1e-3)

    def test_hold_the_real_ratio(self) -> None:
        """In 93 of 100 suites of 50 templates that two groups share, and that differ in how kind they are."""
        dice, held = Random(6), 0
        for _ in range(400):
            kind = [dice.choice([0.4, 0.9]) for _ in range(50)]
            best = [(str(place), float(dice.random() < rate)) for place, rate in enumerate(kind)]
            other = [(str(place), float(dice.random() < rate * 0.7)) for place, rate in enumerate(kind)]
            (found,) = impact_ratios({"best": best, "other": other})
            held += found.low <= (0.7 if found.group == "other" else 1 / 0.7) <= found.high

        assert held / 400 >= 0.93

    def test_gain_by_templates_that_the_groups_share(self) -> None:
        """The same answers from separate templates tell less."""
        rates = [float(place % 2) for place in range(40)]
        worse = [rate if place % 8 != 1 else 0.0 for place, rate in enumerate(rates)]
        (paired,) = impact_ratios({"a": each(rates), "b": each(worse)})
        (apart,) = impact_ratios({"a": each(rates), "b": [(f"b{name}", value) for name, value in each(worse)]})

        assert paired.ratio == apart.ratio == 0.75
        assert paired.high < apart.high

    def test_of_a_group_that_is_never_chosen_have_an_end(self) -> None:
        """Nothing of five is little evidence; nothing of fifty is some."""
        few, many = (
            impact_ratios({"a": [(f"a{i}", float(i % 2)) for i in range(n)], "b": [(f"b{i}", 0.0) for i in range(n)]})
            for n in (5, 50)
        )

        assert (few[0].ratio, few[0].low > 0, few[0].below) == (0.0, True, False)
        assert many[0].high < FOUR_FIFTHS

    def test_are_ordered_from_the_worst(self) -> None:
        """By rate and, where that is equal, by name; the last is the best."""
        groups = {
            name: each([1.0] * hits + [0.0] * (9 - hits)) for name, hits in zip("dcba", (5, 2, 5, 2), strict=True)
        }

        assert [one.group for one in impact_ratios(groups)] == ["a", "c", "b"]

    def test_are_none_where_nobody_is_chosen(self) -> None:
        """Zero of zero is no ratio."""
        assert impact_ratios({"a": each([0.0]), "b": each([0.0])}) == []
        assert impact_ratios({}) == []

    def test_of_too_few_templates_are_open(self) -> None:
        """Of one template, nothing is known; of two, next to nothing."""
        (one,) = impact_ratios({"a": [("t", 1.0)], "b": [("t", 0.0)]})
        two = impact_ratios(
            {name: [("t", hit), ("u", 0.0)] for name, hit in zip("abcdef", [1.0] * 5 + [0.0], strict=True)}
        )

        assert (one.low, one.high) == (0.0, MOST)
        assert two[0].high == pytest.approx(MOST)
