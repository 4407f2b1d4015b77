"""Our workflow files before the linters that others wrote: for security, for shape, and for shell."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.adapters.folder import Folder
from harness.flows.workflow_files import actions, workflows
from harness.flows.workflows import check_workflows
from tests.house.scratch import ROOT
from tests.workflows.linters import lint, lint_shape

FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
TREE = Folder(ROOT)


def scripts() -> Iterator[tuple[str, str]]:
    """Return each script of each step, with the place where it is written."""
    steps = [step for workflow in workflows(TREE) for job in workflow.jobs.values() for step in job.steps]
    steps += [step for action in actions(TREE).values() for step in action.steps]
    yield from ((str(step.where), step.run) for step in steps if step.run)


SCRIPTS = dict(scripts())


class TestOurWorkflowFiles:
    def test_break_none_of_our_own_rules(self) -> None:
        """The rules that no linter knows: which secret belongs to which environment, what a trusted run checks out."""
        checked = check_workflows(TREE)

        assert [str(fault) for fault in checked.faults] == []
        assert {Path(path).stem for path in checked.paths} == {path.stem for path in FILES}

    def test_are_sound_to_zizmor(self) -> None:
        """Forty audits for what attackers do with workflow files."""
        assert lint(ROOT) == ""

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_have_the_shape_of_workflows(self, path: Path) -> None:
        """By the schema that editors use."""
        assert lint_shape(path, "vendor.github-workflows") == ""

    def test_have_actions_and_updates_of_the_right_shape(self) -> None:
        """By the schemas that editors use."""
        for path in (ROOT / ".github/actions").glob("*/action.yml"):
            assert lint_shape(path, "vendor.github-actions") == ""
        assert lint_shape(ROOT / ".github/dependabot.yml", "vendor.dependabot") == ""

    @pytest.mark.parametrize("where", SCRIPTS)
    def test_have_scripts_without_a_fault_of_shell(self, where: str) -> None:
        """An unquoted variable is a hole as soon as a stranger fills it."""
        program = shutil.which("shellcheck") or shutil.which("shellcheck", path=str(Path(sys.executable).parent))
        if program is None:
            pytest.skip("shellcheck is not installed: `make prepared` installs it")

        done = subprocess.run(
            [program, "--shell=bash", "-"], input=SCRIPTS[where], capture_output=True, text=True, check=False
        )

        assert (where, done.stdout) == (where, "")

    def test_are_linted_where_tests_run(self) -> None:
        """A linter that is missing lets everything pass."""
        assert importlib.util.find_spec("check_jsonschema") is not None
