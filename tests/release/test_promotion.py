"""What the environments' files forbid: too early, at a bad time, or what was recalled."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.environment import DaysOff, Environment, HoursOff, Quarantined, RefusedError
from harness.core.errors import Origin
from harness.release.freezing import frozen
from harness.release.promotion import as_length, check_promotion
from harness.release.standing import Stand, earlier, longest_stay

A, B, C = "a" * 64, "b" * 64, "c" * 64
HALF = timedelta(minutes=30)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
STAGING = Environment("staging", A)
PRODUCTION = Environment("production", source="staging", soak=timedelta(hours=2), source_origin=Origin("p.yaml", 3))


def stands(*rows: tuple[str, float]) -> list[Stand]:
    """Return what ran from so many hours before noon on."""
    return [Stand(release, NOON - timedelta(hours=hours)) for release, hours in rows]


class TestTheStay:
    @pytest.mark.parametrize(
        ("rows", "hours"),
        [
            pytest.param([], None, id="nothing ever ran"),
            pytest.param([(B, 5)], None, id="something else did"),
            pytest.param([(A, 5)], 5, id="it still does"),
            pytest.param([(A, 5), (A, 3)], 5, id="another line of the file changed"),
            pytest.param([(A, 5), (B, 4)], 1, id="it did"),
            pytest.param([(A, 5), (B, 4), (A, 3), (B, 1)], 2, id="the longer of two"),
            pytest.param([(A, 5), ("", 4), (A, 3.5)], 3.5, id="broken by what nobody can read"),
            pytest.param([(B, 1), (A, 99)], 1, id="a date that lies before the one before"),
            pytest.param([(A, -9)], 0, id="a date that is to come"),
            pytest.param([(A, -9), (B, 5)], 0, id="and ends before"),
        ],
    )
    def test_is_the_longest_without_a_break(self, rows: list[tuple[str, float]], hours: float | None) -> None:
        """By the times of the commits, however their authors' clocks went."""
        stay = longest_stay(stands(*rows), A, NOON)

        assert stay == (None if hours is None else timedelta(hours=hours))

    @given(st.lists(st.tuples(st.sampled_from([A, B, ""]), st.floats(-50, 50)), min_size=1, max_size=6))
    def test_is_never_longer_than_the_history(self, rows: list[tuple[str, float]]) -> None:
        """Nobody soaks by writing dates."""
        stay = longest_stay(stands(*rows), A, NOON)

        assert (stay is None) == (A not in {release for release, _ in rows})
        assert stay is None or timedelta() <= stay <= max(timedelta(), NOON - stands(*rows)[0].at)


class TestWhatRanBefore:
    def test_may_come_back_newest_first(self) -> None:
        """But for what runs, and what was recalled."""
        now = replace(STAGING, release=C, quarantine=(Quarantined(B, "slow", "", ""),))

        assert earlier(stands((A, 5), (B, 4), ("", 3), (C, 2)), now) == [A]
        assert earlier(stands((A, 5), (B, 4), (A, 3), (C, 2)), replace(now, quarantine=())) == [A, B]


WEEKEND = HoursOff(frozenset({4}), time(16), 62, "weekend")


class TestAFreeze:
    @pytest.mark.parametrize(
        ("hours", "until"),
        [
            pytest.param(0, None, id="Friday at noon"),
            pytest.param(4, 66, id="Friday at four"),
            pytest.param(65.9, 66, id="Monday before six"),
            pytest.param(66, None, id="Monday at six"),
        ],
    )
    def test_comes_back_each_week(self, hours: float, until: float | None) -> None:
        """Over midnight, and over days that are not named."""
        found = frozen([WEEKEND], NOON + timedelta(hours=hours))

        assert (found and found.until) == (None if until is None else NOON + timedelta(hours=until))

    @pytest.mark.parametrize(("day", "held"), [(19, False), (20, True), (21, True), (22, False)])
    def test_takes_whole_days(self, day: int, held: bool) -> None:  # noqa: FBT001 (a row)
        """The last one too."""
        off = DaysOff(date(2026, 11, 20), date(2026, 11, 21), "a fair")

        assert bool(frozen([off], datetime(2026, 11, day, 23, 59, tzinfo=UTC))) == held

    def test_that_ends_last_is_told(self) -> None:
        """Who waits for the other one comes in vain."""
        long = DaysOff(date(2026, 11, 1), date(2026, 11, 30), "a fair")

        found = frozen([WEEKEND, long, WEEKEND], NOON + timedelta(hours=5))

        assert found == ("a fair", datetime(2026, 12, 1, tzinfo=UTC))

    @given(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 47), st.integers(1, 168), st.integers(0, 400))
    def test_holds_as_looking_back_for_its_beginning_says(
        self, days: set[int], at: int, hours: int, passed: int
    ) -> None:
        """An oracle that goes back by half an hour."""
        begins = time(at // 2, 30 * (at % 2))
        now = NOON + passed * HALF
        back = (now - one * HALF for one in range(2 * hours))

        begun = any(one.weekday() in days and one.time() == begins for one in back)
        assert bool(frozen([HoursOff(frozenset(days), begins, hours, "x")], now)) == begun


class TestAPromotion:
    @pytest.mark.parametrize(
        ("environment", "source", "rows", "error"),
        [
            pytest.param(
                replace(PRODUCTION, quarantine=(Quarantined(A, "slow", "", "Mia", Origin("p.yaml", 9)),)),
                STAGING,
                [(A, 9)],
                "p.yaml:9: release aaaaaaaaaaaa is quarantined in production: slow, by Mia",
                id="recalled",
            ),
            pytest.param(
                PRODUCTION,
                replace(STAGING, quarantine=(Quarantined(A, "slow", "", "", Origin("s.yaml", 9)),)),
                [(A, 9)],
                "s.yaml:9: release aaaaaaaaaaaa is quarantined in staging: slow",
                id="recalled where it came from",
            ),
            pytest.param(
                PRODUCTION, STAGING, [(B, 9)], "p.yaml:3: release aaaaaaaaaaaa has never stood in staging", id="unseen"
            ),
            pytest.param(
                PRODUCTION,
                STAGING,
                [(A, 1.5)],
                "p.yaml:3: release aaaaaaaaaaaa has stood in staging for 1 h 30 m without a break, and must for 2 h\n\n"
                "hint: wait 30 m more, while it stands there",
                id="too early",
            ),
            pytest.param(
                replace(PRODUCTION, freezes=(DaysOff(date(2026, 11, 20), date(2026, 11, 20), "a fair"),)),
                STAGING,
                [(A, 9)],
                "production is frozen until 2026-11-21 00:00 UTC: a fair",
                id="frozen",
            ),
        ],
    )
    def test_is_refused_with_the_reason(
        self, environment: Environment, source: Environment, rows: list[tuple[str, float]], error: str
    ) -> None:
        """Whoever waits knows for what."""
        with pytest.raises(RefusedError) as fault:
            check_promotion(environment, A, source, stands(*rows), NOON)

        assert str(fault.value).startswith(f"error: {error}")
        assert fault.value.exit_code == 1

    def test_is_not_refused_otherwise(self) -> None:
        """After just as long as it takes, or where nothing is asked."""
        check_promotion(PRODUCTION, A, STAGING, stands((A, 2)), NOON)
        check_promotion(STAGING, A, None, [], NOON)


def test_a_length_is_told_by_its_largest_units() -> None:
    """Nobody waits for seconds after days."""
    assert [as_length(timedelta(seconds=one)) for one in (0, 59, 3600, 90061)] == ["0 s", "59 s", "1 h", "1 d 1 h"]
