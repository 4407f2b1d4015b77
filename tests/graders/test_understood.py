"""Expectations that a library has read: it is not imported to read them again."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.flows.understood import Understood
from harness.ports import Ask, Grader
from tests.graders.bench import expecting, seat
from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch


@dataclass
class Picky:
    """A grader that counts how often it is shown an expectation."""

    version: str = "1"
    needs_threshold: bool = True
    parameters: bool = True
    shown: list[Json] = field(default_factory=list)

    def problem(self, expected: Json, _reference: str) -> str:
        """Refuse what holds the word `odd`."""
        self.shown.append(expected)
        return "is odd" if "odd" in str(expected) else ""

    def calls(self, _expected: Json) -> int:
        """Ask once."""
        return 1

    async def grade(self, _exchange: Exchange, _expected: Json, _ask: Ask) -> Mark:
        """Pass everything."""
        return Mark(1.0)


@dataclass
class Kinds:
    """One kind."""

    picky: Picky

    def names(self) -> list[str]:
        """Return its name."""
        return ["picky"]

    def find(self, kind: str) -> Grader | None:
        """Return it."""
        return self.picky if kind == "picky" else None


def read(picky: Picky, path: Path, expected: Json, reference: str = "") -> str:
    """Return what a process that starts says of an expectation."""
    found = Understood(Kinds(picky), path).find("picky")
    assert isinstance(found, Grader)
    return found.problem(expected, reference)


class TestAnExpectation:
    def test_without_a_fault_is_read_once(self, tmp_path: Path) -> None:
        """The next process knows it."""
        picky = Picky()

        assert [read(picky, tmp_path / "known", {"picky": 1}) for _ in range(3)] == ["", "", ""]
        assert picky.shown == [{"picky": 1}]

    def test_with_a_fault_is_told_each_time(self, tmp_path: Path) -> None:
        """A fault that was told once is there still."""
        picky = Picky()

        assert [read(picky, tmp_path / "known", {"picky": "odd"}) for _ in range(2)] == ["is odd"] * 2

    def test_is_another_with_another_reference_or_version(self, tmp_path: Path) -> None:
        """What it was found to fit is not what it is held against now."""
        picky, path = Picky(), tmp_path / "known"

        read(picky, path, {"picky": 1})
        read(picky, path, {"picky": 1}, "30 days")
        picky.version = "2"
        read(picky, path, {"picky": 1})

        assert len(picky.shown) == 3

    @pytest.mark.parametrize("spoilt", [b"\xff\xfe\x00", b"", b"not a digest\n"])
    def test_is_read_anew_where_nothing_is_known(self, tmp_path: Path, spoilt: bytes) -> None:
        """A file that somebody spoilt says nothing."""
        path = tmp_path / "known"
        path.write_bytes(spoilt)

        assert read(Picky(), path, {"picky": "odd"}) == "is odd"
        assert read(Picky(), tmp_path, {"picky": 1}) == ""


class TestAnUnchangedRun:
    def test_imports_no_library(self, scratch: Scratch, judging: Judging) -> None:
        """Its import takes longer than all the rest."""
        pytest.importorskip("deepeval", reason="the extra is not installed")
        seat(scratch, judging)
        expecting(scratch, {"deepeval": "Bias", "threshold": 0.5}, cases=2)
        assert scratch.harness("gate", "--all").exit_code == 0

        code = "import sys\nfrom harness.cli.main import run\nrun(['gate', '--all'])\nprint('deepeval' in sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=scratch.root,
            env=scratch.environ(),
            capture_output=True,
            text=True,
            check=True,
        )

        assert "passed: 1 check on 1 pair" in done.stdout
        assert done.stdout.splitlines()[-1] == "False"
