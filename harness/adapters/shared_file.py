"""A file that several people change at once: one after the other, and whole or not at all however the change ends."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from harness.core.errors import Origin, UnavailableError


class SharedFile:
    """See the module; it need not be there yet."""

    def __init__(self, path: Path, name: str, lock: Path) -> None:
        """Name the file.

        Args:
            path: Where it is.
            name: What errors call it.
            lock: A file that stays, and is locked while this one is changed.
        """
        self._path = path
        self._name = name
        self._lock = lock

    def change(self, change: Callable[[bytes], bytes]) -> bool:
        """Write what a change makes of the file, and return whether that is anything else; empty is no file.

        Raises:
            UnavailableError: It cannot be written; it is as it was.
        """
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            with self._lock.open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                before = self._path.read_bytes() if self._path.exists() else b""
                after = change(before)
                if not after:
                    self._path.unlink(missing_ok=True)
                elif after != before:
                    self._write(after)
        except OSError as error:
            what = f"nothing more can be written: {error.strerror}"
            hint = "check that it is yours, and that the disk has room; what was written before is kept"
            raise UnavailableError(what, where=Origin(self._name), hint=hint) from None
        return after != before

    def _write(self, data: bytes) -> None:
        part = self._path.with_name(f".{self._path.name}.part")
        try:
            with part.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(self._path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
