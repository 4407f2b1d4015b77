"""What `harness init` writes under `.github/`: the files that this repository trusts itself."""

import json
from pathlib import Path

from harness import __version__
from harness.adapters.folder import Folder
from harness.flows.init import init
from harness.flows.workflows import check_workflows
from harness.report.check_run import NAME
from tests.house.scratch import ROOT

STARTER = ROOT / "harness/starter/github"
OURS = {"workflows/ci.yml", "workflows/reusable-gate.yml"}
"""What only this repository has: its own tests, and what it lends to others."""
THEIRS = {"harness.txt"}
"""What only theirs have: here the workflows run the harness that lies beside them."""


def files(folder: Path) -> dict[str, str]:
    """Return the files below a folder by their names."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


class TestTheStarter:
    def test_is_what_this_repository_runs(self) -> None:
        """Mended here and not there, a hole stays open with everybody else; the starter holds copies, byte by byte."""
        ours = {name: text for name, text in files(ROOT / ".github").items() if name not in OURS}
        theirs = {name: text for name, text in files(STARTER).items() if name not in THEIRS}

        assert theirs == ours

    def test_pins_this_version(self) -> None:
        """The workflows of a new repository install the harness that wrote them."""
        assert f"prompt-harness=={__version__}\n" in (STARTER / "harness.txt").read_text()

    def test_asks_for_the_check_that_is_posted(self) -> None:
        """A required check of another name is never met, and nothing could be merged."""
        rules = json.loads((STARTER / "rulesets/main.json").read_text())["rules"]
        (required,) = (rule["parameters"] for rule in rules if rule["type"] == "required_status_checks")

        assert [check["context"] for check in required["required_status_checks"]] == [NAME]

    def test_breaks_no_rule_where_it_is_written(self, tmp_path: Path) -> None:
        """A new repository begins sound."""
        made = init(tmp_path)

        assert ".github/workflows/gate.yml" in made
        assert check_workflows(Folder(tmp_path)).faults == ()
