"""A server that judges by script, for each test that wants one."""

from collections.abc import Iterator

import pytest

from tests.graders import server
from tests.graders.server import Judging


@pytest.fixture
def judging() -> Iterator[Judging]:
    """Return a server that runs until the test ends."""
    with server.judging() as found:
        yield found
