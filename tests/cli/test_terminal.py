"""What people see while it runs: a bar on a terminal, plain lines in a log."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.scratch import Scratch


def on_a_terminal(folder: Path, *words: str) -> tuple[int, str]:
    """Run the command on a pseudo-terminal of its own; return its exit code and all that was drawn."""
    ours, theirs = pty.openpty()
    environ = {**Scratch.environ(), "TERM": "xterm-256color", "COLUMNS": "100"}
    environ.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "harness", *words]
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as running:
        os.close(theirs)
        drawn = bytearray()
        while True:
            try:
                piece = os.read(ours, 1 << 16)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            drawn += piece
    os.close(ours)
    return running.returncode, drawn.decode()


class TestATerminal:
    def test_shows_a_bar_while_it_runs_and_takes_it_away(self, scratch: Scratch) -> None:
        """Whoever waits sees how long; whoever reads later sees the verdict only."""
        code, drawn = on_a_terminal(scratch.root, "gate", "--all")

        assert code == 0
        assert "regression / desk" in drawn
        assert "20/20" in drawn
        assert "\x1b[?25l" in drawn  # the cursor is hidden
        assert "\x1b[?25h" in drawn  # and comes back

    def test_colours_the_outcome(self, scratch: Scratch) -> None:
        """Red is seen before it is read."""
        scratch.edit("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")

        code, drawn = on_a_terminal(scratch.root, "gate")

        assert code == 1
        assert "\x1b[31m\x1b[1mblocked" in drawn


class TestALog:
    def test_has_a_line_for_each_pair_and_no_escape(self, scratch: Scratch) -> None:
        """A log keeps everything that is written to it."""
        result = scratch.harness("gate", "--all")

        assert result.err == "regression / desk: 20 of 20\n"
        assert "\x1b" not in result.told

    def test_counts_both_forms_of_an_edited_case(self, scratch: Scratch) -> None:
        """Its total is what will be done."""
        first, *rest = scratch.cases()
        scratch.write_cases([{**first, "expect": [{"contains": "minutes"}]}, *rest])

        assert scratch.harness("gate").err == "regression / desk: 42 of 42\n"

    def test_leaves_standard_output_to_programs(self, scratch: Scratch) -> None:
        """`--json` is read by a program to the last character."""
        assert scratch.gate("--all").verdict["outcome"] == "passed"

    def test_that_cannot_hold_a_letter_holds_its_number(self, scratch: Scratch) -> None:
        """Not every terminal and log is UTF-8; an answer that it cannot write is no bug of ours."""
        scratch.edit("evalsets/regression/desk.jsonl", "When does the atlas room 0 open?", "\\u4f55\\u65f6?")

        result = scratch.harness("diff", "room-00", environ={"PYTHONIOENCODING": "latin-1"})

        assert result.exit_code == 0
        assert "\\u4f55\\u65f6?" in result.out


class TestAClosedPipe:
    @pytest.mark.parametrize("command", ["gate --all", "gate --all --json", "plan", "check", "--help", "check --help"])
    def test_is_no_verdict_and_no_reason_for_a_trace(self, scratch: Scratch, command: str) -> None:
        """`harness gate | true` has read enough; 1 would mean blocked."""
        done = into_a_closed_pipe(scratch, command, stderr=subprocess.PIPE)

        assert done.returncode == 3
        assert "Traceback" not in done.stderr
        assert "BrokenPipe" not in done.stderr

    @pytest.mark.parametrize("command", ["gate", "nonsense"])
    def test_for_errors_too_is_no_verdict(self, scratch: Scratch, command: str) -> None:
        """`harness gate 2>&1 | true`, with something to complain of."""
        scratch.write("params.yaml", "no: params")

        assert into_a_closed_pipe(scratch, command, stderr=subprocess.STDOUT).returncode == 3


def into_a_closed_pipe(scratch: Scratch, command: str, *, stderr: int) -> subprocess.CompletedProcess[str]:
    """Run the command when nobody reads its output any more."""
    ours, theirs = os.pipe()
    os.close(ours)
    words = [sys.executable, "-m", "harness", *command.split()]
    try:
        return subprocess.run(
            words, cwd=scratch.root, env=scratch.environ(), stdout=theirs, stderr=stderr, text=True, check=False
        )
    finally:
        os.close(theirs)


class TestAnotherFolder:
    def test_is_where_every_path_begins(self, scratch: Scratch) -> None:
        """`-C DIR` runs as if started in DIR; a file that is named is found and written there."""
        inside, answers = ("-C", scratch.root.name), "answers.jsonl"
        scratch.gate("--all")

        scratch.harness(*inside, "record", "--all", answers, folder=scratch.root.parent)
        replayed = scratch.harness(*inside, "gate", "--all", "--replay", answers, folder=scratch.root.parent)

        assert (scratch.root / answers).is_file()
        assert replayed.exit_code == 0

    def test_that_is_not_there_is_an_error(self, scratch: Scratch) -> None:
        """Whatever is to be done in it."""
        result = scratch.harness("-C", "nowhere", "versions", "old", "new")

        assert (result.exit_code, result.err) == (2, "error: there is no folder nowhere\n")


class TestSchemaFiles:
    def test_are_written_and_then_up_to_date(self, scratch: Scratch) -> None:
        """Editors read them from the repository."""
        assert scratch.harness("schema").out == "10 schemas written to .schemas\n"
        assert scratch.harness("schema").out == "the schemas in .schemas are up to date\n"
        assert "Traceback" not in scratch.harness("-C", "nowhere", "schema").err
