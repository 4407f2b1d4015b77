"""The scorers as a checkout registers them."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from harness.score.python import no_loader
from harness.score.registry import GROUP, Scorers

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def scorers() -> Scorers:
    """Every scorer of pyproject.toml, installed or not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = project["entry-points"][GROUP]
    return Scorers(no_loader, {kind: EntryPoint(kind, value, GROUP) for kind, value in named.items()})
