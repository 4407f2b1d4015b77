"""The README's commands, run in order in a fresh clone."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.content.payloads import read_payloads
from tests.house.scratch import ROOT
from tests.scenarios.scratch import Scratch

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
ELSEWHERE = {"make test", "make check", "make"}
"""This is `make test`; `make` is run by the tests of the house."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return a clone whose .venv is prepared: it is this one's, under a stamp of its own."""
    folder = tmp_path_factory.mktemp("clone") / "harness"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    scratch = Scratch(folder)
    changed = subprocess.run(["git", "diff", "HEAD", "--binary"], cwd=ROOT, check=True, capture_output=True).stdout
    if changed:
        subprocess.run(["git", "apply"], cwd=folder, input=changed, check=True)
        scratch.commit("what is not committed yet")
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    lines = """
for set in gate dev all; do echo "$set $(cksum <".locks/$set.txt") $PWD"; done
echo "project $(awk '/^\\[/ { on = /^\\[(project|build-system)/ } on' pyproject.toml | cksum)"
"""
    stamp = subprocess.run(["/bin/sh", "-c", lines], cwd=folder, check=True, capture_output=True, text=True).stdout
    (folder / ".venv/stamp").write_text(stamp)
    return scratch


def run(clone: Scratch, command: str) -> tuple[int, str]:
    """Run one command of the README; returns its exit code and what it printed."""
    environ = {name: value for name, value in clone.environ().items() if not name.startswith(("MAKE", "MFLAGS"))}
    environ["DVC_SITE_CACHE_DIR"] = str(clone.root.parent / "site-cache")
    shell = ["/bin/sh", "-c", command]
    done = subprocess.run(shell, cwd=clone.root, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class TestTheReadme:
    @pytest.mark.timeout(180)
    def test_says_what_happens(self, clone: Scratch) -> None:
        """Each command in order; `make` turns the block into 2, and everything else succeeds."""
        told: dict[str, list[tuple[int, str]]] = {}
        for command in COMMANDS:
            if command in ELSEWHERE:
                continue
            code, said = run(clone, command)
            told.setdefault(command, []).append((code, said))
            assert code == (2 if command == "make gate" and len(told[command]) == 2 else 0), f"{command}: {said}"

        (first, second) = (said for _, said in told["make gate"])
        assert "passed: 22 checks on 12 pairs" in first
        for line in re.findall(r"```text\n(.*?)```", README, re.DOTALL)[0].splitlines():
            assert line == "..." or line in second
        assert (clone.root.parent / "answers/params.yaml").exists()

    def test_is_short(self) -> None:
        """A page that is read."""
        assert len(README.splitlines()) <= 150

    def test_counts_what_there_is(self) -> None:
        """Figures in prose rot first."""
        count = sum(
            len(path.read_text(encoding="utf-8").splitlines())
            for path in (ROOT / "evalsets/regression").glob("*.jsonl")
            if "generated" not in path.name
        )
        sets = (ROOT / "evalsets/bias").glob("*.jsonl")
        templates = [line for path in sets for line in path.read_text(encoding="utf-8").splitlines()]
        files = (ROOT / "evalsets/injection/payloads").glob("*.yaml")
        attacks = [payload for path in files for payload in read_payloads(path.read_bytes(), path.name)]

        assert f"{count} cases written by hand" in README
        assert f"{len(attacks)} attacks and from {len(templates)} templates" in README

    def test_shows_the_pass_counts_that_were_measured(self) -> None:
        """The table of what the example gets wrong, against the committed metrics."""
        for path in (ROOT / ".harness/metrics").glob("regression-*.json"):
            found = json.loads(path.read_text())
            name = path.stem.removeprefix("regression-")
            passed = round(found["pass"] * found["cases"])
            assert f"| `{name}` | {passed:,} of {found['cases']:,} |" in README
