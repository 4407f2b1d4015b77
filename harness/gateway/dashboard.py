"""A dashboard for Grafana: what an environment serves, how its two arms do, and where its rollout stands."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from harness.core.jsons import Json
from harness.gateway import queries as ask

HERE = 'environment="$environment"'
WIDE = 24
"""Columns of Grafana's grid."""
_SOURCE: Json = {"type": "prometheus", "uid": "${source}"}


class Panel(NamedTuple):
    """One drawing: its queries by how their lines are called."""

    title: str
    queries: Sequence[tuple[str, str]]
    unit: str = "short"
    kind: str = "timeseries"
    wide: int = 8
    about: str = ""


PANELS = (
    Panel("Releases", ((ask.RELEASES, "{{arm}} {{release}}"),), kind="stat", wide=10),
    Panel("Phase", ((ask.PHASE, "{{phase}}"),), kind="stat", wide=5),
    Panel("Candidate's share", ((ask.WEIGHT, "percent"),), "percent", "stat", 3),
    Panel("Step", ((ask.STEP, "step"),), kind="stat", wide=3),
    Panel("Generation", ((ask.GENERATION, "generation"),), kind="stat", wide=3),
    Panel("Requests a second", ((ask.REQUESTS, "{{arm}}"),), "reqps"),
    Panel("Unanswered", ((ask.ERRORS, "{{arm}}"),), "percentunit"),
    Panel("Seconds to the answer", ((ask.MEDIAN, "{{arm}} median"), (ask.P95, "{{arm}} p95")), "s"),
    Panel("Sessions in an hour", ((ask.SESSIONS, "{{arm}}"),)),
    Panel(
        "Bad sessions",
        ((ask.BAD_SESSIONS, "{{arm}} {{rate}}"),),
        "percentunit",
        about="Sessions with at least one bad event. The gateway decides by its own counters, not by this drawing.",
    ),
    Panel("Votes in an hour", ((ask.VOTES, "{{arm}} {{vote}}"),)),
    Panel("Cost of a request", ((ask.COST_OF_ONE, "{{arm}}"),), "currencyUSD", about="Nothing without a price."),
    Panel("Tokens a second", ((ask.TOKENS, "{{arm}} {{kind}}"),)),
    Panel("Candidate's share over time", ((ask.WEIGHT, "percent"),), "percent"),
    Panel("Holding", ((ask.HOLDING, "holding"),), about="1: git names a release that may not be served."),
    Panel("Since the last look at git", ((ask.LOOK_AGE, "seconds"),), "s"),
    Panel("Audit lines lost in an hour", ((ask.AUDIT_LOST, "lines"),)),
)


def as_dashboard() -> str:
    """Return the dashboard as JSON that Grafana imports; it asks for its Prometheus, and names no server."""
    document: dict[str, Json] = {
        "title": "harness",
        "uid": "harness-gateway",
        "tags": ["harness"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "utc",
        "templating": {"list": [_sources(), _environments()]},
        "annotations": {"list": []},
        "panels": _panels(),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _sources() -> Json:
    return {"type": "datasource", "name": "source", "label": "Prometheus", "query": "prometheus", "refresh": 1}


def _environments() -> Json:
    query = "label_values(harness_release_info, environment)"
    return {
        "type": "query",
        "name": "environment",
        "label": "Environment",
        "datasource": _SOURCE,
        "definition": query,
        "query": {"query": query, "refId": "environments"},
        "refresh": 2,
        "sort": 1,
    }


def _panels() -> list[Json]:
    """Return the panels side by side, a new row where one no longer fits."""
    found: list[Json] = []
    left = top = 0
    for number, panel in enumerate(PANELS, 1):
        high = 4 if panel.kind == "stat" else 8
        found.append(_panel(number, panel, {"x": left, "y": top, "w": panel.wide, "h": high}))
        left += panel.wide
        if left >= WIDE:
            left, top = 0, top + high
    return found


def _panel(number: int, panel: Panel, place: Json) -> Json:
    targets: list[Json] = [
        {"refId": chr(ord("A") + at), "datasource": _SOURCE, "expr": ask.of(query, HERE), "legendFormat": name}
        for at, (query, name) in enumerate(panel.queries)
    ]
    options: dict[str, Json] = {}
    if panel.kind == "stat":
        options = {"textMode": "name" if "{{" in panel.queries[0][1] else "value", "reduceOptions": {"calcs": ["last"]}}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": _SOURCE,
        "gridPos": place,
        "targets": targets,
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "options": options,
    }
