"""pytest within pytest: the plugin as a user's pytest loads it, in this process."""

import os
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from harness import pytest_plugin
from tests.endpoint.launch import Endpoint, endpoint
from tests.scenarios.attacked import attack
from tests.scenarios.scratch import Scratch


class Ran(NamedTuple):
    """What a run of pytest came to."""

    code: int
    out: str

    @property
    def counts(self) -> str:
        """The last line, without the time that it took."""
        return re.sub(r"=+ ?| in [\d.]+s", "", self.out.splitlines()[-1]).strip()


type Pytest = Callable[..., Ran]


@pytest.fixture
def run_pytest(scratch: Scratch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Pytest:
    """Return what runs pytest in the scratch repository, and how it ended."""
    monkeypatch.chdir(scratch.root)
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "PYTEST_ADDOPTS"))]:
        monkeypatch.delenv(name)
    for name, value in {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "120", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Ran:
        code = pytest.main(["--rootdir=.", "-W", "error", *words], plugins=[pytest_plugin])
        return Ran(int(code), capsys.readouterr().out)

    return run


@pytest.fixture(scope="module")
def server() -> Iterator[Endpoint]:
    """A model behind a socket."""
    with endpoint(latency=0.005) as found:
        yield found


@pytest.fixture
def desk(scratch: Scratch) -> Scratch:
    """Return a repository with attacks and pairs."""
    return attack(scratch)
