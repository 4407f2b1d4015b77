"""A stage for each test, and works."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing.stage import Stage, stage
from tests.publishing.works import Works, fill, works
from tests.scenarios.scratch import Scratch

pytest.importorskip("ghapi", reason="the extra `github` is not installed")


@pytest.fixture
def desk(asked: Scratch, tmp_path: Path) -> Iterator[Stage]:
    """Return a repository on GitHub, whose base was asked before."""
    with stage(asked, tmp_path) as found:
        yield found


@pytest.fixture
def gated(pristine: Scratch, tmp_path: Path) -> Iterator[Works]:
    """Return a repository on GitHub that our workflows guard."""
    with works(fill(pristine.copy(tmp_path / "desk")), tmp_path) as found:
        yield found
