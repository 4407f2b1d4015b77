"""Checks of giskard in an evalset: asked through the meter, kept, and bounded by the budget."""

from importlib.util import find_spec

import pytest

from tests.graders.bench import expecting, paid, seat
from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch

if find_spec("giskard") is None:
    pytest.skip("the extra is not installed", allow_module_level=True)

JUDGED = (
    {"giskard": "AnswerRelevance"},
    {"giskard": "Conformity", "rule": "The answer names a room."},
    {"giskard": "Contradiction"},
    {"giskard": "Groundedness"},
    {"giskard": "LLMJudge", "prompt": "Is {{ trace.last.outputs }} polite?"},
    {"giskard": "Toxicity"},
)
COMPUTED = (
    {"giskard": "RegexMatching", "pattern": "."},
    {"giskard": "SemanticSimilarity", "threshold": 0.1, "reference_text": "The room opens at nine."},
    {"not-giskard": "StringMatching", "keyword": "WRONG"},
)


class TestAnEvalset:
    def test_names_many_checks_and_asks_for_each_once(self, scratch: Scratch, judging: Judging) -> None:
        """A second run asks nobody: neither the judge nor for vectors."""
        seat(scratch, judging)
        expecting(scratch, *JUDGED, *COMPUTED, cases=2)

        first = scratch.harness("run")
        asked = [body["model"] for body in judging.asked]
        second = scratch.harness("run")

        assert (first.exit_code, second.exit_code) == (0, 0), first.told
        assert asked.count("judge-1") == 2 * len(JUDGED)
        assert set(asked) == {"judge-1", "embed-1"}
        assert len(judging.asked) == len(asked)
        judged = {("judge", f"giskard {one['giskard']}"): 2 for one in JUDGED}
        assert {who: calls for who, calls in paid(scratch).items() if who[0] == "judge"} == judged

    def test_says_where_a_check_is_wrong(self, scratch: Scratch, judging: Judging) -> None:
        """The line, what is wrong, and the nearest name, before anybody is asked."""
        seat(scratch, judging)
        expecting(scratch, {"giskard": "Toxicty"})

        result = scratch.harness("check")

        assert (result.exit_code, judging.asked) == (2, [])
        told = "case `room-00`: `giskard` has no check `Toxicty`; did you mean `Toxicity`?"
        assert result.err == f"error: evalsets/regression/desk.jsonl:1: {told}\n"

    def test_ends_where_the_budget_ends(self, scratch: Scratch, judging: Judging) -> None:
        """What was answered until then is kept, and nothing passes for want of money."""
        seat(scratch, judging)
        expecting(scratch, *JUDGED)
        scratch.write("params.yaml", scratch.read("params.yaml") + "budget: {run: 0.0015}\n")
        scratch.commit("spend little")

        result = scratch.harness("gate", "--all")

        assert result.exit_code == 3, result.told
        assert len(judging.asked) < 3 * len(JUDGED)
