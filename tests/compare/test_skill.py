"""Judges held against people: whether they may decide, and whether they are still who they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.skill import Twice, advisory, drift, skill, youden
from harness.core.calibration import Drift, Figure, Flips, Table

counts = st.integers(0, 60)
tables = st.builds(Table, counts, counts, counts, counts)
GOOD = Table(68, 1, 2, 29)
"""70 that people pass and 30 that they fail; three mistakes."""


class TestTheSkill:
    def test_of_a_table_by_hand(self) -> None:
        """60 that people pass, 40 that they fail: the judge passes 45 of the ones and 10 of the others."""
        found = skill(Table(45, 10, 15, 30))

        assert found.sensitivity
        assert found.sensitivity.value == pytest.approx(0.75)
        assert found.specificity
        assert found.specificity.value == pytest.approx(0.75)
        assert found.youden
        assert found.youden.value == pytest.approx(0.5)
        assert found.kappa
        assert found.kappa.value == pytest.approx((0.75 - 0.51) / 0.49)
        assert found.ac1
        assert found.ac1.value == pytest.approx((0.75 - 2 * 0.575 * 0.425) / (1 - 2 * 0.575 * 0.425))

    @pytest.mark.parametrize(
        ("table", "low", "high"),
        [
            (Table(56, 48, 14, 32), 0.0524, 0.3339),
            (Table(9, 3, 1, 7), 0.1705, 0.8090),
            (Table(5, 0, 51, 29), -0.0381, 0.1926),
            (Table(10, 0, 0, 20), 0.6791, 1.0),
        ],
    )
    def test_has_the_interval_that_was_published(self, table: Table, low: float, high: float) -> None:
        """Newcombe (1998), Statistics in Medicine 17, 873, table II, method 10: of two shares, one less the other."""
        found = youden(table)

        assert found
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)

    @given(tables)
    def test_lies_inside_of_its_interval(self, table: Table) -> None:
        """And the interval inside of what is possible."""
        found = youden(table)

        assert found is None or -1 <= found.low <= found.value + 1e-12 <= found.high + 2e-12 <= 1 + 3e-12

    @pytest.mark.parametrize("table", [Table(5, 0, 5, 0), Table(0, 5, 0, 5), Table(0, 0, 0, 0)])
    def test_takes_passes_and_fails_to_tell(self, table: Table) -> None:
        """Of a judge who saw no fail, nobody knows whether it would see one."""
        assert youden(table) is None


class TestAJudge:
    def test_may_decide_when_people_have_measured_it(self) -> None:
        """Labels enough, fails enough among them, and skill at the low end too."""
        assert advisory(GOOD) == ""

    @pytest.mark.parametrize(
        ("table", "why"),
        [
            (Table(1, 0, 0, 0), "1 label of people, and 100 are needed"),
            (Table(68, 1, 1, 29), "99 labels of people, and 100 are needed"),
            (Table(69, 1, 2, 28), "people failed 29 of 100 answers, and 30 are needed"),
            (Table(0, 1, 0, 99), "people passed none of 100 answers"),
            (Table(800, 60, 200, 240), "sensitivity + specificity - 1 may be as low as 0.54, and 0.70 is needed"),
        ],
    )
    def test_only_advises_otherwise_and_says_why(self, table: Table, why: str) -> None:
        """One who is right four times in five decides nothing, however often that was measured."""
        assert advisory(table) == why

    @given(tables)
    def test_that_decides_has_skill(self, table: Table) -> None:
        """No table gets by without all three."""
        found = youden(table)

        if not advisory(table):
            assert sum(table) >= 100
            assert table.false_alarms + table.rejections >= 30
            assert isinstance(found, Figure)
            assert found.low >= 0.7


def judged(count: int, *, passes: bool, then: bool, now: bool) -> list[Twice]:
    """Return some labels that all went the same way."""
    return [Twice(passes, then, now)] * count


class TestDrift:
    def test_is_none_where_the_judge_says_the_same(self) -> None:
        """Its mistakes too."""
        same = judged(70, passes=True, then=True, now=True) + judged(30, passes=False, then=True, now=True)

        assert drift(same) == Drift(Flips(0, 0), Flips(0, 0), 1.0)
        assert not drift(same).changed

    def test_of_who_became_kind_to_all_is_seen(self) -> None:
        """Ten more right and ten more wrong: by how often it is right, nothing happened."""
        kinder = judged(10, passes=True, then=False, now=True) + judged(10, passes=False, then=False, now=True)

        found = drift(kinder + judged(80, passes=True, then=True, now=True))

        assert (found.passes, found.fails) == (Flips(10, 0), Flips(10, 0))
        assert found.p == pytest.approx(2 * 2 / 2**10)
        assert found.changed

    def test_among_fails_alone_is_seen(self) -> None:
        """Thirty fails are few, and eight that it lets through now are told apart from chance."""
        found = drift(judged(8, passes=False, then=False, now=True) + judged(22, passes=False, then=False, now=False))

        assert found.changed

    def test_is_no_flicker(self) -> None:
        """A judge that varies moves both ways."""
        found = drift(judged(4, passes=True, then=False, now=True) + judged(5, passes=True, then=True, now=False))

        assert (found.passes, found.changed) == (Flips(4, 5), False)
