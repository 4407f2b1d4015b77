"""Alert rules, dashboard and docs: each alert is raised when it should be, and not otherwise; by `promtool`."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import run
from harness.content.environments import path_of, read_environment
from harness.gateway.alerts import RULES
from harness.gateway.dashboard import PANELS
from tests.house.scratch import ROOT
from tests.monitoring.prometheus import TOOL, needed

PAGE = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], what: str) -> str:
    """Return what `harness render` prints."""
    assert run(["render", what]) == 0
    return capsys.readouterr().out


BAD: dict[str, dict[str, str]] = {
    "HarnessErrors": {
        'harness_requests_total{arm="candidate",status="200"}': "0+90x30",
        'harness_requests_total{arm="candidate",status="502"}': "0+10x30",
    },
    "HarnessSlow": {
        'harness_request_seconds_bucket{arm="stable",le="1.0"}': "0+50x30",
        'harness_request_seconds_bucket{arm="stable",le="5.0"}': "0+100x30",
        'harness_request_seconds_bucket{arm="stable",le="+Inf"}': "0+100x30",
    },
    "HarnessHolding": {"harness_holding{}": "1x30"},
    "HarnessAborted": {'harness_rollout_phase{phase="aborted"}': "1x30"},
    "HarnessCanaryWithoutTraffic": {
        "harness_rollout_weight{}": "10x30",
        'harness_requests_total{arm="stable",status="200"}': "0+90x30",
        'harness_requests_total{arm="candidate",status="200"}': "7x30",
    },
    "HarnessStaleLook": {"harness_last_look_timestamp_seconds{}": "0x30"},
    "HarnessGone": {"harness_last_look_timestamp_seconds{}": "0+60x10 stale"},
    "HarnessCostlierCanary": {
        'harness_requests_total{arm="stable"}': "0+100x60",
        'harness_requests_total{arm="candidate"}': "0+10x60",
        'harness_cost_usd_total{arm="stable"}': "0+1x60",
        'harness_cost_usd_total{arm="candidate"}': "0+0.16x60",
    },
    "HarnessAuditLost": {"harness_audit_lost_total{}": "0x10 3x20"},
}
"""What each alert is for, a value a minute."""
GOOD: dict[str, dict[str, str]] = {
    "HarnessErrors": {
        'harness_requests_total{arm="candidate",status="200"}': "0+99x30",
        'harness_requests_total{arm="candidate",status="404"}': "0+50x30",
        'harness_requests_total{arm="candidate",status="502"}': "0+1x30",
    },
    "HarnessSlow": {
        'harness_request_seconds_bucket{arm="stable",le="1.0"}': "0+99x30",
        'harness_request_seconds_bucket{arm="stable",le="5.0"}': "0+100x30",
        'harness_request_seconds_bucket{arm="stable",le="+Inf"}': "0+100x30",
    },
    "HarnessHolding": {"harness_holding{}": "0x20 1x5 0x5"},
    "HarnessAborted": {'harness_rollout_phase{phase="aborted"}': "0x30", 'harness_rollout_phase{phase="held"}': "1x30"},
    "HarnessCanaryWithoutTraffic": {
        "harness_rollout_weight{}": "10x30",
        'harness_requests_total{arm="candidate",status="200"}': "0+1x30",
    },
    "HarnessStaleLook": {"harness_last_look_timestamp_seconds{}": "0+60x30"},
    "HarnessGone": {"harness_last_look_timestamp_seconds{}": "0+60x30"},
    "HarnessCostlierCanary": {
        'harness_requests_total{arm="stable"}': "0+100x60",
        'harness_requests_total{arm="candidate"}': "0+10x60",
        'harness_cost_usd_total{arm="stable"}': "0+1x60",
        'harness_cost_usd_total{arm="candidate"}': "0+0.14x60",
    },
    "HarnessAuditLost": {"harness_audit_lost_total{}": "3x30"},
}


def labelled(series: dict[str, str]) -> list[dict[str, str]]:
    """Return series of an environment as promtool reads them."""
    found = []
    for name, values in series.items():
        head, _, labels = name.partition("{")
        found.append({"series": f'{head}{{environment="shop"{"," if labels != "}" else ""}{labels}', "values": values})
    return found


def case(rule: str, series: dict[str, str], *, raised: bool) -> dict[str, Any]:
    """Return a test of promtool: whether an alert is raised after 28 minutes."""
    return {
        "interval": "1m",
        "input_series": labelled(series),
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{rule}",alertstate="firing",environment="shop"}}) or vector(0)',
                "eval_time": "28m",
                "exp_samples": [{"labels": "{}", "value": int(raised)}],
            }
        ],
    }


@needed
class TestTheAlerts:
    def test_are_raised_by_what_they_are_for_and_by_nothing_else(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Each by a case that is bad, and by one just beside it that is not."""
        (tmp_path / "rules.yml").write_text(told(capsys, "alerts"))
        cases = [case(rule, series, raised=True) for rule, series in BAD.items()]
        cases += [case(rule, series, raised=False) for rule, series in GOOD.items()]
        tests = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": cases}
        (tmp_path / "tests.yml").write_text(json.dumps(tests))

        done = subprocess.run(
            [str(TOOL), "test", "rules", "tests.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
        )

        assert list(BAD) == list(GOOD) == [rule.name for rule in RULES]
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr

    def test_are_rules_to_prometheus(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """As they are printed."""
        (tmp_path / "rules.yml").write_text(told(capsys, "alerts"))

        done = subprocess.run(
            [str(TOOL), "check", "rules", "rules.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
        )

        assert (done.returncode, f"{len(RULES)} rules found" in done.stdout) == (0, True)


class TestTheDashboard:
    def test_is_one_that_grafana_imports(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Panels have ids and places of their own, ask the Prometheus that was chosen, and name no server."""
        text = told(capsys, "dashboard")
        board = json.loads(text)
        panels = board["panels"]
        cells = [
            (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
            for panel in panels
            for x in range(panel["gridPos"]["w"])
            for y in range(panel["gridPos"]["h"])
        ]

        assert "http" not in text
        assert [panel["id"] for panel in panels] == list(range(1, len(PANELS) + 1))
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) == 23
        assert {one["datasource"]["uid"] for panel in panels for one in (panel, *panel["targets"])} == {"${source}"}
        assert [one["name"] for one in board["templating"]["list"]] == ["source", "environment"]
        assert all(len({one["refId"] for one in panel["targets"]}) == len(panel["targets"]) for panel in panels)
        assert all('environment="$environment"' in one["expr"] for panel in panels for one in panel["targets"])
        assert not [one for panel in panels for one in panel["targets"] if "{where" in one["expr"]]


class TestThePage:
    def test_has_every_alert(self) -> None:
        """Whoever is woken by one looks it up."""
        rows = re.findall(r"^\| `(Harness\w+)` \| .* \| (\w+) \|$", PAGE, re.MULTILINE)

        assert rows == [(rule.name, rule.severity) for rule in RULES]

    def test_has_every_metric_that_is_asked_for(self) -> None:
        """By the name that it has at `/metrics`."""
        asked = " ".join([*(rule.query for rule in RULES), *(query for panel in PANELS for query, _ in panel.queries)])
        names = {name.removesuffix("_bucket") for name in re.findall(r"harness_[a-z_]+", asked)}

        assert {
            name for name in names if name not in PAGE and name.removeprefix("harness_rollout") not in PAGE
        } == set()

    def test_shows_externals_that_are_read(self) -> None:
        """The first thing that anybody does with an example is to copy it."""
        (example,) = re.findall(r"```yaml\n(strategy:.*?)```", PAGE, re.DOTALL)
        found = read_environment(f"target: {{kind: git}}\n{example}".encode(), path_of("shop"))

        assert [one.name for one in found.strategy.externals] == ["csat", "tickets"]
