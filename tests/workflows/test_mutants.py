"""Deliberate faults in `gate.yml`: a linter, a rule of ours or a run finds each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.adapters.folder import Folder
from harness.core.errors import ContentError
from harness.flows.workflows import check_workflows, started_by
from tests.workflows.linters import lint
from tests.workflows.world import GATE, World

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


class Mutant(NamedTuple):
    """A fault, and who finds it."""

    old: str
    new: str
    by: str
    """`linter`, `rule` or `run`."""


MUTANTS: Mapping[str, Mutant] = {
    "a title inside of run": Mutant(
        "          environment=llm-eval\n",
        '          echo "${{ github.event.pull_request.title }}"\n          environment=llm-eval\n',
        "linter rule",
    ),
    "a pin that is a tag": Mutant(CHECKOUT, "actions/checkout@v7", "linter rule run"),
    "an action from the workspace": Mutant("$/.github/actions/harness", "./.github/actions/harness", "linter rule"),
    "an unsound membership": Mutant(
        "    if: needs.intake.outputs.moved == 'false'\n    runs-on: ubuntu-24.04\n    timeout-minutes: 60",
        "    if: contains('refs/heads/main refs/heads/next', github.ref)\n"
        "    runs-on: ubuntu-24.04\n    timeout-minutes: 60",
        "linter",
    ),
    "a condition that is text": Mutant(
        "if: always() && needs.intake.result != 'skipped'", "if: ${{ always() }} && needs.intake.result", "rule run"
    ),
    "a typing error in an output's name": Mutant(
        "environment: ${{ steps.who.outputs.environment }}", "environment: ${{ steps.who.outputs.enviroment }}", "rule"
    ),
    "a checkout of the head": Mutant(
        "    fetch-depth: 0\n",
        "    ref: ${{ github.event.pull_request.head.sha }}\n            fetch-depth: 0\n",
        "rule run",
    ),
    "no identity for the signature": Mutant("      id-token: write\n", "", "run"),
    "a typing error in a secret's name": Mutant("secrets.LLM_GATE_APP_KEY", "secrets.LLM_GATE_KEY", "rule run"),
    "a needed job that is not named": Mutant("needs: [intake, announce, eval]", "needs: [intake]", "rule run"),
    "no environment around the gate's key": Mutant(
        "    environment:\n      name: llm-gate\n      deployment: false\n", "", "rule"
    ),
    "permissions for every job": Mutant("permissions: {}", "permissions: write-all", "rule"),
    "credentials left behind": Mutant("persist-credentials: false", "persist-credentials: true", "rule"),
    "a job without a limit of time": Mutant("    timeout-minutes: 60\n", "", "rule"),
    "a job that names no permissions": Mutant("    permissions:\n      contents: read\n", "", "rule"),
    "a cache in a trusted job": Mutant(
        'python-version: "3.13"\n', 'python-version: "3.13"\n          cache: pip\n', "rule"
    ),
    "an environment that nobody declared": Mutant("      name: llm-gate\n", "      name: llm-gaet\n", "rule run"),
    "the pull request's own file": Mutant("  pull_request_target:", "  pull_request:", "rule"),
    "a verdict only after success": Mutant("if: always() && needs.intake.result != 'skipped' && ", "if: ", "crash"),
    "any workflow that calls itself merge-queue": Mutant(
        "(github.event.workflow_run.event == 'merge_group' &&", "(github.event.workflow_run.event != 'x' &&", "pose"
    ),
    "strangers without a reviewer": Mutant("environment=llm-eval-external", "environment=llm-eval", "stranger"),
    "two runs that overlap": Mutant("concurrency:\n  group:", "env:\n  GROUP:", "rule"),
    "a title that ends a gate at work": Mutant("!github.event.changes.base", "github.event.changes.base", "title"),
    "a title that is judged again": Mutant(" || github.event.changes.base)", " || true)", "title"),
    "another branch that nobody judges for": Mutant("reopened, edited]", "reopened]", "retarget"),
    "no way to say that no verdict came": Mutant("            --unavailable\n", "", "crash"),
}


def fails(world: World) -> bool:
    """Return whether the run that should succeed does not."""
    try:
        return not world.run(world.proposed()).succeeded
    except (ContentError, ValueError):
        return True


def hides_a_crash(world: World) -> bool:
    """Return whether an evaluation that crashes is not told as one without a verdict."""
    world.let("crash")
    world.run(world.proposed())
    return "--unavailable no verdict came" not in world.diary[-1]


def lets_pose(world: World) -> bool:
    """Return whether a pull request's workflow passes for the merge queue."""
    return bool([job for job in world.run(world.grouped("pull_request")).jobs if job.result != "skipped"])


def spends_on_strangers(world: World) -> bool:
    """Return whether a stranger's change is asked about before a reviewer lets it in."""
    world.run(world.proposed(fork=True))
    return any(call.startswith("gate ") for call in world.diary)


def minds_a_title(world: World) -> bool:
    """Return whether a new title starts a job, or ends a gate that is at work."""
    report = world.run(world.edited(title={"from": "before"}))
    return any(job.result != "skipped" for job in report.jobs) or report.group == "gate-pull_request_target-7"


def misses_a_new_base(world: World) -> bool:
    """Return whether a pull request that is to go to our branch from now on is not judged."""
    return not started_by(world.host, world.edited(base={"ref": {"from": "next"}, "sha": {"from": world.base}}))


def breaks_a_rule(world: World) -> bool:
    """Return whether one of our own rules is broken."""
    try:
        return bool(check_workflows(Folder(world.root / "work")).faults)
    except ContentError:
        return True


def is_unsound(world: World) -> bool:
    """Return whether the linter finds something."""
    return lint(world.root / "work") != ""


FINDERS: Mapping[str, Callable[[World], bool]] = {
    "crash": hides_a_crash,
    "linter": is_unsound,
    "pose": lets_pose,
    "retarget": misses_a_new_base,
    "rule": breaks_a_rule,
    "run": fails,
    "stranger": spends_on_strangers,
    "title": minds_a_title,
}


class TestEachFault:
    @pytest.mark.parametrize(
        ("name", "finder"), [(name, finder) for name, mutant in MUTANTS.items() for finder in mutant.by.split()]
    )
    def test_is_found(self, tmp_path: Path, name: str, finder: str) -> None:
        """By each of those that are said to find it, so that none of them goes blind unnoticed."""
        mutant = MUTANTS[name]

        def edit(text: str) -> str:
            assert mutant.old in text, f"{mutant.old!r} is not in {GATE}"
            return text.replace(mutant.old, mutant.new)

        assert FINDERS[finder](World.at(tmp_path, edit))

    @pytest.mark.parametrize("finder", FINDERS)
    def test_is_told_from_no_fault(self, tmp_path: Path, finder: str) -> None:
        """A finder that always cries finds nothing."""
        assert not FINDERS[finder](World.at(tmp_path))
