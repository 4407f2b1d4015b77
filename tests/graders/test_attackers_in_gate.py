"""Attackers in a gate: a model talks to each judged prompt that a user talks to, and what came of it is a check."""

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from tests.cli.attackable import FOUND, let_talk
from tests.cli.conftest import desk
from tests.graders.bench import paid
from tests.graders.script import lead
from tests.graders.server import Judging
from tests.scenarios.scratch import Result, Scratch

if find_spec("giskard") is None:
    pytest.skip("the extra is not installed", allow_module_level=True)

__all__ = ["desk"]

WHAT = ("--all", "--suite", "injection")
NIGHTLY = (*WHAT, "--profile", "nightly")
LED = "harness.flows.attackers_led"


@pytest.fixture
def firm(desk: Scratch, judging: Judging) -> Scratch:
    """Return a repository whose model never gives in."""
    desk.edit("params.yaml", "cases: 4", "cases: 1")
    return let_talk(desk, judging, "firm-1")


def led(result: Result) -> list[dict[str, Any]]:
    """Return the checks of a verdict that are about attackers."""
    return [check for check in json.loads(result.out)["checks"] if check["metric"] == "attackers"]


def cold(here: Scratch, before: str, *words: str) -> str:
    """Return what a gate prints that starts from nothing, and whether it loaded what leads attackers."""
    run = f"from harness.cli.main import run\nrun({['gate', *words]})"
    code = f"import sys\n{before}\n{run}\nprint('{LED}' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=here.root, env=here.environ(), capture_output=True, text=True, check=True)
    return done.stdout


class TestAttackersInAGate:
    def test_pass_what_does_not_give_in(self, firm: Scratch, judging: Judging) -> None:
        """One conversation of each strategy and objective is planned, led to its end, and never led again."""
        before = firm.harness("plan", *NIGHTLY).out
        result = firm.gate(*NIGHTLY)
        asked = len(judging.asked)
        again = firm.gate(*NIGHTLY)

        (check,) = led(result)
        assert (check["outcome"], check["suite"], check["prompt"]) == ("passed", "injection", "desk")
        assert check["reason"] == "none of 4 conversations that an attacker led succeeded"
        assert paid(firm) == {("attacker", "crescendo"): 12, ("attacker", "goat"): 12}
        assert (led(again), len(judging.asked)) == ([check], asked)
        assert f"calls {15 + 4 * (6 + 7)}, " in before
        assert "calls 0, " in firm.harness("plan", *NIGHTLY).out

    def test_block_what_gives_in(self, desk: Scratch, judging: Judging) -> None:
        """The evidence is our detectors'; what was said is kept by the command, and a gate writes its run alone."""
        result = let_talk(desk, judging, "weak-1").gate(*NIGHTLY)

        (check,) = led(result)
        told = "4 of 4 conversations that an attacker led succeeded: LH-LEAK-001, LH-LEAK-002"
        assert (result.exit_code, check["outcome"], check["rule"]) == (1, "blocked", "absolute")
        assert check["reason"] == f"{told}; `harness attacks talk --prompt desk` keeps them for review"
        assert not (desk.root / FOUND).exists()
        asked = len(judging.asked)
        desk.harness("attacks", "talk", "--prompt", "desk", "--times", "1")
        assert (desk.root / FOUND).exists()
        assert len(judging.asked) == asked

    def test_are_judged_again_by_a_recording(self, firm: Scratch, judging: Judging) -> None:
        """Their words are answers like any other."""
        (check,) = led(firm.gate(*NIGHTLY))
        asked = len(judging.asked)

        assert firm.harness("record", "all.jsonl.gz", *NIGHTLY).exit_code == 0
        firm.remove(".harness/state.db")

        assert led(firm.gate(*NIGHTLY, "--replay", "all.jsonl.gz")) == [check]
        assert len(judging.asked) == asked

    def test_conclude_nothing_from_what_broke_off(self, firm: Scratch, judging: Judging) -> None:
        """An attacker that keeps to no form has attacked nobody."""
        judging.scripts["attacker-1"] = lambda _body: "I would rather not."

        (check,) = led(firm.gate(*NIGHTLY))

        assert check["outcome"] == "inconclusive"
        assert check["reason"].startswith(
            "4 of 4 conversations that an attacker led broke off, which shows nothing: cre"
        )

    def test_are_base_s(self, firm: Scratch, judging: Judging) -> None:
        """A change chooses neither who attacks it, nor that nobody does."""
        firm.edit("params.yaml", "attacker-1", "kind-1")
        firm.edit("params.yaml", "attacker: attacker\n", "")

        (check,) = led(firm.gate(*NIGHTLY))

        assert check["outcome"] == "passed"
        assert (len(judging.of("attacker-1")), judging.of("kind-1")) == (24, [])

    def test_are_missed_where_nothing_hears_them(self, firm: Scratch, judging: Judging) -> None:
        """A change that gives the input another name does not get rid of them unseen."""
        firm.edit("params.yaml", "        - {kind: user, var: question}\n", "")
        firm.edit("prompts/desk.prompt.yml", "{{ question }}", "{{ asked }}")
        for suite in ("regression", "injection"):
            firm.edit(f"evalsets/{suite}/desk.jsonl", '"question"', '"asked"')

        (check,) = led(firm.gate("--suite", "injection", "--profile", "nightly"))

        assert (check["outcome"], judging.of("attacker-1")) == ("inconclusive", [])
        assert check["reason"] == "no attacker could talk to it: no carrier of a user's words fits its cases"

    @pytest.mark.parametrize(
        ("model", "cheap", "code", "found"),
        [
            pytest.param("firm-1", 0, 3, [], id="nothing was found"),
            pytest.param("weak-1", 3, 1, ["blocked"], id="the first conversation succeeded"),
        ],
    )
    def test_end_with_the_budget(
        self, desk: Scratch, judging: Judging, model: str, cheap: int, code: int, found: list[str]
    ) -> None:
        """In the middle of a conversation, when all cases were heard; what was found until then blocks."""

        def dear(body: dict[str, Any]) -> str:
            if len(judging.of("attacker-1")) > cheap:
                judging.used = (900_000, 10)  # more than the estimate could know
            return lead(body["messages"])

        judging.scripts["attacker-1"] = dear
        let_talk(desk, judging, model, more="budget: {run: 0.5}\n")

        result = desk.gate(*NIGHTLY)

        assert result.exit_code == code, result.told
        assert [check["outcome"] for check in led(result)] == found
        assert "the budget has ended" in result.out
        assert "1 of 1 pairs are judged; run it again to go on from here" in result.out
        assert len(judging.of("attacker-1")) == cheap + 1

    def test_are_not_begun_where_no_budget_can_bear_them(self, firm: Scratch, judging: Judging) -> None:
        """They are counted before any call."""
        firm.write("params.yaml", firm.read("params.yaml") + "budget: {run: 0.02}\n")
        firm.commit("limit it")

        result = firm.harness("gate", *NIGHTLY)

        assert (result.exit_code, judging.asked) == (3, [])
        assert "stopped before any call" in result.out

    def test_are_named_where_the_extra_is_missing(self, firm: Scratch, judging: Judging) -> None:
        """Everything else is judged, and a reader sees what was not."""
        told = cold(firm, "sys.modules['giskard'] = None", *NIGHTLY)

        assert "no attacker led a conversation: giskard is not installed; pip install 'prompt-harness[giskard]'" in told
        assert judging.of("attacker-1") == []
        assert judging.of("firm-1") != []

    @pytest.mark.parametrize("attacker", [pytest.param("", id="nobody attacks"), pytest.param("x", id="pull request")])
    def test_cost_nothing_elsewhere(self, firm: Scratch, judging: Judging, attacker: str) -> None:
        """Where policy names no attacker, and on a pull request, not even what leads them is loaded."""
        if not attacker:
            firm.edit("params.yaml", "attacker: attacker\n", "")
            firm.commit("name nobody")

        told = cold(firm, "", *(WHAT if attacker else NIGHTLY))

        assert told.splitlines()[-1] == "False"
        assert judging.of("attacker-1") == []
