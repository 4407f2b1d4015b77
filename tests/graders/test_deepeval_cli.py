"""The kind `deepeval` in a repository: a judge by script on a server, and everything through the one meter."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.graders.bench import expecting, seat
from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch

pytest.importorskip("deepeval", reason="the extra `deepeval` is not installed")

NAMES = (
    *("AnswerRelevancy", "Bias", "ContextualRelevancy", "Faithfulness", "Hallucination", "PIILeakage"),
    *("TaskCompletion", "Toxicity", "TurnRelevancy"),
)
TEN = (
    *({"deepeval": name, "threshold": 0.7} for name in NAMES),
    {"deepeval": "GEval", "evaluation_steps": ["Is the answer right?"], "threshold": 0.7},
)


@pytest.mark.slow
class TestTenMetrics:
    def test_are_asked_once(self, scratch: Scratch, judging: Judging) -> None:
        """What was judged is known: the second run asks nobody, and the ledger knows what each call was for."""
        seat(scratch, judging)
        expecting(scratch, *TEN, cases=2)

        first = scratch.harness("run")
        asked = len(judging.asked)
        second = scratch.harness("run")

        assert (first.exit_code, second.exit_code) == (0, 0), first.told + second.told
        assert 40 < asked == len(judging.asked)
        with closing(sqlite3.connect(scratch.root / ".harness/state.db")) as store:
            parts = [json.loads(told) for (told,) in store.execute("SELECT parts FROM ledger")]
        judged = [one["purpose"] for one in parts if one.get("role") == "judge"]
        assert len(judged) == asked
        assert set(judged) == {f"deepeval {one['deepeval']}" for one in TEN}

    def test_end_with_the_budget(self, scratch: Scratch, judging: Judging) -> None:
        """A call that the money does not last for ends the run, inside whichever metric it falls."""
        seat(scratch, judging)
        expecting(scratch, *TEN[:4], cases=2)
        scratch.write("params.yaml", f"{scratch.read('params.yaml')}budget: {{run: 0.06}}\n")
        judging.used = (9000, 10)  # more than the estimate could know

        told = scratch.harness("run")

        assert told.exit_code == 3, told.told
        assert "`budget.run` cannot bear another call" in told.err
        assert 0 < len(judging.asked) < 20


class TestASlip:
    def test_is_told_with_its_line(self, scratch: Scratch, judging: Judging) -> None:
        """It costs nothing: nobody was asked."""
        seat(scratch, judging)
        expecting(scratch, {"deepeval": "Faithfullness", "threshold": 0.7}, cases=2)

        told = scratch.harness("run")

        assert told.exit_code == 2
        assert told.err.startswith(
            "error: evalsets/regression/desk.jsonl:1: case `room-00`: `deepeval` names no metric of deepeval: "
            "`Faithfullness`; did you mean `Faithfulness`?"
        )
        assert judging.asked == []
