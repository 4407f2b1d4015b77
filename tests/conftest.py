"""What tests of several rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.scenarios.scratch import Scratch, make
from tests.scenarios.warm import POOL

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
"""The same examples each time, and none too slow for a busy machine: a red test is a fault, not bad luck."""
settings.register_profile(
    "mutation",
    settings.get_profile("steady"),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.differing_executors],
)
"""For `make mutate`: one failing example is enough, and every test runs more than once in one process."""


@pytest.fixture(scope="session", autouse=True)
def _warm_processes() -> Iterator[None]:
    """End with the tests what waits for their commands, so that its coverage is on disk when it is counted."""
    yield
    POOL.close()


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return the base repository, which no test changes; its store is empty."""
    return make(tmp_path_factory.mktemp("pristine") / "repository")


@pytest.fixture(scope="session")
def asked(pristine: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return the base repository after a gate over all cases, so that its answers are in the store."""
    copy = pristine.copy(tmp_path_factory.mktemp("asked") / "repository")
    assert copy.harness("gate", "--all").exit_code == 0
    return copy


@pytest.fixture
def scratch(pristine: Scratch, tmp_path: Path) -> Scratch:
    """Return a repository of one's own, with an empty store."""
    return pristine.copy(tmp_path / "repository")
