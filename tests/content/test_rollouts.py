"""A rollout in JSON: the same after it was written and read, and nothing else is taken for one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from math import isnan, nan

import pytest

from harness.content.rollouts import evidence_json, read_evidence, read_rollout, rollout_json
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.core.rollout import Arm, Evidence, Measured, Pairs, Phase, Rollout, Sums, Window

A, B, C = "a" * 64, "b" * 64, "c" * 64
NOON = datetime(2026, 11, 22, 12, 0, 0, 250, tzinfo=UTC)
ROLLOUT = Rollout("production", 3, A, B, Phase.HELD, C, 2, 10, NOON, NOON, "it waits", 9)
WINDOW = Window(20, 31, {"errors": 2}, {"cost": Sums(20, 410.5, 9000.25)})
EVIDENCE = Evidence(
    NOON,
    {(2, Arm.CANDIDATE): WINDOW, (0, Arm.STABLE): Window(2, 2, {"errors": 2})},
    Pairs(50, 3, 2),
    (Measured("csat", NOON, 4.5), Measured("csat", NOON, None)),
)


def changed(value: dict[str, Json], path: str, to: Json) -> Json:
    """Return a copy with one place changed, or left out by None at its end."""
    copy = json.loads(json.dumps(value))
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    at = copy
    for part in way:
        at = at[part]
    at[last] = to
    found: Json = copy
    return found


class TestARollout:
    @pytest.mark.parametrize("rollout", [ROLLOUT, Rollout("staging"), replace(ROLLOUT, phase=Phase.ABORTED, weight=0)])
    def test_comes_back_as_it_was(self, rollout: Rollout) -> None:
        """Through JSON as text, to the microsecond."""
        assert read_rollout(json.loads(json.dumps(rollout_json(rollout))), "journal") == rollout

    @pytest.mark.parametrize(
        ("path", "value", "error"),
        [
            ("schema", "harness/rollout/2", "`schema` should be 'harness/rollout/1'"),
            ("environment", "../x", "`environment` should match pattern"),
            ("generation", -1, "`generation` should be greater than or equal to 0"),
            ("moves", "9", "`moves` should be a whole number"),
            ("stable", "a" * 63, "`stable` should match pattern"),
            ("phase", "advancing", "`phase` should be 'stable', 'rolling', 'held' or 'aborted'"),
            ("weight", 101, "`weight` should be less than or equal to 100"),
            ("since", "2026-11-22T12:00:00", "`since` should have timezone info"),
            ("extra", 1, "unknown key `extra`"),
            ("candidate", "", "contradict each other"),
            ("stable", "", "contradict each other"),
            ("phase", "aborted", "contradict each other"),
            ("phase", "stable", "contradict each other"),
        ],
    )
    def test_is_refused_if_it_is_none(self, path: str, value: Json, error: str) -> None:
        """Somebody may have written it by hand, and no traffic follows a guess."""
        with pytest.raises(ContentError, match=r"^error: journal: ") as fault:
            read_rollout(changed(rollout_json(ROLLOUT), path, value), "journal")

        assert error in str(fault.value)

    @pytest.mark.parametrize("value", [None, [], "rollout", 1, {}])
    def test_is_refused_if_it_is_nothing_of_the_kind(self, value: Json) -> None:
        """And says so at the file's name."""
        with pytest.raises(ContentError, match="journal"):
            read_rollout(value, "journal")


class TestEvidence:
    def test_comes_back_as_it_was(self) -> None:
        """Whoever reads the counters comes to the same as whoever counted."""
        assert read_evidence(json.loads(json.dumps(evidence_json(EVIDENCE))), "gateway") == EVIDENCE

    def test_keeps_what_is_no_number(self) -> None:
        """NaN is inconclusive, and neither an outage nor a success."""
        found = read_evidence(evidence_json(Evidence(measured=(Measured("csat", NOON, nan),))), "gateway")

        assert found.measured[0].value is not None
        assert isnan(found.measured[0].value)

    def test_tells_time_in_utc(self) -> None:
        """Wherever it was read."""
        there = replace(EVIDENCE, at=NOON.astimezone(timezone(timedelta(hours=9))))

        assert evidence_json(there)["at"] == "2026-11-22T12:00:00.000250+00:00"

    @pytest.mark.parametrize(
        ("path", "value", "error"),
        [
            ("at", "now", "`at` should be a valid datetime"),
            ("windows.1.sessions", 2.5, "should be a whole number"),
            ("windows.1.sessions", 1, "it counts more than there can be"),
            ("windows.1.bad.errors", -1, "should be greater than or equal to 0"),
            ("windows.1.sums.cost.total", "Infinity", "should be a finite number"),
            ("windows.1.arm", "both", "should be 'stable' or 'candidate'"),
            ("pairs.worse", 49, "it counts more than there can be"),
            ("measured.0.value", "inf", "should be"),
            ("measured.0.name", None, "should be a text"),
            ("more", 1, "unknown key `more`"),
        ],
    )
    def test_is_refused_if_it_cannot_be(self, path: str, value: Json, error: str) -> None:
        """A gateway is asked over a network; what it says is read like anybody's."""
        said = changed(evidence_json(EVIDENCE), path, value)

        with pytest.raises(ContentError, match=r"^error: gateway: ") as fault:
            read_evidence(said, "gateway")

        assert error in str(fault.value)

    def test_is_refused_if_a_window_stands_twice(self) -> None:
        """Which of the two counts, nobody knows."""
        said = evidence_json(EVIDENCE)
        assert isinstance(said["windows"], list)
        said["windows"].append(said["windows"][0])

        with pytest.raises(ContentError, match="more than there can be"):
            read_evidence(said, "gateway")
