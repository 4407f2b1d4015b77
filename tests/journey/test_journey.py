"""The walk of docs/journey.md: init, a change, the gate, a merge, a canary, a bad change, its end, and the way back."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.scratch import ROOT
from tests.journey.page import Names, Step, steps
from tests.scenarios.scratch import Scratch

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

PAGE = (ROOT / "docs/journey.md").read_text(encoding="utf-8")
PATIENCE = 60.0
"""Seconds for one command."""


class Shell:
    """One bash that everything is typed into, as a reader would."""

    def __init__(self, folder: Path) -> None:
        """Open it in a folder, with this harness on its path."""
        environ = Scratch(folder).environ()
        self.process = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env={**environ, "PATH": f"{Path(sys.executable).parent}:{environ['PATH']}", "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def type(self, command: str) -> str:
        """Return what a command says."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{command}\necho; echo '<done>'\n")
        self.process.stdin.flush()
        said, began = list[str](), time.monotonic()
        for line in self.process.stdout:
            if line == "<done>\n":
                break
            assert time.monotonic() - began < PATIENCE, f"{command} goes on and on: {''.join(said)}"
            said.append(line)
        text = "".join(said).removesuffix("\n")
        return text if text.endswith("\n") or not text else f"{text}\n"

    def end(self) -> None:
        """End it, and all that it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.mark.slow
@pytest.mark.timeout(240)
class TestTheJourney:
    def test_goes_as_its_page_says_within_three_minutes(self, tmp_path: Path) -> None:
        """Each command is typed, each answer is the page's, and each digest is the same wherever it comes again."""
        shell, names, port = Shell(tmp_path), Names(), str(free_port())
        began = time.monotonic()
        try:
            for step in steps(PAGE.replace("8080", port)):
                said = shell.type(names.real(step.command))
                assert names.learn(step.answers, said), f"$ {names.real(step.command)}\n{said}"
        finally:
            shell.end()

        assert time.monotonic() - began < 180


class TestThePage:
    def test_is_read_as_it_is_typed(self) -> None:
        """A command may have several lines; a digest comes again as it was, and dots stand for anything."""
        page = "```console\n$ cat <<'END'\na\nEND\nsaid\n$ next\n...\nat 1b2c3d4 of 1b2c3d4, ...\n```\n"
        first, second = steps(page)
        names = Names()

        assert first == Step("cat <<'END'\na\nEND", ("said",))
        assert not names.learn(second.answers, "at 1111111 of 2222222, x\n")
        assert not names.learn(second.answers, "at 1111111 of 1111111\n")
        assert names.learn(second.answers, "more\nat 1111111 of 1111111, x\n")
        assert names.real("git show 1b2c3d4") == "git show 1111111"
