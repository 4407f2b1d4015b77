"""The books: claims, accounts and ledger as SQL, inside a transaction of the caller's."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from harness.core.ledger import Claim, Grant, Granted, Settlement

TABLES = """
CREATE TABLE payers (id INTEGER PRIMARY KEY, accounts TEXT NOT NULL UNIQUE);
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, trial TEXT NOT NULL, key BLOB NOT NULL, parts TEXT NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost INTEGER, payers INTEGER, unknown INTEGER
);
CREATE INDEX ledger_trial ON ledger (trial);
CREATE TABLE claims (
    key BLOB PRIMARY KEY, owner TEXT NOT NULL, trial TEXT NOT NULL, amount INTEGER NOT NULL, payers INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE accounts (name TEXT PRIMARY KEY, spent INTEGER NOT NULL, held INTEGER NOT NULL) WITHOUT ROWID;
"""
ENTER = "INSERT INTO ledger VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
CHUNK = 500
"""Keys that one statement names at most."""

_PARTS = json.JSONEncoder(separators=(",", ":"))


class Page:
    """One transaction's part of the books; what it changes is written when it closes, each account once."""

    def __init__(self, db: sqlite3.Connection, at: int) -> None:
        """Begin at a moment, with a transaction open."""
        self._db = db
        self._at = at
        self._changes: dict[str, tuple[int, int]] = {}
        self._numbers: dict[tuple[str, ...], int] = {}
        self._accounts: dict[int | None, list[str]] = {None: []}
        self._answered: set[bytes] = set()
        self._owners: dict[bytes, str] = {}
        self._claims: list[tuple[bytes, str, str, int, int]] = []

    def settle(self, done: Sequence[Settlement]) -> None:
        """End claims: free what they held, and book what they cost."""
        ended: dict[bytes, tuple[int, int]] = {}
        for key, amount, payers in rows(
            self._db, "DELETE FROM claims WHERE key IN ({}) RETURNING key, amount, payers", [item.key for item in done]
        ):
            ended[key] = (amount, payers)
        entries: list[tuple[object, ...]] = []
        for item in done:
            amount, payers = ended.pop(bytes.fromhex(item.key), (0, None))
            self._book(self._paying(payers), spent=item.cost, held=-amount)
            if item.answer or item.unknown:
                entries.append(_entry(item, self._at, payers))
        self._db.executemany(ENTER, entries)

    def look(self, wanted: Sequence[Claim]) -> None:
        """Learn which trials are answered or claimed by now."""
        keys = [item.key for item in wanted]
        self._answered.update(key for (key,) in rows(self._db, "SELECT key FROM answers WHERE key IN ({})", keys))
        self._owners.update(rows(self._db, "SELECT key, owner FROM claims WHERE key IN ({})", keys))

    def claim(self, wanted: Claim, limits: Mapping[str, int], owner: str) -> Granted | str:
        """Set a call's worst cost aside in every account, or in none.

        Args:
            wanted: The call, which was looked up.
            limits: What each account may spend, in micro-USD; an account without one is only counted.
            owner: Whose claim it becomes.

        Returns:
            What became of it, or the owner who holds the trial already.
        """
        key = bytes.fromhex(wanted.key)
        if key in self._answered:
            return Granted(Grant.ANSWERED)
        if key in self._owners:
            return self._owners[key]
        for name in wanted.accounts:
            if name in limits:
                spent, held = self._balance(name)
                if spent + held + wanted.amount > limits[name]:
                    return Granted(Grant.OVER, name, held)
        self._book(wanted.accounts, spent=0, held=wanted.amount)
        self._owners[key] = owner
        self._claims.append((key, owner, wanted.trial, wanted.amount, self._number(wanted.accounts)))
        return Granted(Grant.GRANTED)

    def bury(self, owner: str) -> None:
        """Settle what a dead owner left at its full reservation: nobody knows whether it was billed."""
        query = "SELECT key, trial, amount FROM claims WHERE owner = ?"
        left = self._db.execute(query, (owner,)).fetchall()
        self.settle([Settlement(key.hex(), trial, amount, unknown=True) for key, trial, amount in left])
        for key, _, _ in left:
            self._owners.pop(key, None)

    def close(self) -> None:
        """Write the new claims, and what has become of the accounts."""
        self._db.executemany("INSERT INTO claims VALUES (?, ?, ?, ?, ?)", self._claims)
        query = "INSERT INTO accounts VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        query += "spent = spent + excluded.spent, held = held + excluded.held"
        self._db.executemany(query, [(name, *change) for name, change in self._changes.items()])

    def _balance(self, name: str) -> tuple[int, int]:
        spent, held = balance(self._db, name)
        more = self._changes.get(name, (0, 0))
        return spent + more[0], held + more[1]

    def _book(self, accounts: Iterable[str], *, spent: int, held: int) -> None:
        for name in accounts:
            before = self._changes.get(name, (0, 0))
            self._changes[name] = (before[0] + spent, before[1] + held)

    def _number(self, accounts: tuple[str, ...]) -> int:
        """Return the number under which a set of accounts is kept, so that a row of the ledger stays short."""
        if accounts not in self._numbers:
            names = json.dumps(accounts)
            found = self._db.execute("SELECT id FROM payers WHERE accounts = ?", (names,)).fetchone()
            new = "INSERT INTO payers (accounts) VALUES (?) RETURNING id"
            self._numbers[accounts] = (found or self._db.execute(new, (names,)).fetchone())[0]
        return self._numbers[accounts]

    def _paying(self, payers: int | None) -> list[str]:
        if payers not in self._accounts:
            found = self._db.execute("SELECT accounts FROM payers WHERE id = ?", (payers,)).fetchone()
            self._accounts[payers] = json.loads(found[0])
        return self._accounts[payers]


def rows(db: sqlite3.Connection, query: str, keys: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """Yield what a query finds for keys, which take the place of its braces."""
    for some in batched(keys, CHUNK):
        marks = ",".join("?" * len(some))
        yield from db.execute(query.format(marks), [bytes.fromhex(key) for key in some]).fetchall()


def enter(db: sqlite3.Connection, done: Iterable[Settlement], at: int) -> None:
    """Write rows of the ledger that nobody claimed."""
    db.executemany(ENTER, [_entry(item, at, None) for item in done])


def _entry(done: Settlement, at: int, payers: int | None) -> tuple[object, ...]:
    said = done.answer.completion if done.answer else None
    parts = _PARTS.encode(done.answer.parts if done.answer else {})
    used = (said.input_tokens, said.output_tokens, said.cost) if said else (0, 0, done.cost)
    return (at, done.trial, bytes.fromhex(done.key), parts, *used, payers, int(done.unknown))


def owners(db: sqlite3.Connection) -> list[str]:
    """Return everybody who holds a claim."""
    return [str(name) for (name,) in db.execute("SELECT DISTINCT owner FROM claims")]


def spent(db: sqlite3.Connection, accounts: Iterable[str]) -> dict[str, int]:
    """Return what accounts have spent and hold, in micro-USD."""
    return {name: sum(balance(db, name)) for name in accounts}


def balance(db: sqlite3.Connection, name: str) -> tuple[int, int]:
    """Return what an account has spent, and what it holds, in micro-USD."""
    row = db.execute("SELECT spent, held FROM accounts WHERE name = ?", (name,)).fetchone()
    return row or (0, 0)
