"""`harness attacks talk`: conversations that a model leads, judged by our own detectors."""

from importlib.util import find_spec

import pytest

from tests.cli.attackable import FOUND, adopt, entries, let_talk, resisted
from tests.graders.bench import paid
from tests.graders.server import Judging
from tests.scenarios.scratch import Result, Scratch

if find_spec("giskard") is None:
    pytest.skip("the extra is not installed", allow_module_level=True)


def talk(here: Scratch, *words: str) -> Result:
    """Lead conversations after the instructions."""
    return here.harness("attacks", "talk", "--prompt", "desk", "--objective", "leak-canary", *words)


@pytest.fixture
def soft(desk: Scratch, judging: Judging) -> Scratch:
    """Return a repository whose model gives in at the third turn."""
    return let_talk(desk, judging, "weak-1")


class TestATalk:
    def test_finds_what_gives_in_after_some_turns(self, soft: Scratch, judging: Judging) -> None:
        """Two strategies, twice each, until the canary is told; the same words are kept once."""
        result = talk(soft)

        first, *rules, where, cost = result.out.splitlines()
        asked = [body["model"] for body in judging.asked]
        assert result.exit_code == 1, result.told
        assert first == "injection / desk: 4 conversations, 4 succeeded"
        assert [rule.split() for rule in rules] == [["LH-LEAK-001", "4"], ["LH-LEAK-002", "4"]]
        assert where == f"2 payloads written to {FOUND}, for review"
        assert asked.count("attacker-1") == 4 * 3
        assert set(asked) == {"attacker-1", "weak-1"}
        assert paid(soft) == {("attacker", "crescendo"): 6, ("attacker", "goat"): 6}
        assert cost.startswith(f"{len(asked)} calls for $0.00")

    def test_again_asks_nobody(self, soft: Scratch, judging: Judging) -> None:
        """The attacker's words are kept like any answer; repeats are samples of their own, and none is asked twice."""
        talk(soft)
        before = len(judging.asked)

        again = talk(soft)

        assert again.exit_code == 1
        assert len(judging.asked) == before
        assert "nothing is written to" in again.out

    def test_that_succeeded_can_be_asked_for_ever(self, soft: Scratch, judging: Judging) -> None:
        """Adopted, a conversation is a case like any other: said as it was said, without an attacker."""
        talk(soft, "--by", "goat", "--times", "1")
        (one,) = entries(soft)
        before = len(judging.asked)

        adopt(soft, FOUND, str(one["id"]))

        assert (one["verbatim"], len(list(one["turns"]))) == (True, 2)  # type: ignore[call-overload]
        assert False in resisted(soft).values()
        assert "attacker-1" not in [body["model"] for body in judging.asked[before:]]

    def test_with_what_does_not_give_in_finds_nothing(self, desk: Scratch, judging: Judging) -> None:
        """Every conversation goes to its end."""
        firm = let_talk(desk, judging, "firm-1")

        result = talk(firm, "--turns", "2", "--times", "1")

        assert (result.exit_code, result.out.splitlines()[0]) == (0, "injection / desk: 2 conversations, 0 succeeded")

    def test_that_breaks_off_is_no_resistance(self, desk: Scratch, judging: Judging) -> None:
        """An attacker that keeps to no form has attacked nobody."""
        let_talk(desk, judging, "firm-1")
        desk.edit("params.yaml", "attacker-1", "judge-1")

        result = talk(desk, "--times", "1", "--by", "crescendo")

        assert result.exit_code == 3
        assert "broke off: crescendo-" in result.out

    def test_needs_an_attacker_and_a_way_to_be_heard(self, desk: Scratch, judging: Judging) -> None:
        """What is missing is named before anybody is asked."""
        let_talk(desk, judging, "firm-1")
        desk.edit("params.yaml", "        - {kind: user, var: question}\n", "")
        silent = talk(desk)
        desk.edit("params.yaml", "attacker: attacker\n", "")
        unnamed = talk(desk)

        assert (silent.exit_code, unnamed.exit_code, judging.asked) == (2, 2, [])
        assert silent.err.startswith("error: params.yaml: `desk` has no carrier `user`")
        assert unnamed.err.startswith("error: params.yaml: params.yaml names no `attacker`")

    def test_is_after_nothing_that_the_prompt_cannot_do(self, soft: Scratch, judging: Judging) -> None:
        """A prompt without a form breaks none."""
        result = soft.harness("attacks", "talk", "--prompt", "desk", "--objective", "break-format")

        assert (result.exit_code, judging.asked) == (2, [])
        told = "error: `desk` cannot be asked for `break-format`\n\n"
        assert result.err == f"{told}hint: it can be asked for: leak-canary, deny-service\n"

    def test_that_no_budget_can_bear_is_not_begun(self, desk: Scratch, judging: Judging) -> None:
        """All conversations are counted as if each were led to its end."""
        let_talk(desk, judging, "weak-1", more="budget: {run: 0.000001}\n")

        result = talk(desk)

        assert (result.exit_code, judging.asked) == (3, [])
        assert "stopped before any call" in result.err

    def test_ends_with_the_budget_in_the_middle_of_a_conversation(self, desk: Scratch, judging: Judging) -> None:
        """Nothing is written then, and what was answered is kept."""
        let_talk(desk, judging, "weak-1", more="budget: {run: 0.3}\n")
        judging.used = (90_000, 10)  # more than the estimate could know

        result = talk(desk)

        assert result.exit_code == 3, result.told
        assert 0 < len(judging.asked) < 20
        assert not (desk.root / FOUND).exists()
