"""The store: one SQLite file that is cache, ledger and journal."""

import json
import math
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from zlib import crc32

from harness.adapters import books
from harness.adapters.owners import Owner
from harness.core.completion import Answer, Completion, ToolCall
from harness.core.errors import ContentError, Origin, UnavailableError
from harness.core.ledger import Asked, Claim, Grant, Granted, Settlement

VERSION = 2
"""Of the tables; a file of another version is refused, never migrated by guess."""

_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE answers (
    key BLOB PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL, sum INTEGER NOT NULL
) WITHOUT ROWID;
{books.TABLES}
PRAGMA user_version = {VERSION};
COMMIT;
"""
_CALLED = "coalesce(json_extract(parts, '$.role'), '') <> 'grade'"
"""What of the ledger is a call: a grade is made here, of what models said."""
_BODY = json.JSONEncoder(separators=(",", ":"))


type Kept = tuple[bytes, int, str, int]
"""An answer as it is kept: key, moment, body and checksum."""


class Size(NamedTuple):
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
            with ExitStack() as opened:
                self._db = self._connect(opened)
                self._prepare()
                self._writer = self._connect(opened)
                self._writer.execute("PRAGMA synchronous = FULL")
                self._opened = opened.pop_all()
        self._owner: Owner | None = None
        self._turn = Lock()
        """Held by whichever thread is writing: there is one connection to write through."""

    def _connect(self, opened: ExitStack) -> sqlite3.Connection:
        """Open one of two connections: what is not yet committed by the one is not seen by the other."""
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        opened.callback(db.close)
        return db

    def _prepare(self) -> None:
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, VERSION):
            what = f"made by another version of harness (tables {found}, not {VERSION})"
            raise ContentError(
                what, where=Origin(str(self.path)), hint="move the file away; answers will be asked again"
            )
        self._db.execute("PRAGMA journal_mode = WAL")
        if found == 0:
            self._make()

    def _make(self) -> None:
        """Make the tables, unless another process has just made them."""
        try:
            self._db.executescript(_TABLES)
        except sqlite3.OperationalError:
            self._db.rollback()
            if self._db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                raise

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
        with self._turn:  # a connection must not be closed while another thread writes
            self._opened.close()
        if self._owner:
            self._owner.close()
            self._owner = None

    def find(self, keys: Iterable[str]) -> dict[str, Completion]:
        """Return the recorded answers among `keys`; see `ports.Store`."""
        found: dict[str, Completion] = {}
        with self._told():
            for key, body, checksum in books.rows(
                self._db, "SELECT key, body, sum FROM answers WHERE key IN ({})", keys
            ):
                found[key.hex()] = _checked(key, body, checksum)
        return found

    def known(self, keys: Iterable[str], *, since: datetime) -> set[str]:
        """Return those of `keys` that were answered since a moment; see `ports.Store`."""
        with self._told():
            dated = books.rows(self._db, "SELECT key, at FROM answers WHERE key IN ({})", keys)
            return {key.hex() for key, at in dated if at >= since.timestamp()}

    def forget(self, keys: Iterable[str], *, before: datetime | None = None) -> None:
        """Forget the answers among `keys`, or those before a moment; see `ports.Store`."""
        when = math.ceil(before.timestamp()) if before else math.inf
        with self._told():
            dated = books.rows(self._db, "SELECT key, at FROM answers WHERE key IN ({})", keys)
            if old := [(key,) for key, at in dated if at < when]:
                with self._transaction():
                    self._writer.executemany("DELETE FROM answers WHERE key = ?", old)

    def record(self, answers: Sequence[Answer], *, at: datetime) -> None:
        """Keep answers and their ledger rows in one transaction; see `ports.Store`."""
        when = int(at.timestamp())
        with self._told(), self._transaction():
            self._keep(answers, when)
            settled = [Settlement(answer.trial.key, answer.trial.name, answer=answer) for answer in answers]
            books.enter(self._writer, settled, when)

    def commit(
        self, done: Sequence[Settlement], wanted: Sequence[Claim], *, limits: Mapping[str, int], at: datetime
    ) -> list[Granted]:
        """End claims, then make new ones, all in one transaction; see `ports.Store`."""
        when = int(at.timestamp())
        with self._told(), self._transaction():
            self._keep([item.answer for item in done if item.answer], when)
            page = books.Page(self._writer, when)
            page.settle(done)
            if wanted and self._owner is None:
                self._owner = Owner(self.path)
                self._bury(page)
            page.look(wanted)
            granted = [self._claim(page, item, limits) for item in wanted]
            page.close()
        return granted

    def _keep(self, answers: Sequence[Answer], when: int) -> None:
        bodies = ((answer.trial.key, _pack(answer.completion)) for answer in answers)
        rows = [(bytes.fromhex(key), when, body, crc32(body.encode())) for key, body in bodies]
        self._writer.executemany("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?)", rows)

    def _claim(self, page: books.Page, wanted: Claim, limits: Mapping[str, int]) -> Granted:
        name = self._owner.name if self._owner else ""
        said = page.claim(wanted, limits, name)
        if isinstance(said, str) and self._owner and said != name and not self._owner.lives(said):
            page.bury(said)
            said = page.claim(wanted, limits, name)
        if isinstance(said, Granted) and said.held:
            self._bury(page)  # what the dead hold would be waited for in vain
            said = page.claim(wanted, limits, name)
        return Granted(Grant.TAKEN) if isinstance(said, str) else said

    def _bury(self, page: books.Page) -> None:
        for name in books.owners(self._writer):
            if self._owner and not self._owner.lives(name):
                page.bury(name)

    def spent(self, accounts: Iterable[str]) -> dict[str, int]:
        """Return what accounts have spent and hold; see `ports.Store`."""
        with self._told():
            return books.spent(self._db, accounts)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._turn:
            self._writer.execute("BEGIN IMMEDIATE")
            with self._writer:
                yield

    def lasting(self, kinds: Collection[str]) -> dict[str, int]:
        """Return what accounts of some kinds have spent and hold, in micro-USD; a kind is the first word of a name."""
        with self._told():
            rows = self._db.execute("SELECT name, spent + held FROM accounts").fetchall()
        return {name: amount for name, amount in rows if name.split(" ")[0] in kinds}

    def kept(self) -> list[Kept]:
        """Return all answers as they are kept, each checked."""
        with self._told():
            rows = self._db.execute("SELECT key, at, body, sum FROM answers").fetchall()
            for key, _, body, checksum in rows:
                _checked(key, body, checksum)
        return rows

    def adopt(self, answers: Sequence[Kept]) -> int:
        """Take over the answers of another store, as old as they are there, and return how many were new."""
        with self._told(), self._transaction():
            return self._writer.executemany("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?)", answers).rowcount

    def parts(self, trial: str) -> Mapping[str, str] | None:
        """Return the ingredients of the last record of a trial; see `ports.Store`."""
        with self._told():
            query = "SELECT parts FROM ledger WHERE trial = ? ORDER BY id DESC LIMIT 1"
            row = self._db.execute(query, (trial,)).fetchone()
        return json.loads(row[0]) if row else None

    def trials(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the name under which each of some answers was last asked for."""
        wanted = set(keys)
        with self._told():
            rows = self._db.execute("SELECT key, trial FROM ledger ORDER BY id")
            return {key.hex(): trial for key, trial in rows if key.hex() in wanted}

    def size(self) -> Size:
        """Return how many answers and paid calls the file holds, and its bytes on disk."""
        with self._told():
            answers = self._db.execute("SELECT count(*) FROM answers").fetchone()[0]
            calls = self._db.execute(f"SELECT count(*) FROM ledger WHERE {_CALLED}").fetchone()[0]  # noqa: S608
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return Size(answers, calls, sum(file.stat().st_size for file in files if file.exists()))

    def asked(self) -> list[Asked]:
        """Return what the ledger holds by role and purpose: a prompt's own calls where nothing else is said."""
        role = "coalesce(json_extract(parts, '$.role'), 'target')"
        purpose = "coalesce(json_extract(parts, '$.purpose'), substr(trial, 1, instr(trial, '/') - 1))"
        sums = "count(*), sum(input_tokens), sum(output_tokens), sum(coalesce(cost, 0))"
        query = f"SELECT {role}, {purpose}, {sums} FROM ledger WHERE {_CALLED} GROUP BY 1, 2 ORDER BY 1, 2"  # noqa: S608
        with self._told():
            return [Asked(*row) for row in self._db.execute(query)]

    def prune(self, *, before: datetime) -> int:
        """Forget the answers recorded before a moment, and return how many; the ledger keeps what was paid."""
        with self._told():
            with self._transaction():
                query = "DELETE FROM answers WHERE at < ?"
                # Moments are kept in whole seconds: the second that has begun is over for whoever asks.
                gone = self._writer.execute(query, (math.ceil(before.timestamp()),)).rowcount
            self._writer.execute("VACUUM")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone


def _checked(key: bytes, body: str, checksum: int) -> Completion:
    if crc32(body.encode()) != checksum:
        raise sqlite3.DatabaseError(f"the answer {key.hex()[:12]} is not what was written")
    return _unpack(body)


def _pack(said: Completion) -> str:
    calls = [[call.name, call.arguments] for call in said.tool_calls]
    used = [said.input_tokens, said.output_tokens, said.cost, said.latency_ms]
    rest = [said.model, said.metered, *([said.logprobs] if said.logprobs is not None else [])]
    body = [said.text, calls, said.finish_reason, *used, said.fingerprint, *rest]
    return _BODY.encode(body)


def _unpack(body: str) -> Completion:
    text, calls, *rest = json.loads(body)
    return Completion(text, tuple(ToolCall(name, arguments) for name, arguments in calls), *rest)
