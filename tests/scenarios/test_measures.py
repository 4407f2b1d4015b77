"""Measures of what an application reports: what it retrieved, and which tools it called."""

import json

from tests.scenarios.application import make_python
from tests.scenarios.scratch import Scratch

SHOP = """\
import json


def answer(inputs):
    found = ["hours", "rooms"] if "room 1 " in inputs["question"] else ["rooms", "coffee"]
    calls = [{"name": "search", "arguments": {"for": "rooms"}}, {"name": "open", "arguments": {}}]
    return {"text": json.dumps({"answer": "nine", "documents": found}), "tool_calls": calls}
"""
RETRIEVED = {"retrieved": {"pointer": "/documents", "ids": ["hours"], "measure": "reciprocal-rank"}, "threshold": 0.5}
CALLED = {"trajectory": {"calls": [{"name": "search", "arguments": {"for": "rooms"}}, {"name": "open"}]}}


class TestAnApplication:
    def test_is_measured_by_what_it_reports(self, scratch: Scratch) -> None:
        """Of three questions its search finds the right document for one; its calls are always right."""
        make_python(scratch, SHOP)
        scratch.write_cases([{**one, "expect": [{**RETRIEVED, "metric": "rank"}, CALLED]} for one in scratch.cases()])

        told = scratch.harness("run")
        metrics = json.loads(scratch.read(".harness/metrics/regression-desk.json"))
        whys = [json.loads(line)["why"] for line in scratch.read(".harness/results/regression/desk.jsonl").splitlines()]

        assert told.exit_code == 0, told.told
        assert (metrics["pass"], metrics["rank"]) == (round(1 / 3, 6), round(1 / 3, 6))
        assert whys[0] == 'retrieved: reciprocal-rank is 0.000: 0 of 1 among 2 retrieved, not "hours"'
        assert whys[1] == ""
