"""What jobs spent, as files that outlive them."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from typing import cast

from harness.content.records import adapter
from harness.core.earlier import LASTING, Before, Record, Spent
from harness.core.errors import ContentError, Origin
from harness.core.json_reader import read_json

RECORD, BEFORE = "harness/spent/1", "harness/before/1"
LARGEST = 1_000_000_000_000
"""Micro-USD of one account, at most: more is no amount that a run spends."""
_DEEPEST = 8


def read_record(data: bytes, path: str) -> Record:
    """Return what a job spent.

    Raises:
        ContentError: It is no such file.
    """
    found = cast("Record", _read(Record, RECORD, data, path))
    _check([Spent(found.attempt, accounts=found.accounts), *found.before.values()], path)
    return found


def read_before(data: bytes, path: str) -> Before:
    """Return what earlier runs spent.

    Raises:
        ContentError: It is no such file.
    """
    found = cast("Before", _read(Before, BEFORE, data, path))
    _check(found.runs.values(), path)
    return found


def write_spending(spending: Record | Before) -> str:
    """Return the text of either file."""
    schema = RECORD if isinstance(spending, Record) else BEFORE
    return json.dumps({"schema": schema, **asdict(spending)}, separators=(",", ":"), sort_keys=True) + "\n"


def _read(record: type, schema: str, data: bytes, path: str) -> object:
    with suppress(ValueError):  # of the text, the JSON or the record
        value = read_json(data.decode(), deepest=_DEEPEST, written=True)
        if isinstance(value, dict) and value.pop("schema", None) == schema:
            return adapter(record).validate_python(value)
    raise _wrong(path)


def _check(spent: Iterable[Spent], path: str) -> None:
    """Refuse amounts by which somebody would get money back, and accounts that no other run shares."""
    for one in spent:
        amounts_hold = all(0 <= amount <= LARGEST for amount in one.accounts.values())
        if not amounts_hold or one.lost < 0 or any(name.split(" ")[0] not in LASTING for name in one.accounts):
            raise _wrong(path)


def _wrong(path: str) -> ContentError:
    hint = "delete it; `harness cache fetch` writes a new one"
    return ContentError("this does not tell what was spent", where=Origin(path), hint=hint)
