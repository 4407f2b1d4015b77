"""Environments are read strictly: each mistake at its line, and what is right means what it says."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from harness.adapters.folder import Folder
from harness.content.environments import read_environment, read_environments
from harness.core.environment import DaysOff, HoursOff, Step, Target
from harness.core.errors import ContentError

GOOD = "a" * 64
BAD = "b" * 64
PATH = ".github/environments/production.yaml"
FILE = f"""\
release: sha256:{GOOD}  # what runs
target: {{kind: gateway, url_from: GATEWAY_URL}}
from: staging
soak: 2h
strategy:
  steps:
    - {{weight: 10, min: 10m, max: 1h, on_max: abort}}
    - {{weight: 100}}
freeze:
  - {{from: 2026-12-20, until: 2027-01-02, reason: holidays}}
  - {{days: [fri], at: "16:00", hours: 62, reason: weekend}}
quarantine:
  - {{release: "sha256:{BAD}", reason: slow, at: "2026-11-22T05:00:00Z", by: Mia}}
"""


class TestAnEnvironment:
    def test_says_what_it_runs_and_what_may_come(self) -> None:
        """Key by key."""
        found = read_environment(FILE.encode(), PATH)

        assert (found.name, found.release, found.source, found.soak) == (
            "production",
            GOOD,
            "staging",
            timedelta(hours=2),
        )
        assert found.target == Target("gateway", "", "GATEWAY_URL")
        assert found.strategy.steps == (
            Step(10, timedelta(minutes=10), timedelta(hours=1), "abort"),
            Step(100, timedelta(), None, "hold"),
        )
        assert found.freezes == (
            DaysOff(date(2026, 12, 20), date(2027, 1, 2), "holidays"),
            HoursOff(frozenset({4}), time(16), 62, "weekend"),
        )
        recalled = found.quarantined(BAD)
        assert recalled
        assert (recalled.reason, recalled.by, str(recalled.origin)) == ("slow", "Mia", f"{PATH}:13")
        assert found.quarantined(GOOD) is None

    def test_needs_no_more_than_a_target(self) -> None:
        """Before its first release it runs none."""
        found = read_environment(b"target: {kind: git}\n", PATH)

        assert (found.release, found.source, found.soak) == ("", "", timedelta())


class TestAFaultyEnvironment:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            (FILE.replace("release: sha", "relase: sha"), ":1: unknown key `relase`; did you mean `release`?"),
            (FILE.replace(f"sha256:{GOOD}", "sha256:abc"), ":1: `release` should match pattern '^sha256:"),
            (FILE.replace("kind: gateway", "kind: gatewy"), ":2: there is no target `gatewy`; did you mean `gateway`?"),
            (
                FILE.replace("url_from: G", "url: http://h, url_from: G"),
                "no schema can tell: :2: `target` has both `url` and `url_from`",
            ),
            (FILE.replace("target: {kind: gateway, url_from: GATEWAY_URL}\n", ""), ":1: the key `target` is missing"),
            (FILE.replace("from: staging\n", ""), ":3: `soak` needs `from`"),
            (FILE.replace("2h", "2 hours"), ":4: `soak` should match pattern '^[0-9]{1,6}[smhd]$', not `2 hours`"),
            (
                FILE.replace("weight: 10,", "weight: 0,"),
                ":7: `strategy.steps.0.weight` should be greater than or equal",
            ),
            (FILE.replace("{weight: 10,", "{wieght: 10,"), ":7: unknown key `wieght`; did you mean `weight`?"),
            (FILE.replace("abort", "abrot"), ":7: `strategy.steps.0.on_max` should be 'hold', 'abort' or 'advance', "),
            (FILE.replace("weight: 100", "weight: 10"), "no schema can tell: :8: the weight goes from 10 to 10"),
            (
                FILE.replace("weight: 100", "weight: 99"),
                "no schema can tell: :8: the last step is not all of the traffic",
            ),
            (FILE.replace("max: 1h", "max: 1m"), "no schema can tell: :7: `max` is shorter than `min`"),
            (FILE.replace("2026-12-20", "20.12.2026"), ":10: `from` is not a date"),
            (FILE.replace("2027-01-02", "2026-01-02"), "no schema can tell: :10: `until` is before `from`"),
            (FILE.replace("[fri]", "[friday]"), ":11: `freeze.1.days.0` should be 'mon'"),
            (FILE.replace("16:00", "25:00"), ":11: `freeze.1.at` should match pattern"),
            (FILE.replace(", hours: 62", ""), ":11: nobody knows when this freeze is"),
            (FILE.replace("hours: 62, reason: weekend", "hours: 62"), ":11: the key `reason` is missing"),
            (FILE.replace("reason: slow, ", ""), ":13: the key `reason` is missing"),
        ],
    )
    def test_is_refused_at_its_line(self, text: str, error: str) -> None:
        """What nobody understands alike promotes nothing."""
        with pytest.raises(ContentError) as fault:
            read_environment(text.encode(), PATH)

        assert error.removeprefix("no schema can tell: ") in str(fault.value)


class TestTheFolder:
    @pytest.mark.parametrize(
        ("files", "error"),
        [
            ({"prod.yml": ""}, ".github/environments/prod.yml: not the file of an environment"),
            (
                {"prod.yaml": "target: {kind: git}\nfrom: stagin\n", "staging.yaml": "target: {kind: git}\n"},
                "prod.yaml:2: there is no environment `stagin`; did you mean `staging`?",
            ),
            ({"prod.yaml": "target: {kind: git}\nfrom: prod\n"}, "prod.yaml:2: `from` leads back to `prod`"),
            (
                {"a.yaml": "target: {kind: git}\nfrom: b\n", "b.yaml": "target: {kind: git}\nfrom: a\n"},
                "a.yaml:2: `from` leads back to `a`",
            ),
        ],
    )
    def test_is_refused_as_a_whole(self, tmp_path: Path, files: dict[str, str], error: str) -> None:
        """A way that leads nowhere is found before anybody is waiting at its end."""
        (tmp_path / ".github/environments").mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / ".github/environments" / name).write_text(text)

        with pytest.raises(ContentError) as fault:
            read_environments(Folder(tmp_path))

        assert error in str(fault.value)

    def test_may_be_missing(self, tmp_path: Path) -> None:
        """Nobody has to promote anything."""
        assert read_environments(Folder(tmp_path)) == {}
