"""A clinic for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.clinic import Clinic, clinic
from tests.scenarios.scratch import Scratch


@pytest.fixture
def sound(pristine: Scratch, tmp_path: Path) -> Iterator[Clinic]:
    """Return a repository in which everything is as it should be."""
    pytest.importorskip("ghapi", reason="the extra `github` is not installed")
    with clinic(pristine, tmp_path) as found:
        yield found
