"""The journal of a gateway: one process, all or nothing, and nothing twice."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.adapters.serve_journal import Journal, RaceError
from harness.core.errors import ContentError, UnavailableError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal may be."""
    return tmp_path / "state/serve-staging.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """Return an empty one."""
    found = Journal(path)
    yield found
    found.close()


class TestAJournal:
    def test_holds_what_was_noted_for_who_opens_it_next(self, journal: Journal, path: Path) -> None:
        """A gateway that was killed goes on where it was."""
        journal.move("{}", (0, 1), "[]", (), anew=False)
        journal.count("[1]", [7, 8])
        secret = journal.secret()
        journal.close()

        other = Journal(path)

        assert other.read() == ("{}", "[1]", [7, 8])
        assert other.secret() == secret
        other.close()

    def test_is_for_one_gateway(self, journal: Journal, path: Path) -> None:
        """Two would each advance."""
        journal.read()

        with pytest.raises(UnavailableError, match="another gateway serves this environment here"):
            Journal(path)

    def test_is_for_its_owner_only(self, journal: Journal, path: Path) -> None:
        """It holds the secret by which answers are named."""
        journal.read()

        assert path.stat().st_mode & 0o777 == 0o600

    def test_refuses_a_move_from_another_state_than_was_read(self, journal: Journal) -> None:
        """Who comes too late changes nothing."""
        journal.move("one", (0, 1), "", [5], anew=False)

        with pytest.raises(RaceError):
            journal.move("two", (0, 1), "", (), anew=True)

        assert (journal.read().rollout, journal.read().marks) == ("one", [5])

    def test_forgets_the_marks_of_a_step_that_is_over(self, journal: Journal) -> None:
        """In the next one every session is new."""
        journal.count("", [1, 2])

        journal.move("one", (0, 1), "", (), anew=True)

        assert journal.read().marks == []

    @pytest.mark.parametrize(
        ("make", "why"),
        [
            pytest.param(lambda path: path.write_bytes(b"x" * 4096), "the journal is damaged", id="no database"),
            pytest.param(lambda path: _version(path, 99), "another version of harness", id="a later version"),
        ],
    )
    def test_that_cannot_be_read_is_told(self, path: Path, make: object, why: str) -> None:
        """With what to do about it."""
        path.parent.mkdir()
        assert callable(make)
        make(path)

        with pytest.raises(ContentError, match=why) as told:
            Journal(path)

        assert told.value.hint == "move the file away; the rollout begins anew from the release before"


def _version(path: Path, number: int) -> None:
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {number}")
    db.close()
