"""Repositories that release."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.release.depot import Depot, open_depot
from tests.release.served import Served, gateway
from tests.release.shop import Line, Shop, open_shop
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


@pytest.fixture(scope="session")
def released(judged: Shop, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Return a repository with three releases and two environments that run nothing yet; no test changes it."""
    shop = judged.fork(tmp_path_factory.mktemp("released"))
    first = shop.release().out.split()[1]
    releases = (first, shop.make("briefly"), shop.make("politely"))
    shop.write(".github/environments/staging.yaml", "target: {kind: git}\n")
    shop.write(".github/environments/production.yaml", "# what customers get\nfrom: staging\ntarget: {kind: git}\n")
    shop.commit("environments")
    return Line(shop.root, *releases)


@pytest.fixture
def line(released: Line, tmp_path: Path) -> Line:
    """Return a copy of it to change."""
    return Line(released.fork(tmp_path).root, *released.releases)


@pytest.fixture
def promoted(line: Line) -> Line:
    """Return a repository whose staging runs its first release."""
    line.promote("staging", line.first)
    return line


@pytest.fixture
def served(promoted: Line) -> Iterator[Served]:
    """Return a gateway that serves it."""
    with gateway(promoted) as found:
        yield found


@pytest.fixture
def depot(line: Line, tmp_path: Path) -> Iterator[Depot]:
    """Return one on GitHub that runs the first release in both environments, and the second in staging since."""
    line.promote("staging", line.first)
    line.promote("production")
    line.promote("staging", line.second)
    with open_depot(line, tmp_path) as found:
        yield found
