"""The example that ships, as a repository to change; one whose gates may block; and an endpoint that answers."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endpoint.launch import Endpoint, endpoint
from tests.house.scratch import ROOT
from tests.scenarios.attacked import attack
from tests.scenarios.scratch import Scratch, make
from tests.scenarios.varying import forge, vary


def _of_regression(params: str) -> str:
    """Return a policy without the suites beside `regression` and their gates, its other lines as they were."""
    head, suites, gates, rest = re.split(r"(?m)^(?=suites:|gates:|budget:)", params)
    kept = [entry for entry in re.split(r"(?m)^(?=  \S)", suites) if entry.startswith(("suites:", "  regression:"))]
    kept += [
        entry for entry in re.split(r"(?m)^(?=  \S)", gates) if entry.startswith("gates:") or "regression" in entry
    ]
    return "".join([head, *kept, rest])


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return the example that ships, committed, without the generated cases; its answers are in the store.

    Of its suites it has `regression` alone, so that the many tests that change it are quick.
    """
    scratch = Scratch(tmp_path_factory.mktemp("example") / "shop")
    shutil.copytree(ROOT / "prompts", scratch.root / "prompts")
    unwanted = shutil.ignore_patterns("*.generated.jsonl", ".gitignore")
    shutil.copytree(ROOT / "evalsets/regression", scratch.root / "evalsets/regression", ignore=unwanted)
    scratch.write("params.yaml", _of_regression((ROOT / "params.yaml").read_text(encoding="utf-8")))
    scratch.write(".gitignore", ".harness\n")
    scratch.git("init", "-q", "-b", "main")
    scratch.commit("the example")
    assert scratch.gate("--all").exit_code == 0
    return scratch


@pytest.fixture(scope="session")
def proven(pristine: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return a repository whose gates may block; its selftest is taken for one of 150 gates, which takes longer."""
    copy = vary(pristine.copy(tmp_path_factory.mktemp("proven") / "repository"), cases=20)
    copy.harness("selftest", "--gates", "2", "--drops", "0")
    forge(copy, gates=150, blocked=0)
    return copy


@pytest.fixture
def trusted(proven: Scratch, tmp_path: Path) -> Scratch:
    """Return such a repository of one's own."""
    return proven.copy(tmp_path / "trusted")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return the example that ships with all its suites, committed, without the generated cases."""
    scratch = Scratch(tmp_path_factory.mktemp("whole") / "shop")
    shutil.copytree(ROOT / "prompts", scratch.root / "prompts")
    unwanted = shutil.ignore_patterns("*.generated.jsonl", ".gitignore", "generate.py")
    shutil.copytree(ROOT / "evalsets", scratch.root / "evalsets", ignore=unwanted)
    shutil.copy(ROOT / "params.yaml", scratch.root)
    scratch.write(".gitignore", ".harness\n")
    scratch.git("init", "-q", "-b", "main")
    scratch.commit("the example")
    return scratch


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    """One endpoint for all that do not change it."""
    with endpoint(latency=0.005) as found:
        yield found


@pytest.fixture
def server(running: Endpoint) -> Endpoint:
    """The endpoint, with nothing counted."""
    running.reset()
    return running


@pytest.fixture(scope="session")
def under_attack(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return a repository with attacks and pairs, whose answers are in the store."""
    scratch = attack(make(tmp_path_factory.mktemp("attacked") / "repository"))
    assert scratch.gate("--all").verdict["findings"] == []
    return scratch


@pytest.fixture
def desk(under_attack: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return such a repository of one's own."""
    return under_attack.copy(tmp_path_factory.mktemp("copy") / "repository")
