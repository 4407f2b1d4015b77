"""docs/extending.md: its package is installed, and does what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.scratch import ROOT
from tests.scenarios.scratch import Scratch
from tests.site import site

PAGE = (ROOT / "docs/extending.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the page's blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return surroundings in which the page's package is installed, built from its source as pip does."""
    source, place = tmp_path_factory.mktemp("loud"), tmp_path_factory.mktemp("site")
    (project,) = blocks("toml")
    (source / "pyproject.toml").write_text(project)
    (source / "harness_loud.py").write_text("\n".join(blocks("python")))
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--disable-pip-version-check", "--target", place, source], check=True, capture_output=True)
    return site(place)


@pytest.fixture
def loud(scratch: Scratch) -> Scratch:
    """Return a repository that uses its scorer and its provider, and has a suite of its own."""
    (more,) = blocks("yaml")
    suites, gates = more.removeprefix("suites:\n").split("gates:\n")
    scratch.edit("params.yaml", "provider: embedded", "provider: loud")
    scratch.edit("params.yaml", "suites:\n", f"suites:\n{suites}")
    scratch.edit("params.yaml", "gates:\n", f"gates:\n{gates}")
    scratch.write("params.yaml", f"{scratch.read('params.yaml')}judge: reader\n")
    scratch.write_cases([{**case, "expect": [{"shouts": True}, {"gentle": True}]} for case in scratch.cases()])
    scratch.write("evalsets/tone/desk.jsonl", scratch.read("evalsets/regression/desk.jsonl"))
    scratch.write(".github/environments/production.yaml", "target: {kind: nomad}\n")
    scratch.commit("loud")
    return scratch


class TestTheExtendingPage:
    def test_brings_each_in_a_few_lines(self) -> None:
        """The heads of methods not counted: a provider has six."""
        lines = [[line for line in block.splitlines() if line and "def " not in line] for block in blocks("python")]

        assert max(map(len, lines)) <= 10

    def test_is_a_package_that_works(self, loud: Scratch, environ: dict[str, str]) -> None:
        """The provider answers, the scorer marks, the suite is judged, the reporter tells, the target is known."""
        checked = loud.harness("check", environ=environ)
        result = loud.harness("gate", "--all", "--json", environ=environ)

        assert checked.exit_code == 0, checked.told
        assert {(check["suite"], check["candidate"]) for check in result.verdict["checks"]} == {
            ("regression", 1.0),
            ("tone", 1.0),
        }
        assert any("gentle gives 1.00 on 20 answers" in one for one in result.verdict["notices"])
        (run,) = (loud.root / ".harness/runs").iterdir()
        assert (run / "summary.txt").read_text() == "passed: 2 checks\n"

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            (
                "Mark(float(answer",
                "Mork(float(answer",
                "scorer `shouts` of `harness-loud` failed: NameError: name 'Mork' is not defined",
            ),
            ("fenced({", "fencd({", "scorer `gentle` of `harness-loud` failed: NameError: name 'fencd' is not defined"),
            ("Completion(", "len(", "provider `loud` of `harness-loud` failed: TypeError: `complete` returned a value"),
            ("verdict['outcome']", "1 / 0", "reporter `summary.txt` of `harness-loud` failed: ZeroDivisionError"),
            ("def summary", "def nothing", "reporter `summary.txt` of `harness-loud` does not load: AttributeError"),
            ("self.place = place", "1 / 0", "target `nomad` of `harness-loud` does not load: ZeroDivisionError"),
        ],
    )
    def test_is_named_where_it_fails(
        self, loud: Scratch, tmp_path: Path, environ: dict[str, str], *, old: str, new: str, told: str
    ) -> None:
        """With 2, which is neither a pass nor a block nor a bug of ours."""
        body = "\n".join(blocks("python"))
        assert old in body.partition("import Mark")[2]
        head, _, rest = body.partition("import Mark")
        (tmp_path / "harness_loud.py").write_text(f"{head}import Mark{rest.replace(old, new)}")
        path = os.pathsep.join([str(tmp_path), environ["PYTHONPATH"]])

        command = "check" if "target" in told else "gate --all"
        result = loud.harness(*command.split(), environ={**environ, "PYTHONPATH": path})

        assert (result.exit_code, told in result.err) == (2, True), result.told
        assert "hint: mend or uninstall `harness-loud`" in result.err
