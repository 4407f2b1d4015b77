"""Metrics that somebody else measures: Argo's limits, and nothing passes on what was not measured."""

from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest

from harness.core.environment import External
from harness.core.rollout import Advice, Data, Measured, Opinion
from harness.release.externals import measured_opinion

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CSAT = External("csat", "https://p.example", "avg(csat)", least=4.5, failure_limit=1, inconclusive_limit=1)
GOOD, BAD, NONE = 4.6, 4.4, None


def opinion(external: External, *values: float | None, late: float = 0) -> Opinion:
    """Return what values say that were measured minute by minute, so many minutes after the last."""
    measured = [Measured(external.name, NOON + timedelta(minutes=at), one) for at, one in enumerate(values, start=1)]
    return measured_opinion([external], measured, NOON, NOON + timedelta(minutes=len(values) + late))


class TestAnExternalMetric:
    @pytest.mark.parametrize(
        ("external", "values", "advice", "why"),
        [
            pytest.param(CSAT, [GOOD], Advice.ADVANCE, "", id="it is good"),
            pytest.param(CSAT, [BAD, GOOD], Advice.ADVANCE, "", id="it may fail once"),
            pytest.param(
                CSAT, [BAD, GOOD, BAD], Advice.ABORT, "`csat` failed 2 times, and may 1 times", id="not twice"
            ),
            pytest.param(
                CSAT._replace(failure_limit=-1), [BAD, BAD, GOOD], Advice.ADVANCE, "", id="any number of failures"
            ),
            pytest.param(CSAT._replace(least=None, most=4.5), [GOOD] * 2, Advice.ABORT, "failed", id="too much"),
            pytest.param(CSAT, [nan, inf], Advice.UNDECIDED, "`csat` is inconclusive", id="no numbers"),
            pytest.param(CSAT, [NONE] * 5, Advice.UNDECIDED, "`csat` cannot be measured", id="five errors in a row"),
            pytest.param(CSAT, [4.5], Advice.ADVANCE, "", id="just good enough"),
            pytest.param(CSAT._replace(least=None, most=4.6), [GOOD], Advice.ADVANCE, "", id="just not too much"),
            pytest.param(CSAT._replace(inconclusive_limit=0), [nan, GOOD], Advice.UNDECIDED, "inconclusive", id="none"),
            pytest.param(CSAT, [nan, GOOD], Advice.ADVANCE, "", id="one of one"),
            pytest.param(CSAT, [NONE] * 4, Advice.UNDECIDED, "not measured to its end", id="four errors in a row"),
            pytest.param(CSAT._replace(consecutive_error_limit=0), [NONE], Advice.UNDECIDED, "cannot", id="no error"),
            pytest.param(CSAT._replace(consecutive_error_limit=1), [GOOD, NONE], Advice.UNDECIDED, "to its", id="one"),
            pytest.param(CSAT, [NONE] * 4 + [GOOD], Advice.ADVANCE, "", id="four, and it is back"),
            pytest.param(
                CSAT, [*[NONE] * 4, nan, *[NONE] * 4], Advice.UNDECIDED, "not measured", id="never five in a row"
            ),
            pytest.param(
                CSAT, [*[NONE] * 4, BAD, *[NONE] * 4], Advice.UNDECIDED, "not measured", id="nor around a failure"
            ),
            pytest.param(
                CSAT, [*[NONE] * 4, GOOD, *[NONE] * 4], Advice.UNDECIDED, "not measured", id="nor around a success"
            ),
            pytest.param(CSAT, [], Advice.UNDECIDED, "`csat` is not measured to its end", id="never measured"),
            pytest.param(CSAT, [NONE], Advice.UNDECIDED, "`csat` is not measured", id="an outage is no success"),
            pytest.param(
                CSAT, [GOOD, NONE], Advice.UNDECIDED, "`csat` is not measured", id="nor is an earlier success"
            ),
            pytest.param(CSAT, [GOOD, nan], Advice.UNDECIDED, "`csat` is not measured", id="nor is NaN"),
            pytest.param(CSAT, [GOOD, BAD], Advice.UNDECIDED, "`csat` is not measured", id="nor a failure it may have"),
            pytest.param(
                CSAT._replace(measurements=3), [GOOD] * 2, Advice.UNDECIDED, "not measured", id="two of three"
            ),
            pytest.param(CSAT._replace(measurements=3), [GOOD, BAD, GOOD], Advice.ADVANCE, "", id="its count"),
            pytest.param(
                CSAT._replace(measurements=3),
                [GOOD, NONE, GOOD],
                Advice.UNDECIDED,
                "not measured",
                id="errors count not",
            ),
            pytest.param(
                CSAT._replace(measurements=2, inconclusive_limit=5),
                [nan, nan],
                Advice.UNDECIDED,
                "`csat` was measured to its end and never said enough",
                id="a count without a success, which Argo lets pass",
            ),
            pytest.param(
                CSAT._replace(consecutive_success_limit=2),
                [GOOD, NONE, GOOD, GOOD],
                Advice.ADVANCE,
                "",
                id="two in a row",
            ),
            pytest.param(
                CSAT._replace(consecutive_success_limit=2),
                [GOOD, NONE, GOOD],
                Advice.UNDECIDED,
                "not",
                id="one in a row",
            ),
            pytest.param(
                CSAT._replace(consecutive_success_limit=2),
                [GOOD, nan, GOOD],
                Advice.UNDECIDED,
                "not",
                id="nor around NaN",
            ),
            pytest.param(
                CSAT._replace(consecutive_success_limit=2),
                [GOOD, BAD, GOOD],
                Advice.UNDECIDED,
                "not",
                id="nor a failure",
            ),
            pytest.param(
                CSAT._replace(consecutive_success_limit=2, measurements=3),
                [GOOD, BAD, GOOD],
                Advice.UNDECIDED,
                "`csat` was measured to its end and never said enough",
                id="its count, and never two in a row",
            ),
            pytest.param(CSAT._replace(dry_run=True), [BAD] * 9, Advice.ADVANCE, "", id="a dry run never decides"),
            pytest.param(
                CSAT._replace(initial_delay=timedelta(minutes=3)), [BAD, BAD, GOOD], Advice.ADVANCE, "", id="a delay"
            ),
        ],
    )
    def test_says_what_argo_says_or_waits(
        self, external: External, values: list[float | None], advice: Advice, why: str
    ) -> None:
        """Its limits are known by name; only what was measured counts as success."""
        found = opinion(external, *values)

        assert found.advice is advice
        assert why in found.why

    def test_is_stale_after_three_intervals(self) -> None:
        """What was good at breakfast says nothing about dinner; what was counted to its end stays counted."""
        assert opinion(CSAT, GOOD, late=3).advice is Advice.ADVANCE
        assert opinion(CSAT, GOOD, late=3.1) == Opinion(Advice.UNDECIDED, "`csat` is stale", Data.DOUBTFUL)
        assert opinion(CSAT._replace(measurements=1), GOOD, late=99).advice is Advice.ADVANCE

    def test_is_as_good_as_the_worst_of_them(self) -> None:
        """One aborts, one is awaited, one is fine."""
        slow, calm = CSAT._replace(name="slow", failure_limit=0), CSAT._replace(name="calm")
        measured = [Measured("slow", NOON, BAD), Measured("calm", NOON, GOOD)]

        assert measured_opinion([CSAT, slow, calm], measured, NOON, NOON).advice is Advice.ABORT
        assert measured_opinion([CSAT, calm], measured, NOON, NOON).data is Data.FEW
        assert measured_opinion([calm], measured, NOON, NOON) == Opinion(Advice.ADVANCE)
        assert measured_opinion([], measured, NOON, NOON) == Opinion(Advice.ADVANCE)
