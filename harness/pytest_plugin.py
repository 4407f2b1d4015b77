"""pytest's door: `pytest evalsets/` makes a test of each case.

Every start of pytest where we are installed reads this file, so it imports nothing of ours before a case is found.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_collect_file(file_path: Path, parent: "pytest.Collector") -> "pytest.Collector | None":
    """Collect a file of cases, if it is in a folder that pytest was told to collect.

    A bare `pytest` asks no model and spends nothing.
    """
    if not file_path.name.endswith((".jsonl", ".jsonl.dvc")):
        return None
    folder = file_path.parents[1]
    if folder.name != "evalsets" or not (folder.parent / "params.yaml").is_file():
        return None
    here = parent.config.invocation_params.dir
    if not any((here / word.partition("::")[0]).is_relative_to(folder) for word in parent.config.args):
        return None
    cases = import_module("harness.testing.cases")
    if not parent.config.pluginmanager.is_registered(cases):
        parent.config.pluginmanager.register(cases, "harness-cases")
    found: pytest.Collector | None = cases.collected(file_path, parent)
    return found
