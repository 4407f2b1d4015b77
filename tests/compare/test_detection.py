"""What a detector's table comes to: published intervals, and tables worked by hand."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.detection import ac1, detection, f1, kappa, share
from harness.core.calibration import Detection, Figure, Table

counts = st.integers(0, 60)
tables = st.builds(Table, counts, counts, counts, counts)


def ends(figure: Figure | None) -> tuple[float, float]:
    """Return the ends of an interval."""
    assert figure is not None
    return figure.low, figure.high


def plain_kappa(hits: float, alarms: float, misses: float, rejections: float) -> float:
    """Return kappa by its definition."""
    n = hits + alarms + misses + rejections
    chance = ((hits + alarms) * (hits + misses) + (misses + rejections) * (alarms + rejections)) / n**2
    return ((hits + rejections) / n - chance) / (1 - chance)


def numeric_error(cells: list[float]) -> float:
    """Return the standard error of kappa by the delta method, with slopes taken by small steps."""
    n = sum(cells)
    slopes = []
    for place in range(4):
        up, down = list(cells), list(cells)
        up[place] += 1e-4
        down[place] -= 1e-4
        slopes.append((plain_kappa(*up) - plain_kappa(*down)) / 2e-4 * n)
    shares = [cell / n for cell in cells]
    mean = sum(p * slope for p, slope in zip(shares, slopes, strict=True))
    return sqrt(sum(p * slope**2 for p, slope in zip(shares, slopes, strict=True)) - mean**2) / sqrt(n)


class TestAShare:
    @pytest.mark.parametrize(
        ("some", "n", "low", "high"),
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_has_the_interval_that_was_published(self, some: int, n: int, low: float, high: float) -> None:
        """Newcombe (1998), Statistics in Medicine 17, table I, method 3."""
        assert ends(share(some, n)) == pytest.approx((low, high), abs=5e-5)

    def test_of_nothing_is_none(self) -> None:
        """Nothing was found: of what would precision be a share?"""
        assert share(0, 0) is None


class TestF1:
    def test_is_known_by_hand(self) -> None:
        """Precision 40/50, recall 40/60: twice their product over their sum is 80/110."""
        found = f1(Table(40, 10, 20, 30))

        assert found
        assert found.value == pytest.approx(80 / 110)

    def test_has_the_ends_of_the_share_of_hits(self) -> None:
        """15 hits of 148 that were found or labelled: the published ends of that share, 0.0624 and 0.1605, doubled."""
        expected = (2 * 0.0624 / 1.0624, 2 * 0.1605 / 1.1605)

        assert ends(f1(Table(15, 100, 33, 7))) == pytest.approx(expected, abs=1e-4)

    @given(tables)
    def test_is_the_harmonic_mean(self, table: Table) -> None:
        """By its usual definition, wherever that is defined."""
        found = f1(table)
        precision, recall = (
            share(table.hits, table.hits + table.false_alarms),
            share(table.hits, table.hits + table.misses),
        )

        if found and precision and recall and table.hits:
            assert found.value == pytest.approx(2 / (1 / precision.value + 1 / recall.value))


class TestKappa:
    def test_is_that_of_the_textbook(self) -> None:
        """Agreement 0.7, by chance 0.5."""
        found = kappa(Table(20, 5, 10, 15))

        assert found
        assert found.value == pytest.approx(0.4)

    @pytest.mark.parametrize("table", [(20, 5, 10, 15), (457, 12, 28, 541), (50, 0, 3, 60), (3, 9, 1, 200)])
    def test_has_the_error_of_the_delta_method(self, table: tuple[int, int, int, int]) -> None:
        """The closed form against slopes taken numerically, on the table with its halves."""
        halved = [cell + 0.5 for cell in table]
        middle, error = plain_kappa(*halved), numeric_error(halved)

        expected = (middle - 1.959964 * error, min(1.0, middle + 1.959964 * error))
        assert ends(kappa(Table(*table))) == pytest.approx(expected, abs=1e-4)

    def test_without_a_mistake_is_not_sure_of_itself(self) -> None:
        """Two answers show next to nothing, a thousand a lot."""
        few, many = ends(kappa(Table(1, 0, 0, 1))), ends(kappa(Table(500, 0, 0, 500)))

        assert few[0] < 0.3
        assert many[0] > 0.98
        assert (few[1], many[1]) == (1, 1)

    def test_of_nothing_is_none(self) -> None:
        """No answer was judged."""
        assert kappa(Table(0, 0, 0, 0)) is None


def published_ac1_error(hits: float, alarms: float, misses: float, rejections: float) -> tuple[float, float]:
    """Return AC1 and its standard error by the formula for any number of categories, as it was published."""
    n = hits + alarms + misses + rejections
    cells = {(0, 0): hits / n, (0, 1): alarms / n, (1, 0): misses / n, (1, 1): rejections / n}
    rates = [sum(p * ((row == k) + (column == k)) / 2 for (row, column), p in cells.items()) for k in (0, 1)]
    seen, chance = cells[0, 0] + cells[1, 1], sum(rate * (1 - rate) for rate in rates)
    value = (seen - chance) / (1 - chance)
    first = sum(cells[k, k] * (1 - rates[k]) for k in (0, 1)) - seen * chance
    second = sum(p * (1 - (rates[row] + rates[column]) / 2) ** 2 for (row, column), p in cells.items()) - chance**2
    spread = seen * (1 - seen) - 4 * (1 - value) * first + 4 * (1 - value) ** 2 * second
    return value, sqrt(spread / n) / (1 - chance)


class TestAC1:
    def test_is_that_of_the_textbook(self) -> None:
        """Gwet's paradox: nearly all agree, and kappa is below nothing."""
        found = ac1(Table(118, 5, 2, 0))

        assert found
        assert found.value == pytest.approx(0.9408, abs=5e-5)

    @pytest.mark.parametrize("table", [(20, 5, 10, 15), (118, 5, 2, 0), (50, 0, 3, 60), (3, 9, 1, 200)])
    def test_has_the_published_error(self, table: tuple[int, int, int, int]) -> None:
        """Gwet (2008), for any number of categories, on the table with its halves."""
        middle, error = published_ac1_error(*(cell + 0.5 for cell in table))

        expected = (middle - 1.959964 * error, min(1.0, middle + 1.959964 * error))
        assert ends(ac1(Table(*table))) == pytest.approx(expected, abs=1e-6)

    def test_holds_where_kappa_falls_apart(self) -> None:
        """95 of 100 answers pass, and the judge is right nine times in ten on either kind."""
        table = Table(855, 5, 95, 45)
        beside, found = kappa(table), ac1(table)

        assert beside
        assert found
        assert (beside.value, found.value) == pytest.approx((0.43, 0.88), abs=0.005)

    @given(tables)
    def test_lies_inside_of_its_interval(self, table: Table) -> None:
        """Whatever the table; of no answers there is none."""
        found = ac1(table)

        assert found is None if not sum(table) else found and -1 <= found.low <= found.value <= found.high <= 1


class TestDetection:
    def test_of_a_table_by_hand(self) -> None:
        """40 found and right, 10 found and wrong, 20 missed, 30 rightly left: five figures."""
        found = detection(Table(40, 10, 20, 30))

        values = [one and one.value for one in (found.precision, found.recall, found.alarm_rate, found.f1, found.kappa)]
        assert values == pytest.approx([0.8, 2 / 3, 0.25, 8 / 11, 0.4])

    def test_of_nothing_knows_nothing(self) -> None:
        """No figure is made up."""
        assert detection(Table(0, 0, 0, 0)) == Detection(None, None, None, None, None)

    @given(tables)
    def test_keeps_each_figure_inside_of_its_interval(self, table: Table) -> None:
        """And the interval inside of what is possible."""
        found = detection(table)

        for figure in (found.precision, found.recall, found.alarm_rate, found.f1):
            assert figure is None or 0 <= figure.low <= figure.value + 1e-12 <= figure.high + 2e-12 <= 1 + 3e-12
        assert found.kappa is None or -1 <= found.kappa.low <= found.kappa.value <= found.kappa.high <= 1
