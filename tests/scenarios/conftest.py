"""The example that ships, as a repository to change."""

import shutil

import pytest

from tests.house.scratch import ROOT
from tests.scenarios.scratch import Scratch


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return the example that ships, committed, without the generated cases; its answers are in the store."""
    scratch = Scratch(tmp_path_factory.mktemp("example") / "shop")
    ours = {"prompts": [], "evalsets": ["*.generated.jsonl", ".gitignore"]}
    for folder, unwanted in ours.items():
        shutil.copytree(ROOT / folder, scratch.root / folder, ignore=shutil.ignore_patterns(*unwanted))
    shutil.copy(ROOT / "params.yaml", scratch.root)
    scratch.write(".gitignore", ".harness\n")
    scratch.git("init", "-q", "-b", "main")
    scratch.commit("the example")
    assert scratch.gate("--all").exit_code == 0
    return scratch
