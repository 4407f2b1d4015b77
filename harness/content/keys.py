"""A gateway's keys file: names, roles and hashes; no error repeats a key that somebody wrote into it."""

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from harness.content.records import build
from harness.content.yaml_reader import read_yaml
from harness.core.access import PREFIX, Key, Role
from harness.core.errors import ContentError

_KEY = re.compile(rf"{PREFIX}[\w-]{{8,}}")


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One entry of `keys:`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    role: Role
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class KeysFile:
    """A keys file, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    keys: Annotated[tuple[KeyEntry, ...], Field(min_length=1)]


def read_keys(data: bytes, path: str) -> tuple[Key, ...]:
    """Return the keys of a file.

    Raises:
        ContentError: With file, line and a hint.
    """
    try:
        return _read(data, path)
    except ContentError as error:
        hidden = (_KEY.sub("***", text) for text in (error.what, error.hint))
        raise ContentError(next(hidden), where=error.where, hint=next(hidden)) from None


def _read(data: bytes, path: str) -> tuple[Key, ...]:
    document = read_yaml(data, path)
    file = build(KeysFile, document.value, document.origin)
    seen: set[str] = set()
    for at, entry in enumerate(file.keys):
        for key, value in (("name", entry.name), ("sha256", entry.sha256)):
            if value in seen:
                what = f"a second key with the same {key}"
                raise ContentError(what, where=document.origin(("keys", at, key)), hint="delete one of the two")
            seen.add(value)
    return tuple(Key(entry.name, entry.role, entry.sha256) for entry in file.keys)


def entry_of(key: Key) -> str:
    """Return the line that adds a key to a file."""
    return f"  - {{name: {key.name}, role: {key.role}, sha256: {key.sha256}}}\n"
