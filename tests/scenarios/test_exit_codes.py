"""Every promised exit code, reached through the command."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from harness.adapters.store import SqliteStore
from tests.scenarios.scratch import Scratch

METADATA = "Metadata-Version: 2.1\nName: stranger\nVersion: 1\n"


def stranger(folder: Path, body: str, points: str) -> dict[str, str]:
    """Install a second package with a plugin into a folder, and return the surroundings in which it is found."""
    (folder / "stranger-1.dist-info").mkdir(parents=True)
    (folder / "stranger-1.dist-info/METADATA").write_text(METADATA)
    (folder / "stranger-1.dist-info/entry_points.txt").write_text(points)
    (folder / "stranger.py").write_text(body)
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


PROVIDER = """
import asyncio
from harness.core.call import CallError
from harness.core.completion import Completion

class Model:
    free = False
    embeds = 0
    async def start(self, pin, environ): pass
    async def close(self): pass
    def problems(self, pin): return []
    def identity(self, pin): return {}
    def deterministic(self, pin, request): return True
    async def complete(self, pin, request):
        {does}
"""
POINTS = "[harness.providers]\nstrange = stranger:Model\n"


def with_provider(scratch: Scratch, tmp_path: Path, does: str) -> dict[str, str]:
    """Make the pin one of a stranger's provider, and return the surroundings in which it is found."""
    scratch.edit("params.yaml", "provider: embedded", "provider: strange")
    return stranger(tmp_path / "site", PROVIDER.replace("{does}", does), POINTS)


def answers(scratch: Scratch) -> int:
    """Return how many answers are on disk by now."""
    if not (scratch.root / ".harness/state.db").exists():
        return 0
    with closing(SqliteStore(scratch.root / ".harness/state.db")) as store:
        return store.size().answers


class TestExitCodes:
    def test_0_when_nothing_differs(self, scratch: Scratch) -> None:
        """The most frequent answer of all."""
        result = scratch.harness("gate")

        assert (result.exit_code, result.err) == (0, "")
        assert "passed: nothing to judge; 1 pair is unchanged" in result.out

    def test_1_when_a_gate_blocks(self, scratch: Scratch) -> None:
        """With the flipped cases and why."""
        scratch.edit("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")

        result = scratch.harness("gate")

        assert result.exit_code == 1
        assert "20 cases lost, 0 gained; the first 3" in result.out
        assert 'room-00  contains "3 minutes": the answer says "I don\'t know."' in result.out

    def test_2_when_a_file_is_wrong(self, scratch: Scratch) -> None:
        """Where, what, and what to do; character by character."""
        scratch.edit("params.yaml", "margin:", "marign:")

        result = scratch.harness("gate")

        assert (result.exit_code, result.out) == (2, "")
        assert result.err == (
            "error: params.yaml:13: unknown key `marign`; did you mean `margin`?\n\n"
            "hint: known keys: at_least, at_most, generalise, margin, metric, prompt, slice_margin, slices, suite\n"
        )

    def test_2_when_the_filters_select_no_case(self, scratch: Scratch) -> None:
        """A green run of nothing is what people were bitten by."""
        result = scratch.harness("gate", "--all", "--tag", "nothing-has-this")

        assert result.exit_code == 2
        assert result.err == "error: no case has the tag `nothing-has-this`\n"

    def test_3_when_the_budget_would_end_first(self, scratch: Scratch) -> None:
        """Stopped before any call, with what it would cost."""
        scratch.edit("params.yaml", "gates:", "budget: {run: 0.000001}\ngates:")

        result = scratch.gate("--all", "--policy", "candidate")

        assert (result.exit_code, result.calls) == (3, 0)
        assert "stopped before any call: 20 calls expected to cost $" in result.out

    def test_4_when_git_is_missing(self, scratch: Scratch) -> None:
        """A missing program is no verdict."""
        result = scratch.harness("gate", environ={"PATH": "/nonexistent"})

        assert result.exit_code == 4
        assert result.err == "error: git is not available\n\nhint: install git, and put it on PATH\n"

    def test_4_when_a_model_does_not_answer(self, scratch: Scratch, tmp_path: Path) -> None:
        """A trial without an answer is never taken for a wrong one."""
        environ = with_provider(scratch, tmp_path, "raise CallError('the endpoint is down')")

        result = scratch.harness("gate", "--json", environ=environ)

        assert result.exit_code == 4
        assert result.verdict["outcome"] == "unavailable"
        assert "no answer to 20 trials, which is no evidence either way" in result.out

    @pytest.mark.parametrize(
        ("folder", "command"), [(".harness/runs", "gate --all"), (".harness/results", "run"), (".schemas", "schema")]
    )
    def test_4_when_the_disk_refuses(self, scratch: Scratch, folder: str, command: str) -> None:
        """A file in a folder's place is no bug of ours; the error names it."""
        scratch.write(folder, "")

        result = scratch.harness(*command.split())

        assert result.exit_code == 4
        assert f"{folder}" in result.err.splitlines()[-3]
        assert result.err.splitlines()[-1] == "hint: check that it is yours, and that the disk has room"

    @pytest.mark.parametrize(
        ("does", "cause"),
        [
            ("raise SystemExit(0)", "SystemExit: 0"),
            ("return 1 / 0", "ZeroDivisionError: division by zero"),
            ("return 'yes'", "TypeError: `complete` returned a value of type `str`, not a Completion"),
        ],
    )
    def test_2_when_a_plugin_fails_at_work(self, scratch: Scratch, tmp_path: Path, does: str, cause: str) -> None:
        """Its owner is named, and an exit with 0 is no pass."""
        environ = with_provider(scratch, tmp_path, does)

        result = scratch.harness("gate", environ=environ)

        assert (result.exit_code, result.err) == (
            2,
            f"error: provider `strange` of `stranger` failed: {cause}\n\nhint: mend or uninstall `stranger`\n",
        )

    @pytest.mark.parametrize(("share", "code"), [("0.05", 0), ("0.04", 4)])
    def test_4_when_more_trials_than_the_policy_bears_have_no_answer(
        self, scratch: Scratch, tmp_path: Path, share: str, code: int
    ) -> None:
        """One of twenty is 5 %; it counts as failed in the bound, and as nothing anywhere else."""
        does = "if 'room 3 ' in request.messages[-1].content: raise CallError('down')"
        environ = with_provider(scratch, tmp_path, f"{does}\n        return Completion('nine')")
        scratch.edit("params.yaml", "max_incomparable: 0.05", f"max_incomparable: 0.05, max_failures: {share}")
        scratch.write_cases([{**item, "expect": [{"contains": "nine"}]} for item in scratch.cases()])
        scratch.commit("a strange model")

        result = scratch.harness("gate", "--all", environ=environ)

        assert result.exit_code == code, result.out
        assert ("no answer to 1 trial," in result.out) == (code == 4)

    @pytest.mark.parametrize(("share", "borne"), [("0.06", True), ("0.03", False)])
    def test_4_counts_each_question_of_a_composed_case(
        self, desk: Scratch, tmp_path: Path, share: str, *, borne: bool
    ) -> None:
        """24 attacks are 64 questions, of which two without an answer are 3 %; of the attacks they would be 8 %."""
        does = "if 'picture of the sea' in str(request.messages): raise CallError('down')"
        environ = with_provider(desk, tmp_path, f"{does}\n        return Completion('nine')")
        desk.edit("params.yaml", "    cases: 24", f"    cases: 24\n    max_failures: {share}")
        desk.commit("a strange model")

        words = ("--all", "--suite", "injection", "--prompt", "desk")
        verdict = desk.harness("gate", "--json", *words, environ=environ).verdict

        run, outcomes = verdict["run"], {check["outcome"] for check in verdict["checks"]}
        assert (run["calls"], run["failures"]) == (62, 2)
        assert ("unavailable" not in outcomes) is borne

    def test_70_when_it_is_our_fault(self, scratch: Scratch, tmp_path: Path) -> None:
        """One line and a way to see more, instead of a wall of traceback."""
        scratch.edit("params.yaml", "provider: embedded", "provider: strange")
        breaks = "import harness.flows.evaluate as ours\nours.whole = None\n"
        body = PROVIDER.replace("{does}", "return Completion('yes')")
        environ = stranger(tmp_path / "site", breaks + body, POINTS)

        result = scratch.harness("gate", environ=environ)

        assert result.exit_code == 70
        assert "Traceback" not in result.err
        assert "HARNESS_DEBUG=1 shows the traceback" in result.err

        looked = scratch.harness("gate", environ={**environ, "HARNESS_DEBUG": "1"})

        assert looked.exit_code == 70
        assert "Traceback" in looked.err


class TestPlugins:
    def test_a_provider_of_another_package_answers(self, scratch: Scratch, tmp_path: Path) -> None:
        """Ten lines elsewhere extend the gate; built-ins use the same door."""
        environ = with_provider(scratch, tmp_path, "return Completion(request.messages[-1].content)")

        assert scratch.harness("gate", "--json", environ=environ).verdict["run"]["calls"] == 40 - 20 + 20

    def test_one_that_does_not_load_exits_2(self, scratch: Scratch, tmp_path: Path) -> None:
        """A plugin that fails with a warning only would be a hole in the gate."""
        scratch.edit("params.yaml", "provider: embedded", "provider: strange")
        environ = stranger(tmp_path / "site", "import nothing_of_that_name\n", POINTS)

        result = scratch.harness("gate", environ=environ)

        assert result.exit_code == 2
        assert "provider `strange` of `stranger` does not load: ModuleNotFoundError" in result.err

    def test_one_that_is_no_provider_exits_2(self, scratch: Scratch, tmp_path: Path) -> None:
        """Found before anything is asked, and not in the middle of a run."""
        scratch.edit("params.yaml", "provider: embedded", "provider: strange")
        environ = stranger(tmp_path / "site", "class Model:\n    def problems(self, pin): return []\n", POINTS)

        result = scratch.harness("gate", environ=environ)

        assert result.exit_code == 2
        assert "provider `strange` of `stranger` does not load: TypeError: it has no method `identity`" in result.err

    def test_two_owners_of_one_name_exit_2(self, scratch: Scratch, tmp_path: Path) -> None:
        """A second `embedded` must not answer in the first one's place."""
        points = "[harness.providers]\nembedded = stranger:Model\n"
        environ = stranger(tmp_path / "site", PROVIDER.replace("{does}", "return Completion('yes')"), points)

        result = scratch.harness("gate", environ=environ)

        assert result.exit_code == 2
        assert "both register the provider `embedded`\n\nhint: uninstall one of them" in result.err

    def test_a_scorer_of_another_package_marks(self, scratch: Scratch, tmp_path: Path) -> None:
        """A scorer is ten lines too."""
        body = """
from harness.core.score import Mark

class Shouts:
    version = "1"
    needs_threshold = False
    def problem(self, expected, reference): return ""
    def mark(self, answer, expected, case): return Mark(float(answer.text.isupper()), "it does not shout")

SHOUTS = Shouts()
"""
        environ = stranger(tmp_path / "site", body, "[harness.scorers]\nshouts = stranger:SHOUTS\n")
        scratch.write_cases([{**item, "expect": [{"not-shouts": True}]} for item in scratch.cases()])

        result = scratch.harness("gate", "--all", "--json", environ=environ)

        assert (result.exit_code, result.verdict["checks"][0]["candidate"]) == (0, 1.0)


class TestInterruption:
    def test_leaves_a_partial_report_and_loses_nothing(self, scratch: Scratch, tmp_path: Path) -> None:
        """Ctrl-C: inconclusive, what was finished is reported, and the next run goes on from there.

        It comes when base's answers are on disk, and the one of ours that does not take its time.
        """
        answer = "await asyncio.sleep(0 if 'room 3 ' in request.messages[-1].content else 30)"
        slow = f"{answer}\n        return Completion('x')"
        environ = with_provider(scratch, tmp_path, slow)
        command = [sys.executable, "-m", "harness", "gate", "--all", "--json"]
        signal.signal(signal.SIGINT, signal.default_int_handler)  # else tests in the background have it ignored
        running = subprocess.Popen(
            command, cwd=scratch.root, env={**scratch.environ(), **environ}, stdout=subprocess.PIPE, text=True
        )
        while answers(scratch) <= len(scratch.cases()):
            time.sleep(0.02)

        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=20)

        assert running.returncode == 3
        assert "interrupted: 0 of 1 pairs are judged; run it again to go on from here" in out
        assert scratch.harness("cache", "size").out.startswith("21 answers ")
        assert len(list((scratch.root / ".harness/runs").glob("*/verdict.json"))) == 1
