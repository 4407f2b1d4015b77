"""A judge's word mended by people's: forth by its errors and back, mirrors, and a search for the best weight."""

from math import sqrt
from statistics import covariance, fmean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.corrected import LEAST, true_difference, true_mean, true_rate
from harness.core.calibration import Table

some = st.integers(1, 300)
tables = st.builds(Table, some, some, some, some)
scores = st.floats(-1, 1).map(lambda value: round(value, 3))
words = st.lists(scores, min_size=2, max_size=20)
labels = st.lists(st.tuples(scores, scores), min_size=2, max_size=20)


def published(passed: int, n: int, table: Table) -> tuple[float, float]:
    """Return the ends of the interval as its paper writes them, by sensitivity and specificity."""
    z = 1.959963985
    positives, negatives = table.hits + table.misses + 2, table.false_alarms + table.rejections + 2
    se, sp = (table.hits + 1) / positives, (table.rejections + 1) / negatives
    ap = (passed + z * z / 2) / (n + z * z)
    p = (ap + sp - 1) / (se + sp - 1)
    shift = 2 * z * z * (p * se * (1 - se) / positives - (1 - p) * sp * (1 - sp) / negatives)
    spread = ap * (1 - ap) / (n + z * z) + p**2 * se * (1 - se) / positives + (1 - p) ** 2 * sp * (1 - sp) / negatives
    half = z * sqrt(spread / (se + sp - 1) ** 2)
    return max(0.0, p + shift - half), min(1.0, p + shift + half)


class TestTheTrueRate:
    @pytest.mark.parametrize(("rate", "right", "wrong"), [(0.9, 80, 20), (0.5, 95, 40), (0.0, 70, 10), (1.0, 100, 30)])
    def test_is_what_the_judge_saw_before_its_errors(self, rate: float, right: int, wrong: int) -> None:
        """Forth by its errors, and back."""
        passed = round(10_000 * (rate * right / 100 + (1 - rate) * wrong / 100))

        found = true_rate(passed, 10_000, Table(right, wrong, 100 - right, 100 - wrong))

        assert found
        assert found.value == pytest.approx(rate)
        assert found.low <= rate <= found.high

    @pytest.mark.parametrize(
        ("passed", "n", "table"),
        [(740, 1000, Table(72, 2, 18, 8)), (150, 400, Table(40, 6, 5, 60)), (9, 30, Table(90, 5, 10, 45))],
    )
    def test_has_the_interval_of_its_source(self, passed: int, n: int, table: Table) -> None:
        """Written here as the paper does, by sensitivity and specificity."""
        found = true_rate(passed, n, table)

        assert found
        assert (found.low, found.high) == pytest.approx(published(passed, n, table))

    @given(st.integers(0, 200), tables)
    def test_of_fails_is_the_mirror_of_that_of_passes(self, passed: int, table: Table) -> None:
        """Nothing in it knows which of the two is called a pass."""
        found = true_rate(passed, 200, table)
        mirrored = true_rate(200 - passed, 200, Table(table.rejections, table.misses, table.false_alarms, table.hits))

        assert bool(found) is bool(mirrored)
        if found and mirrored:
            assert (mirrored.low, mirrored.high) == pytest.approx((1 - found.high, 1 - found.low), abs=1e-9)
            assert 0 <= found.low <= found.value <= found.high <= 1

    def test_is_known_better_by_more_labels(self) -> None:
        """The judge's errors are themselves known from labels only."""
        few, many = (true_rate(500, 1000, Table(*(k * cell for cell in (8, 2, 2, 8)))) for k in (2, 20))

        assert few
        assert many
        assert many.high - many.low < 0.6 * (few.high - few.low)

    @pytest.mark.parametrize(
        ("n", "table"),
        [
            pytest.param(0, Table(9, 1, 1, 9), id="nothing judged"),
            pytest.param(9, Table(9, 0, 1, 0), id="no label fails"),
            pytest.param(9, Table(0, 1, 0, 9), id="no label passes"),
            pytest.param(9, Table(5, 5, 5, 5), id="it rolls dice"),
            pytest.param(9, Table(1, 990, 0, 10), id="by a single pass it might be better than dice"),
        ],
    )
    def test_is_none_where_nothing_tells(self, n: int, table: Table) -> None:
        """No figure is made up."""
        assert true_rate(0, n, table) is None


class TestTheTrueMean:
    def test_is_known_by_hand(self) -> None:
        """The judge's word and people's go together by 1/3 of what they vary, and labels are half of all."""
        found = true_mean([1, 1, 0, 0], [(1, 1), (0, 1), (0, 0), (0, 0)])

        assert found
        weight = (1 / 6) / ((2 / 7) * 2)
        off = [1 - weight, -weight, 0, 0]
        spread = weight**2 / 3 / 4 + variance([*off, fmean(off) + 1, fmean(off) - 1]) / 4
        assert found.value == pytest.approx(weight / 2 + fmean(off))
        assert found[1:] == pytest.approx((sqrt(spread), 3))

    @given(words, labels)
    def test_weighs_the_judge_so_that_the_error_is_least(
        self, judged: list[float], labelled: list[tuple[float, float]]
    ) -> None:
        """No weight in [0, 1] that is tried does better, by the variances seen."""
        found = true_mean(judged, labelled)

        people, judge = [one for one, _ in labelled], [one for _, one in labelled]
        own, together, spread = variance(people), covariance(people, judge), variance([*judged, *judge])

        def error(weight: float) -> float:
            off = own - 2 * weight * together + weight**2 * spread
            return weight**2 * spread / len(judged) + off / len(labelled)

        best = min((step / 100 for step in range(101)), key=error)
        assert found
        assert found.value == pytest.approx(fmean(people) + best * (fmean(judged) - fmean(judge)), abs=0.01)

    def test_of_a_judge_who_is_right_is_nearly_that_of_all(self) -> None:
        """Its word is as good as a label: 130 of 200 pass."""
        found = true_mean([1.0] * 80 + [0.0] * 20, [(1.0, 1.0), (0.0, 0.0)] * 50)

        assert found
        assert found.value == pytest.approx(130 / 200, abs=0.02)

    def test_of_a_judge_who_always_says_the_same_is_that_of_the_labels(self) -> None:
        """It tells nothing."""
        found = true_mean([1.0] * 50, [(1.0, 1.0), (0.0, 1.0), (1.0, 1.0), (1.0, 1.0)])

        assert found
        assert found.value == pytest.approx(0.75)

    def test_without_a_mistake_is_not_sure_of_itself(self) -> None:
        """Ten labels without a disagreement show little."""
        found = true_mean([0.0, 1.0] * 500, [(0.0, 0.0), (1.0, 1.0)] * 5)

        assert found
        assert found.error > 0.1

    @pytest.mark.parametrize("judged", [[], [1.0]])
    def test_is_that_of_the_labels_where_the_judge_said_nothing_else(self, judged: list[float]) -> None:
        """Whoever labelled everything needs no judge."""
        found = true_mean(judged, [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)])

        assert found
        assert found.value == pytest.approx(0.75)
        assert found.error == pytest.approx(sqrt(variance([1, 0, 1, 1, 1.75, -0.25]) / 4))

    def test_of_one_label_is_none(self) -> None:
        """One label has no spread."""
        assert true_mean([1.0, 0.0], [(1.0, 1.0)]) is None


class TestTheTrueDifference:
    LABELLED = (*[(-1.0, 0.0)] * 12, *[(0.0, 0.0)] * 24)
    """A third got worse, of which the judge sees nothing."""

    def test_is_what_people_see_that_the_judge_does_not(self) -> None:
        """Its word is told beside it."""
        found = true_difference([0.0] * 64, self.LABELLED, alike=0)

        assert found
        assert (found.raw, found.cases, found.labelled) == (0.0, 100, 36)
        assert found.value == pytest.approx(-1 / 3)
        assert -0.58 < found.low < found.value < found.high < -0.08

    def test_counts_cases_that_both_trees_ask_alike_as_not_moved(self) -> None:
        """Half of the cases move half as much."""
        some, half = (true_difference([0.1] * 64, self.LABELLED, alike=alike) for alike in (0, 100))

        assert some
        assert half
        assert half.cases == 200
        assert half[:4] == pytest.approx([part / 2 for part in some[:4]])

    def test_never_leaves_what_can_be(self) -> None:
        """No figure in [0, 1] falls by more than all of it."""
        found = true_difference([], [(-1.0, 0.0)] * 40, alike=0)

        assert found
        assert found.low == -1.0

    def test_of_too_few_labels_is_none(self) -> None:
        """So few answers tell nothing of the others."""
        assert true_difference([0.0] * 64, self.LABELLED[: LEAST - 1], alike=0) is None
        assert true_difference([0.0] * 64, self.LABELLED[:LEAST], alike=0)
