"""The keys of a gateway: made, shown once, and known by their hashes from then on."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from harness.adapters.dice import secret
from harness.content.keys import entry_of, read_keys
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.access import PREFIX, Key, Role
from harness.core.errors import ContentError, HarnessError, Origin, UsageError

_HEAD = "# Who may ask a gateway, by `harness keys new`; whose line is deleted may ask no more.\nkeys:\n"


def hash_of(token: str) -> str:
    """Return the hash by which a key is known; of what no key can be, too."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def new_key(file: Path, name: str, role: Role) -> str:
    """Add a key to a file, which need not be there yet, and return it: nobody can read it again.

    Raises:
        ContentError: The file is wrong, or the name is, or is taken.
    """
    token = f"{PREFIX}{secret()}"
    entry = entry_of(Key(name, role, hash_of(token)))
    before = _read(file) if file.exists() else _HEAD.encode()
    if file.exists():
        read_keys(before, str(file))  # a fault that was there is told as one
    after = before + b"\n" * (not before.endswith(b"\n")) + entry.encode()
    read_keys(after, str(file))
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(after)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
    return token


def _read(file: Path) -> bytes:
    """Return a file's bytes."""
    try:
        with file.open("rb") as stream:
            data = stream.read(FILE_LIMIT + 1)
    except OSError as error:
        hint = "make one by `harness keys new NAME --role app`"
        raise UsageError(f"{file} cannot be read: {error.strerror}", hint=hint) from None
    if len(data) > FILE_LIMIT:
        raise ContentError(f"longer than {FILE_LIMIT:,} bytes", where=Origin(str(file)))
    return data


class Keyring:
    """The keys of a file, read again when it changes; a file that is broken meanwhile changes nothing, and is told."""

    def __init__(self, file: Path, tell: Callable[[str], None]) -> None:
        """Read the keys.

        Raises:
            HarnessError: They cannot be read.
        """
        self._file = file
        self._tell = tell
        self._seen = _state(file)
        self._keys = self._load()

    def _load(self) -> dict[str, Key]:
        return {key.sha256: key for key in read_keys(_read(self._file), str(self._file))}

    def look(self) -> None:
        """Read the file again if it changed."""
        state = _state(self._file)
        if state == self._seen:
            return
        self._seen = state
        try:
            self._keys = self._load()
        except HarnessError as error:
            self._tell(f"keeping the keys as they were: {error.where or self._file}: {error.what}")
        else:
            self._tell(f"keys read again: {len(self._keys)}")

    def find(self, token: str) -> Key | None:
        """Return whose key this is; how long that takes tells of a hash alone, which leads nobody to a key."""
        return self._keys.get(hash_of(token))


def _state(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
