"""One fault server for all tests of the fault server, as new for each of them."""

from collections.abc import Iterator
from dataclasses import asdict

import pytest

from tests.endpoint.faults import Settings
from tests.endpoint.launch import Endpoint, endpoint


@pytest.fixture(scope="session")
def running() -> Iterator[Endpoint]:
    """Return a server that was started once."""
    with endpoint() as server:
        yield server


@pytest.fixture
def server(running: Endpoint) -> Endpoint:
    """Return a server that behaves and remembers nothing."""
    running.set(**asdict(Settings()))
    running.reset()
    return running
