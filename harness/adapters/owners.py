"""Owners: which processes still live, told by file locks that the system frees when a process ends, however it ends."""

import fcntl
import os
import secrets
from pathlib import Path


class Owner:
    """This process's sign of life beside a file: a locked file of its own."""

    def __init__(self, beside: Path) -> None:
        """Lock a new file next to `beside`."""
        self._beside = beside
        self.name = secrets.token_hex(8)
        self._path = _sign(beside, self.name)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def lives(self, name: str) -> bool:
        """Return whether another owner's process is still there; the sign of a dead one is taken away."""
        if name == self.name:
            return True
        path = _sign(self._beside, name)
        try:
            other = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            path.unlink(missing_ok=True)
            return False
        finally:
            os.close(other)

    def close(self) -> None:
        """Take the sign away."""
        self._path.unlink(missing_ok=True)
        os.close(self._file)


def _sign(beside: Path, name: str) -> Path:
    return beside.with_name(f"{beside.name}-owner-{name}")
