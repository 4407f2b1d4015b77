"""The journal of a gateway: one SQLite file that holds how its rollout stands and what was counted, for one process."""

import fcntl
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from harness.core.errors import ContentError, Origin, UnavailableError

VERSION = 1
_TABLES = f"""
BEGIN;
CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL, moves INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE marks (mark INTEGER PRIMARY KEY);
PRAGMA user_version = {VERSION};
COMMIT;
"""
ROLLOUT, EVIDENCE, SECRET = "rollout", "evidence", "secret"


class Noted(NamedTuple):
    """What a journal holds."""

    rollout: str
    """As JSON; empty for none."""
    evidence: str
    marks: Sequence[int]
    """Those that sessions left in the step that goes on."""


class RaceError(Exception):
    """Somebody else has moved the rollout meanwhile."""


class Journal:
    """Every change is on the disk when its method returns, all of it or none."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it (readable by its owner only) when it is not there.

        Raises:
            UnavailableError: Another process has it, or it cannot be written.
            ContentError: It is damaged, or of another version.
        """
        self.path = path
        self._turn = Lock()
        with self._told(), ExitStack() as opened:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._take(opened)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._db = opened.enter_context(
                closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
            )
            self._prepare()
            self._opened = opened.pop_all()

    def _take(self, opened: ExitStack) -> None:
        """Keep other processes out, for as long as this one lives."""
        lock = os.open(self.path.with_name(f"{self.path.name}-lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        opened.callback(os.close, lock)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            what, hint = "another gateway serves this environment here", "end it, or serve from another clone"
            raise UnavailableError(what, where=Origin(str(self.path)), hint=hint) from None

    def _prepare(self) -> None:
        self._db.execute("PRAGMA synchronous = FULL")
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            self._db.executescript(_TABLES)
        elif found != VERSION:
            what = f"made by another version of harness (tables {found}, not {VERSION})"
            raise ContentError(what, where=Origin(str(self.path)), hint=_ANEW)

    @contextmanager
    def _told(self) -> Iterator[None]:
        where = Origin(str(self.path))
        try:
            yield
        except sqlite3.OperationalError as error:
            hint = "check that the disk has room, and that the file is yours"
            raise UnavailableError(f"the journal cannot be written: {error}", where=where, hint=hint) from None
        except sqlite3.DatabaseError as error:
            raise ContentError(f"the journal is damaged: {error}", where=where, hint=_ANEW) from None
        except OSError as error:
            raise UnavailableError(f"the journal cannot be opened: {error.strerror}", where=where) from None

    def read(self) -> Noted:
        """Return what is noted."""
        with self._told(), self._turn:
            notes = dict(self._db.execute("SELECT name, text FROM notes").fetchall())
            marks = [mark for (mark,) in self._db.execute("SELECT mark FROM marks")]
        return Noted(notes.get(ROLLOUT, ""), notes.get(EVIDENCE, ""), marks)

    def count(self, evidence: str, marks: Iterable[int]) -> None:
        """Note what was counted so far, and which marks were left since the last time."""
        with self._told(), self._transaction():
            self._count(evidence, marks)

    def move(self, rollout: str, moves: tuple[int, int], evidence: str, marks: Iterable[int], *, anew: bool) -> None:
        """Note how the rollout stands from now on, and what was counted so far.

        Args:
            rollout: As JSON.
            moves: How often the rollout had changed that was read before, 0 for none, and how often it has by now.
            evidence: As JSON.
            marks: Those that were left since the last time.
            anew: Whether the marks until now are of a step that is over.

        Raises:
            RaceError: Another stands there than was read.
        """
        with self._told(), self._transaction():
            row = self._db.execute("SELECT moves FROM notes WHERE name = ?", (ROLLOUT,)).fetchone()
            if (row[0] if row else 0) != moves[0]:
                raise RaceError
            self._note(ROLLOUT, rollout, moves[1])
            if anew:
                self._db.execute("DELETE FROM marks")
            self._count(evidence, marks)

    def secret(self) -> bytes:
        """Return 32 bytes that nobody else knows, the same ones each time."""
        with self._told(), self._transaction():
            row = self._db.execute("SELECT text FROM notes WHERE name = ?", (SECRET,)).fetchone()
            text = row[0] if row else secrets.token_hex(32)
            self._note(SECRET, text, 0)
        return bytes.fromhex(text)

    def _count(self, evidence: str, marks: Iterable[int]) -> None:
        self._note(EVIDENCE, evidence, 0)
        self._db.executemany("INSERT OR IGNORE INTO marks VALUES (?)", ((mark,) for mark in marks))

    def _note(self, name: str, text: str, moves: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", (name, text, moves))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._turn:
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                yield

    def close(self) -> None:
        """Close the file, and let another process have it."""
        with self._turn:
            self._opened.close()


_ANEW = "move the file away; the rollout begins anew from the release before"
