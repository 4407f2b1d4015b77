"""The kind `ragas` through the command: asked by a judge over HTTP, through the ledger, the cache and the budget."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from importlib.util import find_spec

import pytest

from tests.graders.bench import expecting, seat
from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch

METRICS = {
    "AnswerAccuracy": 2,
    "AnswerCorrectness": 3,
    "AnswerRelevancy": 3,
    "ContextPrecision": 2,
    "ContextRecall": 1,
    "ContextRelevance": 2,
    "DomainSpecificRubrics": 1,
    "FactualCorrectness": 4,
    "Faithfulness": 2,
    "NoiseSensitivity": 7,
    "ResponseGroundedness": 2,
    "TopicAdherence": 3,
}
"""How often each asks the judge about an answer with two documents."""
SHARED = 1
"""Two of them take an answer apart in the same words, which one of them pays."""
PARAMETERS: dict[str, dict[str, object]] = {
    "TopicAdherence": {"reference_topics": ["rooms"]},
    "AnswerRelevancy": {"user_input": "question"},
}

if find_spec("ragas") is None:
    pytest.skip("the extra is not installed", allow_module_level=True)


def graded(scratch: Scratch, judging: Judging, *, answers: str = "The room opens at nine.") -> None:
    """Leave a repository a case that every metric judges, with a reference."""
    seat(scratch, judging)
    threshold = {"threshold": 0.1, "metric": "judged"}
    expecting(scratch, *({"ragas": name, **PARAMETERS.get(name, {}), **threshold} for name in METRICS), cases=1)
    scratch.write_cases([{**case, "reference": answers} for case in scratch.cases()])
    scratch.commit("refer")


def ledger(scratch: Scratch) -> Counter[tuple[str, str]]:
    """Return how many calls were paid, by role and purpose."""
    with closing(sqlite3.connect(scratch.root / ".harness/state.db")) as store:
        rows = [json.loads(parts) for (parts,) in store.execute("SELECT parts FROM ledger")]
    return Counter((parts["role"], parts["purpose"]) for parts in rows if "role" in parts)


class TestARun:
    def test_has_every_call_in_the_ledger_and_the_next_makes_none(self, scratch: Scratch, judging: Judging) -> None:
        """Twelve metrics in one evalset, each call by role and purpose."""
        graded(scratch, judging)

        first = scratch.harness("run")
        asked, paid = len(judging.asked), ledger(scratch)
        second = scratch.harness("run")

        assert (first.exit_code, second.exit_code) == (0, 0), first.told
        assert {role for role, _ in paid} == {"judge", "embedder", "grade"}
        assert {purpose for _, purpose in paid} == {f"ragas {name}" for name in METRICS}
        assert sum(paid[role, purpose] for role, purpose in paid if role == "judge") == sum(METRICS.values()) - SHARED
        assert len(judging.asked) == asked
        assert "0 calls" in second.out

    def test_is_inconclusive_where_the_budget_ends_amid_a_grade(self, scratch: Scratch, judging: Judging) -> None:
        """What ragas makes of the end is not asked."""
        seat(scratch, judging)
        scratch.edit("params.yaml", "max_tokens: 300", "max_tokens: 10")
        scratch.edit("params.yaml", "output_per_million: 2}", "output_per_million: 1000}")
        scratch.edit("params.yaml", "judge: grader", "judge: grader\nbudget: {run: 0.2}")
        expecting(scratch, {"ragas": "AnswerRelevancy", "strictness": 100, "threshold": 0.1}, cases=1)

        result = scratch.harness("run")

        assert result.exit_code == 3, result.told
        assert 10 < len(judging.asked) < 100


class TestAFile:
    @pytest.mark.parametrize(
        ("expected", "words"),
        [
            (
                {"ragas": "Faithfullness", "threshold": 1},
                "`ragas` has no metric `Faithfullness`; did you mean `Faithfulness`?",
            ),
            ({"ragas": "Faithfulness"}, "`ragas` is a similarity and needs a `threshold` from 0 to 1"),
            (
                {"ragas": "ContextRecall", "threshold": 1},
                "`ragas` metric `ContextRecall` compares with the case's `reference`, which is empty",
            ),
        ],
    )
    def test_is_told_where_it_is_wrong(
        self, scratch: Scratch, judging: Judging, expected: dict[str, object], words: str
    ) -> None:
        """By line, before anybody is asked."""
        seat(scratch, judging)
        expecting(scratch, expected)

        result = scratch.harness("run")

        assert result.exit_code == 2
        assert f"evalsets/regression/desk.jsonl:1: case `room-00`: {words}" in result.err
        assert judging.asked == []


ABSENT = """
import sys
from importlib.metadata import PackageNotFoundError
from harness.adapters.graders import ragas_light
from harness.cli import main

def version(name):
    raise PackageNotFoundError(name)

ragas_light.version = version
sys.argv = ["harness", "run"]
main()
"""


class TestWithoutTheLibrary:
    def test_what_to_install_is_said(self, scratch: Scratch, judging: Judging) -> None:
        """Before anything is asked."""
        seat(scratch, judging)
        expecting(scratch, {"ragas": "Faithfulness", "threshold": 1}, cases=1)

        program = [sys.executable, "-P", "-c", ABSENT]
        ran = subprocess.run(
            program, cwd=scratch.root, env=scratch.environ(), check=False, capture_output=True, text=True
        )

        assert ran.returncode == 2
        where = "evalsets/regression/desk.jsonl:1: case `room-00`: `ragas` names nothing that can be had"
        what = "ragas, which grades by the metrics of its name, is not installed; pip install 'prompt-harness[ragas]'"
        assert ran.stderr == f"error: {where}: {what}\n"
