"""A judge that is asked: who it is, what it costs, and what it may decide."""

from tests.graders.bench import expecting, seat
from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch


class TestAJudge:
    def test_is_asked_once_for_each_answer(self, scratch: Scratch, judging: Judging) -> None:
        """What was judged is known: the second run asks nobody."""
        seat(scratch, judging)
        expecting(scratch, {"judge": "grounded"})

        first, second = scratch.harness("run"), scratch.harness("run")

        assert (first.exit_code, second.exit_code) == (0, 0), first.told
        assert len(judging.asked) == 3
