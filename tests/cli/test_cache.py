"""`harness cache`: what was paid for goes only when somebody means it, and looking makes nothing."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.scratch import Scratch

EVERYTHING = ("cache", "prune", "--older-than", "0")
OLD, NEW = ".harness/runs/20200101T000000-0badcafe", ".harness/runs/29990101T000000-0badcafe"


def answered(scratch: Scratch) -> int:
    """Return how many answers the store holds."""
    return int(scratch.harness("cache", "size").out.split()[0])


def typed(scratch: Scratch, words: str) -> int:
    """Forget everything on a terminal, where a person types an answer; return the exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "harness", *EVERYTHING]
    with subprocess.Popen(command, cwd=scratch.root, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.write(ours, words.encode())
        code = running.wait(timeout=30)
    os.close(theirs)
    os.close(ours)
    return code


@pytest.fixture
def paid(asked: Scratch, tmp_path: Path) -> Scratch:
    """Return a repository with twenty answers, which are a second old, and no run folder."""
    scratch = asked.copy(tmp_path / "paid")
    for folder in (scratch.root / ".harness/runs").iterdir():
        folder.rename(tmp_path / folder.name)
    return scratch


class TestForgettingEverything:
    def test_asks_a_person(self, paid: Scratch) -> None:
        """Twenty answers are gone in a second, and cost money to have again."""
        assert typed(paid, "n\n") == 0
        assert answered(paid) == 20
        assert typed(paid, "y\n") == 0
        assert answered(paid) == 0

    def test_needs_a_word_from_a_program(self, paid: Scratch) -> None:
        """Nobody is there to be asked."""
        result = paid.harness(*EVERYTHING)

        assert (result.exit_code, answered(paid)) == (2, 20)
        assert result.err == (
            "error: `--older-than 0` forgets every answer, those that were paid for too\n\n"
            "hint: say so with `--yes`, or give a number of days\n"
        )
        assert paid.harness(*EVERYTHING, "--yes").out == "20 answers forgotten, 0 run folders removed\n"

    def test_of_some_days_needs_none(self, paid: Scratch) -> None:
        """What a nightly job does."""
        assert paid.harness("cache", "prune", "--older-than", "30").out.startswith("0 answers forgotten")


class TestRunFolders:
    def test_that_are_old_go_too(self, scratch: Scratch) -> None:
        """Otherwise they would only grow."""
        scratch.write(f"{OLD}/verdict.json", "{}")
        scratch.write(f"{NEW}/verdict.json", "{}")
        scratch.write(".harness/runs/.20200101T000000-0badcafe.77/verdict.json", "{}")
        scratch.write(".harness/runs/mine/notes.md", "")

        told = scratch.harness("cache", "prune", "--older-than", "30").out

        assert told == "0 answers forgotten, 2 run folders removed\n"
        assert sorted(path.name for path in (scratch.root / ".harness/runs").iterdir()) == [NEW[14:], "mine"]


class TestLooking:
    @pytest.mark.parametrize("words", [("cache", "size"), ("cache", "prune", "--older-than", "3")])
    def test_makes_nothing(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        """A folder in which nothing was ever asked stays as it is."""
        result = Scratch(tmp_path).harness(*words)

        assert result.exit_code == 0
        assert result.out.startswith("0 answers ")
        assert list(tmp_path.iterdir()) == []
