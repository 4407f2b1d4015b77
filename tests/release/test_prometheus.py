"""A real Prometheus that watches a real canary: what it is asked has an answer, and the right one."""

import asyncio
import math
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.core.environment import External
from harness.flows.externals import measure
from harness.gateway import queries
from harness.gateway.alerts import RULES, as_rules
from harness.gateway.dashboard import HERE, PANELS
from harness.gateway.queries import of
from tests.monitoring.prometheus import Prometheus, needed, prometheus, wait_until
from tests.release.served import VARS, Said, Served, gateway
from tests.release.shop import Line

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")
pytestmark = needed

PLAN = "strategy:\n  steps:\n    - {weight: 30, min: 1h}\n    - {weight: 100, min: 1h}\n"


@pytest.fixture(scope="module")
def rolling(released: Line, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Return a repository whose staging has a candidate, and a key for whoever scrapes."""
    line = Line(released.fork(tmp_path_factory.mktemp("rolling")).root, *released.releases)
    line.promote("staging", line.first)
    line.add("staging", PLAN)
    line.promote("staging", line.second)
    return line


@pytest.fixture(scope="module")
def served(rolling: Line) -> Iterator[Served]:
    """Return its gateway."""
    with gateway(rolling) as found:
        yield found


class Watched(NamedTuple):
    """A gateway, who watches it, and what was asked of it meanwhile."""

    served: Served
    by: Prometheus
    said: list[Said]

    def use(self) -> None:
        """Let new users ask and say what they think of it, until that was scraped."""
        users = range(len(self.said), len(self.said) + 50)
        with ThreadPoolExecutor(4) as pool:
            self.said.extend(pool.map(lambda user: self.served.ask({"vars": VARS}, session=f"user {user}"), users))
        for one in self.said[-3:]:
            self.served.ask({"id": one.data["id"], "vote": "down"}, "/v1/feedback")
        wait_until(lambda: sum(self.by.ask("harness_requests_total").values()) == len(self.said))


@pytest.fixture(scope="module")
def watched(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Return a gateway under traffic, watched from before its first request."""
    with prometheus(tmp_path_factory.mktemp("prometheus"), served.url, rules=as_rules()) as by:
        found = Watched(served, by, [])
        for _ in range(4):
            found.use()
        yield found


class TestThePanels:
    @pytest.mark.parametrize("query", sorted({query for panel in PANELS for query, _ in panel.queries}))
    def test_have_data(self, watched: Watched, query: str) -> None:
        """An empty drawing is noticed in an outage."""
        found = watched.by.ask(of(query, HERE.replace("$environment", "staging")))

        assert found
        assert not any(map(math.isnan, found.values()))

    def test_say_what_happened(self, watched: Watched) -> None:
        """Which arm answered how much is known here from the answers themselves."""
        by, arms = watched.by, Counter(said.arm for said in watched.said)
        both = by.ask(of(queries.REQUESTS))
        share = by.value(of(queries.REQUESTS, 'arm="candidate"')) / sum(both.values())

        assert abs(share - arms["candidate"] / arms.total()) < 0.05
        assert by.value(of(queries.WEIGHT)) == 30
        assert by.value(of(queries.STEP)) == 0
        assert set(by.ask(of(queries.ERRORS)).values()) == {0.0}
        assert 0 < by.value(of(queries.MEDIAN), arm="stable") <= by.value(of(queries.P95), arm="stable") < 1
        assert [dict(labels)["phase"] for labels in by.ask(of(queries.PHASE))] == ["rolling"]
        assert {(dict(labels)["arm"], dict(labels)["release"]) for labels in by.ask(of(queries.RELEASES))} == {
            (said.arm, said.release) for said in watched.said
        }
        assert by.value(of(queries.LOOK_AGE)) < 10


class TestTheAlerts:
    def test_are_all_understood_and_none_is_raised(self, watched: Watched) -> None:
        """By a gateway that is well."""
        (group,) = watched.by.get("rules")["groups"]
        wait_until(lambda: all(rule["health"] == "ok" for rule in watched.by.get("rules")["groups"][0]["rules"]))

        assert [rule["name"] for rule in group["rules"]] == [rule.name for rule in RULES]
        wait_until(lambda: watched.by.get("alerts")["alerts"] == [])


class TestAnExternalMetric:
    def test_is_what_prometheus_says_and_nothing_where_it_says_nothing(self, watched: Watched) -> None:
        """No series is none, nothing by nothing is no number, and two series are none until somebody joins them."""
        asked = {
            "weight": of(queries.WEIGHT),
            "none": "harness_no_such_metric",
            "nan": "harness_holding / harness_holding",
            "two": of(queries.REQUESTS),
            "wrong": "sum(",
        }
        told: list[str] = []

        externals = [External(name, watched.by.url, query) for name, query in asked.items()]
        found = asyncio.run(measure(externals, {}, datetime.now(UTC), told.append))

        values = {one.name: one.value for one in found}
        assert values["weight"] == 30
        assert math.isnan(values["nan"] or 0)
        assert [values[name] for name in ("none", "two", "wrong")] == [None] * 3
        assert sorted(told) == [
            "none is not measured: the query answers no series",
            "two is not measured: the query answers 2 series: aggregate them to one",
            "wrong is not measured: it answered 400",
        ]


class TestAnOutage:
    def test_ends_what_is_measured(self, rolling: Line, tmp_path: Path) -> None:
        """Nobody reads yesterday's number: a series ends with the first scrape that fails."""
        line = Line(rolling.fork(tmp_path).root, *rolling.releases)
        key = line.harness("keys", "new", "prometheus", "--role", "viewer", "--keys", "keys.yaml").out.strip()
        with gateway(line, "staging", "--keys", "keys.yaml") as served, prometheus(tmp_path, served.url, key=key) as by:
            weight = [External("weight", by.url, of(queries.WEIGHT))]

            def measured() -> float | None:
                return asyncio.run(measure(weight, {}, datetime.now(UTC)))[0].value

            before = measured()
            served.end()
            wait_until(lambda: not by.ask(of(queries.WEIGHT)))
            without_gateway = measured()
            by.process.terminate()
            by.process.wait(10)
            without_prometheus = measured()

        assert (before, without_gateway, without_prometheus) == (30, None, None)
