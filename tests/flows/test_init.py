"""`harness init`: a repository that works, in whatever folder it is made."""

import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.dvc.conftest import dvc_in
from tests.scenarios.scratch import Scratch

DAMAGE = ("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")


class TestInit:
    def test_makes_a_repository_whose_gate_passes_in_a_minute(self, tmp_path: Path) -> None:
        """A newcomer's first two commands need no key and no network."""
        fresh = Scratch(tmp_path)
        began = time.monotonic()

        made = fresh.harness("init", "shop")
        gated = fresh.harness("-C", "shop", "gate")

        assert (made.exit_code, gated.exit_code) == (0, 0), gated.told
        assert time.monotonic() - began < 60
        assert "prompts/answer.prompt.yml" in made.out

    def test_makes_a_repository_in_which_a_damaged_prompt_is_blocked(self, tmp_path: Path) -> None:
        """The starter is a gate, not a decoration."""
        fresh = Scratch(tmp_path)
        fresh.harness("init")
        fresh.commit("begin")
        fresh.edit("prompts/answer.prompt.yml", "in documents", "in documents[:0]")

        assert fresh.harness("gate").exit_code == 1

    def test_overwrites_nothing(self, tmp_path: Path) -> None:
        """Work that exists is worth more than a template."""
        fresh = Scratch(tmp_path)
        fresh.write("params.yaml", "mine")

        result = fresh.harness("init")

        assert result.exit_code == 2
        assert "params.yaml exists already" in result.err
        assert sorted(path.name for path in tmp_path.iterdir()) == ["params.yaml"]

    def test_leaves_no_file_for_dvc_to_add(self, tmp_path: Path) -> None:
        """After the first `dvc repro` only its results are new."""
        fresh = Scratch(tmp_path / "shop")
        Scratch(tmp_path).harness("init", "shop")
        fresh.commit("begin")

        dvc_in(fresh)("repro")

        assert fresh.git("status", "--porcelain").split() == ["??", ".harness/", "??", "dvc.lock"]

    def test_takes_what_is_there_already_for_written(self, tmp_path: Path) -> None:
        """`harness schema` may have run before."""
        fresh = Scratch(tmp_path)
        fresh.harness("schema")

        result = fresh.harness("init")

        assert result.exit_code == 0
        assert ".schemas" not in result.out
        assert fresh.harness("gate", "--all").exit_code == 0

    @pytest.mark.parametrize("on_path", [True, False])
    def test_ends_with_a_command_that_works(self, tmp_path: Path, *, on_path: bool) -> None:
        """From whatever folder, as whoever installed it calls it."""
        program = tmp_path / "my venv/bin/harness"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!{sys.executable}\nfrom harness.cli import main\nmain()\n")
        program.chmod(0o755)
        called, path = ("harness", f"{program.parent}:/usr/bin:/bin") if on_path else (str(program), "/usr/bin:/bin")
        environ = {**Scratch.environ(), "PATH": path}

        def run(*words: str) -> str:
            done = subprocess.run(words, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
            return done.stdout

        step = run(called, "init", "a shop").splitlines()[-1].removeprefix("next: ").split(", then")[0]

        assert step == f"cd 'a shop' && {shlex.quote(called)} gate"
        assert "passed" in run("/bin/sh", "-c", step)

    def test_leaves_an_existing_repository_and_its_history_alone(self, tmp_path: Path) -> None:
        """What was committed before stays, and nothing is committed to it."""
        old = Scratch(tmp_path)
        old.git("init", "-q")
        old.commit("before")
        head = old.git("rev-parse", "HEAD")

        assert old.harness("init").exit_code == 0
        assert old.git("rev-parse", "HEAD") == head
