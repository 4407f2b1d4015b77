"""The store: one SQLite file that is cache, ledger and journal."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harness.core.completion import Answer, Completion, ToolCall
from harness.core.errors import ContentError, Origin, UnavailableError

VERSION = 1
"""Of the tables; a file of another version is refused, never migrated by guess."""

_TABLES = """
CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, trial TEXT NOT NULL, key BLOB NOT NULL, parts TEXT NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost INTEGER
);
CREATE INDEX IF NOT EXISTS ledger_trial ON ledger (trial);
"""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Size:
    """How much the store holds."""

    answers: int
    calls: int
    bytes: int


class SqliteStore:
    """See `ports.Store`. Safe for several processes at once; every record is on disk when it returns."""

    def __init__(self, path: Path) -> None:
        """Open the store, making the file (readable by its owner only) when it is not there.

        Raises:
            ContentError: The file is damaged, or of another version.
            UnavailableError: It cannot be opened or written.
        """
        self.path = path
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            with ExitStack() as failed:
                failed.callback(self._db.close)
                self._prepare()
                failed.pop_all()

    def _prepare(self) -> None:
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, VERSION):
            what = f"made by another version of harness (tables {found}, not {VERSION})"
            raise ContentError(
                what, where=Origin(str(self.path)), hint="move the file away; answers will be asked again"
            )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if found == 0:
            self._db.executescript(_TABLES)
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            hint = "check that the disk has room, and that the file is yours"
            raise UnavailableError(
                f"the store cannot be used: {error}", where=Origin(str(self.path)), hint=hint
            ) from None
        except sqlite3.DatabaseError as error:
            hint = "move the file away; answers will be asked again"
            raise ContentError(f"the store is damaged: {error}", where=Origin(str(self.path)), hint=hint) from None
        except OSError as error:
            what = f"the store cannot be opened: {error.strerror}"
            raise UnavailableError(what, where=Origin(str(self.path))) from None

    def close(self) -> None:
        """Close the file; nothing is pending."""
        self._db.close()

    def find(self, keys: Iterable[str]) -> dict[str, Completion]:
        """Return the recorded answers among `keys`; see `ports.Store`."""
        wanted = [bytes.fromhex(key) for key in keys]
        found: dict[str, Completion] = {}
        with self._told():
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                query = f"SELECT key, body FROM answers WHERE key IN ({marks})"  # noqa: S608 (only question marks)
                for key, body in self._db.execute(query, chunk):
                    found[key.hex()] = _unpack(body)
        return found

    def record(self, answers: Sequence[Answer], *, at: datetime) -> None:
        """Keep answers and their ledger rows in one transaction; see `ports.Store`."""
        when = int(at.timestamp())
        rows = [(bytes.fromhex(answer.trial.key), when, _pack(answer.completion)) for answer in answers]
        with self._told(), self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO answers VALUES (?, ?, ?)", rows)
            self._db.executemany("INSERT INTO ledger VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", _ledger(answers, when))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            yield

    def parts(self, trial: str) -> Mapping[str, str] | None:
        """Return the ingredients of the last record of a trial; see `ports.Store`."""
        with self._told():
            query = "SELECT parts FROM ledger WHERE trial = ? ORDER BY id DESC LIMIT 1"
            row = self._db.execute(query, (trial,)).fetchone()
        return json.loads(row[0]) if row else None

    def size(self) -> Size:
        """Return how many answers and paid calls the file holds, and its bytes on disk."""
        with self._told():
            answers = self._db.execute("SELECT count(*) FROM answers").fetchone()[0]
            calls = self._db.execute("SELECT count(*) FROM ledger").fetchone()[0]
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return Size(answers, calls, sum(file.stat().st_size for file in files if file.exists()))

    def prune(self, *, before: datetime) -> int:
        """Forget the answers recorded before a moment, and return how many; the ledger keeps what was paid."""
        with self._told():
            with self._transaction():
                query = "DELETE FROM answers WHERE at < ?"
                gone = self._db.execute(query, (int(before.timestamp()),)).rowcount
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone


def _ledger(answers: Sequence[Answer], when: int) -> Iterator[tuple[int, str, bytes, str, int, int, int | None]]:
    for answer in answers:
        said = answer.completion
        parts = json.dumps(answer.parts, separators=(",", ":"))
        key = bytes.fromhex(answer.trial.key)
        yield when, answer.trial.name, key, parts, said.input_tokens, said.output_tokens, said.cost


def _pack(said: Completion) -> str:
    calls = [[call.name, call.arguments] for call in said.tool_calls]
    used = [said.input_tokens, said.output_tokens, said.cost, said.latency_ms]
    body = [said.text, calls, said.finish_reason, said.fingerprint, *used]
    return json.dumps(body, ensure_ascii=True, separators=(",", ":"))


def _unpack(body: str) -> Completion:
    text, calls, finish, fingerprint, inputs, outputs, cost, latency = json.loads(body)
    made = tuple(ToolCall(name, arguments) for name, arguments in calls)
    return Completion(text, made, finish, inputs, outputs, cost, latency, fingerprint)
