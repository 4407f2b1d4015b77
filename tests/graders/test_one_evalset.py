"""Metrics of three libraries beside each other in one evalset, judged by a server that judges by script."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.graders.bench import expecting, seat
from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch

pytestmark = pytest.mark.skipif(
    not all(map(find_spec, ("deepeval", "giskard", "ragas"))), reason="the extras are not installed"
)
DEEPEVAL = (
    *("AnswerRelevancy", "Bias", "ContextualRelevancy", "Faithfulness", "Hallucination", "PIILeakage"),
    *("TaskCompletion", "Toxicity", "TurnRelevancy", "GEval"),
)
RAGAS = (
    *("AnswerAccuracy", "AnswerCorrectness", "ContextPrecision", "ContextRecall", "ContextRelevance"),
    *("FactualCorrectness", "Faithfulness", "NoiseSensitivity", "ResponseGroundedness", "SemanticSimilarity"),
)
GISKARD = ("AnswerRelevance", "Conformity", "Groundedness", "LLMJudge", "Toxicity")
TOLD: dict[str, dict[str, object]] = {
    "GEval": {"evaluation_steps": ["Is the answer right?"]},
    "Conformity": {"rule": "It names a time."},
    "LLMJudge": {"prompt": "Is this right? {{ trace.last.outputs }}"},
}


def chats(judging: Judging) -> int:
    """Return how many answers it was asked for; several texts can be one request for vectors."""
    return sum("messages" in body for body in judging.asked)


HOOKED = """
import sys

seen = set()
WHOM = {"socket.connect": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}
sys.addaudithook(lambda event, told: event in WHOM and seen.add(str(told[WHOM[event]])))
from harness.cli.main import run

run(["gate", "--all"])
print("SEEN", *seen, *(name for name in ("deepeval", "giskard", "ragas") if name in sys.modules), sep="\\n")
"""
"""Runs a gate and prints whom the process tried to reach, and which libraries it imported."""


@pytest.fixture
def graded(scratch: Scratch, judging: Judging) -> Scratch:
    """Return a repository of two cases which every metric judges."""
    seat(scratch, judging)
    libraries = (("deepeval", DEEPEVAL), ("ragas", RAGAS), ("giskard", GISKARD))
    every = [{kind: name, "threshold": 0.5, **TOLD.get(name, {})} for kind, names in libraries for name in names]
    expecting(scratch, *every, cases=2)
    scratch.write_cases([{**case, "reference": "It opens at nine."} for case in scratch.cases()])
    scratch.commit("ask three libraries")
    return scratch


class TestThreeLibraries:
    def test_ask_through_one_meter(self, graded: Scratch, judging: Judging) -> None:
        """Every call is in the ledger by role and purpose; the verdict tells of each; nobody is asked twice."""
        first = graded.gate("--all")
        asked = len(judging.asked)
        second = graded.gate("--all")

        assert (first.exit_code, second.exit_code) == (0, 0), first.told
        rows = [line.split() for line in graded.harness("cache", "calls").out.splitlines()[1:]]
        judged = {(kind, name) for role, kind, name, *_ in rows if role == "judge"}
        libraries = {"deepeval": DEEPEVAL, "ragas": RAGAS, "giskard": GISKARD}
        every = {(kind, name) for kind, names in libraries.items() for name in names} - {
            ("ragas", "SemanticSimilarity")
        }
        assert judged == every
        assert sum(int(calls) for role, _, _, calls, *_ in rows if role == "judge") == chats(judging)
        assert len(judging.asked) == asked
        (told,) = (one for one in first.verdict["notices"] if "it neither passes nor blocks" in one)
        assert told.count(" on 2 answers") == 25

    def test_reach_nobody_but_the_judge(self, graded: Scratch) -> None:
        """All of them at work in one process, which tells whom it tries to reach."""
        done = subprocess.run(
            [sys.executable, "-c", HOOKED],
            cwd=graded.root,
            env=graded.environ(),
            capture_output=True,
            text=True,
            check=True,
        )

        seen = done.stdout.partition("SEEN\n")[2].split("\n")
        reached = [one for one in seen if "." in one]
        assert reached
        assert all("127.0.0.1" in one for one in reached), reached
        assert {"deepeval", "giskard"} <= set(seen)

    def test_end_with_the_budget(self, graded: Scratch, judging: Judging) -> None:
        """A call that the money does not last for leaves it inconclusive, and what was asked is kept."""
        graded.edit("params.yaml", "judge: grader", "judge: grader\nbudget: {run: 0.5}")
        graded.commit("spend little")
        judging.used = (20_000, 300)

        stopped = graded.gate("--all")

        assert stopped.exit_code == 3, stopped.told
        assert "the budget has ended" in stopped.told
        asked = len(judging.asked)
        assert 0 < asked < 60
        graded.edit("params.yaml", "run: 0.5", "run: 50")
        graded.commit("spend more")
        judging.used = (20, 10)
        assert graded.gate("--all").exit_code == 0
        assert len(judging.asked) > asked
