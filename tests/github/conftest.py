"""What the tests of the fake share: a GitHub with two commits, a branch and a pull request."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.client import Desk, everything
from tests.github.server import github


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the repository and a clone of it, which no test changes."""
    folder = tmp_path_factory.mktemp("furnished")
    with github(folder) as hub:
        desk = Desk(hub, folder / "work", "")
        desk.clone()
        desk.write("main", {"a.txt": "one\n", "docs/read.md": "hello\n"}, start="")
        desk.write("topic", {"a.txt": "two\n", "new file.txt": "x\n"})
    return folder


@pytest.fixture
def desk(furnished: Path, tmp_path: Path) -> Iterator[Desk]:
    """Return a desk at a GitHub on which pull request 1 of `topic` by ada waits to be merged into `main`."""
    folder = tmp_path / "hub"
    shutil.copytree(furnished, folder)
    config = folder / "work/.git/config"
    config.write_text(config.read_text().replace(str(furnished), str(folder)))
    with github(folder) as hub:
        hub.member("ada")
        hub.member("boss", "admin")
        hub.open_pull_request("topic", "main", "ada")
        yield Desk(hub, folder / "work", hub.token(everything(), app="harness-gate"))
        assert not [one for one in hub.violations if one.startswith("our own")]
