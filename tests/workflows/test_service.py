"""Our workflow files before GitHub's own language service: what an editor would underline in red."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.house.scratch import ROOT
from tests.workflows.node import NoNodeError, ask, install
from tests.workflows.world import GATE

FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("workflows/*.yml", "actions/*/action.yml")
    for path in (ROOT / ".github").glob(pattern)
)
UNKNOWN_EVENT = "Context access might be invalid: merge_group"
"""The service's list of events lacks `merge_group`, and with it all that such an event tells."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where the service is installed."""
    folder = tmp_path_factory.mktemp("service")
    try:
        install(folder)
    except NoNodeError as error:
        pytest.skip(str(error))
    return folder


def faults(service: Path, root: Path, paths: Sequence[str]) -> list[str]:
    """Return what the service finds in files of a repository, `path:line: message`."""
    return ask(service, "service.mjs", str(root), *paths).splitlines()


class TestOurWorkflowFiles:
    def test_are_sound_to_githubs_own_service(self, service: Path) -> None:
        """Every workflow and every action, with what each gives to the other."""
        found = faults(service, ROOT, FILES)

        (line,) = found
        assert len(FILES) >= 10
        assert (line.partition(":")[0], line.endswith(UNKNOWN_EVENT)) == (".github/workflows/merge-queue.yml", True)


class Mistake(NamedTuple):
    """A slip in gate.yml, and what is said of it."""

    old: str
    new: str
    message: str


MISTAKES: Mapping[str, Mistake] = {
    "a key": Mistake("timeout-minutes: 15", "time-minutes: 15", "Unexpected value 'time-minutes'"),
    "a permission": Mistake("checks: write", "check: write", "Unexpected value 'check'"),
    "a job that is needed": Mistake("needs: intake", "needs: intaek", "depends on unknown job 'intaek'"),
    "a job that is not named": Mistake("[intake, announce, eval]", "[intake, announce]", "might be invalid: eval"),
    "an output": Mistake("intake.outputs.moved ==", "intake.outputs.movd ==", "might be invalid: movd"),
    "a context": Mistake("github.event_name ==", "github.evnt_name ==", "might be invalid: evnt_name"),
    "a dimension of the matrix": Mistake("matrix.shard", "matrix.part", "might be invalid: part"),
    "a function": Mistake("format('refs", "fromat('refs", "Unrecognized function: 'fromat'"),
    "an action of ours": Mistake("actions/verdict", "actions/vredict", "Unable to resolve action `$/"),
    "an input of ours": Mistake("tolerate: 1 3", "tolerates: 1 3", "Invalid action input 'tolerates'"),
}


@pytest.fixture(scope="module")
def told(service: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what is said of every mistake, each in a file of its own, numbered as they are listed."""
    root = tmp_path_factory.mktemp("mistakes")
    shutil.copytree(ROOT / ".github/actions", root / ".github/actions")
    text = (ROOT / GATE).read_text()
    for number, mistake in enumerate(MISTAKES.values()):
        assert mistake.old in text, mistake.old
        (root / f"{number}.yml").write_text(text.replace(mistake.old, mistake.new))
    return faults(service, root, [f"{number}.yml" for number in range(len(MISTAKES))])


class TestAMistake:
    @pytest.mark.parametrize("name", MISTAKES)
    def test_is_told(self, told: list[str], name: str) -> None:
        """A service that underlines nothing finds nothing."""
        mine = f"{list(MISTAKES).index(name)}.yml:"

        assert any(line.startswith(mine) and MISTAKES[name].message in line for line in told)
