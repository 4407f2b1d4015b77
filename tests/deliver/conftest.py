"""Repositories that release."""

from pathlib import Path

import pytest

from tests.deliver.shop import Shop, open_shop
from tests.scenarios.scratch import Scratch


@pytest.fixture(scope="session")
def judged(asked: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a repository whose last commit passed its gate and is signed; no test changes it."""
    shop = open_shop(asked, tmp_path_factory.mktemp("judged"))
    shop.reword("kindly")
    assert shop.judge().exit_code == 0
    return shop


@pytest.fixture
def shop(judged: Shop, tmp_path: Path) -> Shop:
    """Return a copy of it to change."""
    return judged.fork(tmp_path)
