"""The tasks: `make` lists them, CI runs what the README says, and missing data are generated."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.scratch import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
README = (ROOT / "README.md").read_text()
LOCK = """\
schema: '2.0'
stages:
  generate:
    cmd: python evalsets/generate.py
    deps:
    - path: evalsets/generate.py
      hash: md5
    outs:
    - path: evalsets/regression/desk.generated.jsonl
      hash: md5
  evaluate@desk:
    cmd: harness run --prompt desk
    outs:
    - path: .harness/results/desk.json
      hash: md5
"""


class TestTheMakefile:
    def test_lists_every_task_in_one_line(self) -> None:
        """A task that is not listed is not found."""
        shown = subprocess.run(
            ["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
        declared = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
        assert declared

        assert [line.split()[1] for line in shown.splitlines()] == declared[1].replace(" prepared", "").split()

    @pytest.mark.parametrize("folder", [".harness", ".dvc", "evalsets"])
    def test_never_cleans_away_what_was_paid_for(self, folder: str) -> None:
        """Answers cost money; caches of tools do not."""
        shown = subprocess.run(
            ["make", "--no-print-directory", "-n", "clean"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout

        assert folder not in shown


class TestContinuousIntegration:
    def test_runs_the_test_command_of_the_readme(self) -> None:
        """The README promises what CI proves."""
        commands = (ROOT / ".ci" / "run").read_text().splitlines()

        assert "make test" in commands
        assert re.search(r"^(\$ )?make test( +#.*)?$", README, re.MULTILINE)


class TestMissingData:
    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        """Return a checkout whose dvc notes what it is asked to do."""
        (tmp_path / ".ci").mkdir()
        (tmp_path / ".venv/bin").mkdir(parents=True)
        (tmp_path / "evalsets/regression").mkdir(parents=True)
        shutil.copy(ROOT / ".ci/data", tmp_path / ".ci/data")
        (tmp_path / "dvc.lock").write_text(LOCK)
        dvc = tmp_path / ".venv/bin/dvc"
        dvc.write_text(
            '#!/bin/sh\necho "$@" >>asked\necho "$DVC_NO_ANALYTICS" >>asked\ncat trouble 2>/dev/null && exit 1\ntrue\n'
        )
        dvc.chmod(0o755)
        return tmp_path

    def test_start_their_stage_alone(self, tree: Path) -> None:
        """Results of evaluations are no data: the gate never reads them, so nothing regenerates them."""
        done = run(tree)

        assert (done.returncode, done.stdout, done.stderr) == (0, "", "generating the data of stage generate ...\n")
        assert (tree / "asked").read_text() == "repro --quiet --single-item generate\n1\n"

    def test_start_nothing_when_none_is_missing(self, tree: Path) -> None:
        """Dvc takes a second to start, and the gate is run many times a day."""
        (tree / "evalsets/regression/desk.generated.jsonl").touch()

        done = run(tree)

        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert not (tree / "asked").exists()

    def test_are_nothing_without_stages(self, tree: Path) -> None:
        """A repository may well have no large data."""
        (tree / "dvc.lock").unlink()

        assert run(tree).returncode == 0
        assert not (tree / "asked").exists()

    def test_that_cannot_be_generated_are_an_error_with_dvcs_reason(self, tree: Path) -> None:
        """A gate without its data must not pass for one with them."""
        (tree / "trouble").write_text("ERROR: no space left\n")

        done = run(tree)

        assert done.returncode == 2
        assert done.stderr == (
            "generating the data of stage generate ...\n"
            "ERROR: no space left\n"
            "\n"
            "error: the data of stage generate could not be generated (dvc says why above)\n"
            "\n"
            "hint: run .venv/bin/dvc repro --single-item generate\n"
        )


def run(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the checkout's `.ci/data`."""
    return subprocess.run(
        [str(tree / ".ci/data")], env={"PATH": os.defpath}, capture_output=True, text=True, check=False
    )
