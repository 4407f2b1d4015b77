"""The books: claims, accounts and ledger as SQL, each function inside a transaction of its caller's."""

import json
import sqlite3
from collections.abc import Iterable, Mapping

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


def claim(db: sqlite3.Connection, wanted: Claim, limits: Mapping[str, int], owner: str) -> Granted | str:
    """Set a call's worst cost aside in every account, or in none.

    Args:
        db: With a transaction open.
        wanted: The call.
        limits: What each account may spend, in micro-USD; an account without one is only counted.
        owner: Whose claim it becomes.

    Returns:
        What became of it, or the owner who holds the trial already.
    """
    key = bytes.fromhex(wanted.key)
    if db.execute("SELECT 1 FROM answers WHERE key = ?", (key,)).fetchone():
        return Granted(Grant.ANSWERED)
    if row := db.execute("SELECT owner FROM claims WHERE key = ?", (key,)).fetchone():
        return str(row[0])
    for name in wanted.accounts:
        if name in limits:
            spent, held = _balance(db, name)
            if spent + held + wanted.amount > limits[name]:
                return Granted(Grant.OVER, name, held)
    _book(db, wanted.accounts, spent=0, held=wanted.amount)
    row = (key, owner, wanted.trial, wanted.amount, _payers(db, wanted.accounts))
    db.execute("INSERT INTO claims VALUES (?, ?, ?, ?, ?)", row)
    return Granted(Grant.GRANTED)


def settle(db: sqlite3.Connection, done: Settlement, at: int) -> None:
    """End a claim: free what it held, and book what it cost."""
    key = bytes.fromhex(done.key)
    row = db.execute("DELETE FROM claims WHERE key = ? RETURNING amount, payers", (key,)).fetchone()
    amount, payers = row or (0, None)
    accounts = _accounts(db, payers)
    _book(db, accounts, spent=done.cost, held=-amount)
    if done.answer or done.unknown:
        enter(db, done, at, payers)


def enter(db: sqlite3.Connection, done: Settlement, at: int, payers: int | None = None) -> None:
    """Write one row of the ledger."""
    said = done.answer.completion if done.answer else None
    parts = json.dumps(done.answer.parts if done.answer else {}, separators=(",", ":"))
    used = (said.input_tokens, said.output_tokens, said.cost) if said else (0, 0, done.cost)
    row = (at, done.trial, bytes.fromhex(done.key), parts, *used, payers, int(done.unknown))
    db.execute("INSERT INTO ledger VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def owners(db: sqlite3.Connection) -> list[str]:
    """Return everybody who holds a claim."""
    return [str(name) for (name,) in db.execute("SELECT DISTINCT owner FROM claims")]


def bury(db: sqlite3.Connection, owner: str, at: int) -> None:
    """Settle what a dead owner left at its full reservation: nobody knows whether it was billed."""
    for key, trial, amount in db.execute("SELECT key, trial, amount FROM claims WHERE owner = ?", (owner,)).fetchall():
        settle(db, Settlement(key.hex(), trial, amount, unknown=True), at)


def spent(db: sqlite3.Connection, accounts: Iterable[str]) -> dict[str, int]:
    """Return what accounts have spent and hold, in micro-USD."""
    return {name: sum(_balance(db, name)) for name in accounts}


def _balance(db: sqlite3.Connection, name: str) -> tuple[int, int]:
    row = db.execute("SELECT spent, held FROM accounts WHERE name = ?", (name,)).fetchone()
    return row or (0, 0)


def _book(db: sqlite3.Connection, accounts: Iterable[str], *, spent: int, held: int) -> None:
    query = "INSERT INTO accounts VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
    query += "spent = spent + excluded.spent, held = held + excluded.held"
    db.executemany(query, [(name, spent, held) for name in accounts])


def _payers(db: sqlite3.Connection, accounts: tuple[str, ...]) -> int:
    """Return the number under which a set of accounts is kept, so that a row of the ledger stays short."""
    names = json.dumps(accounts)
    db.execute("INSERT OR IGNORE INTO payers (accounts) VALUES (?)", (names,))
    return int(db.execute("SELECT id FROM payers WHERE accounts = ?", (names,)).fetchone()[0])


def _accounts(db: sqlite3.Connection, payers: int | None) -> list[str]:
    if payers is None:
        return []
    return list(json.loads(db.execute("SELECT accounts FROM payers WHERE id = ?", (payers,)).fetchone()[0]))
