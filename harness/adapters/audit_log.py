"""The files of an audit log: only ever added to, begun anew at a size, and mended after a kill."""

import errno
import fcntl
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from harness.core.errors import UnavailableError

FULL = 64 << 20
"""Bytes after which a new file is begun."""
_TAIL = 1 << 16
_NAME = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)(\.[0-9]{12})?\.jsonl")


class Read(NamedTuple):
    """A line of a file, without its end."""

    path: str
    number: int
    data: bytes
    ended: bool


class AuditLog:
    """One environment's log, held by one process."""

    def __init__(self, folder: Path, name: str, *, full: int = FULL) -> None:
        """Open it, and take away a last line that was never written to its end.

        Raises:
            UnavailableError: Another process holds it.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._name, self._full = folder, name, full
        self._path = folder / f"{name}.jsonl"
        self._head = _open(folder / f"{name}.head")
        try:
            fcntl.flock(self._head, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._head)
            raise UnavailableError(f"another process writes {self._path}", hint="end it first") from None
        self.head = os.pread(self._head, 1000, 0)
        """What is said beside it of how far it goes; empty for nothing."""
        self._file = _open(self._path)
        self._size = os.fstat(self._file).st_size
        tail = _tail(self._file)
        whole = tail[: tail.rfind(b"\n") + 1]
        self.mended = len(whole) < len(tail)
        """Whether a part of a line was taken away."""
        if self.mended:
            self._size -= len(tail) - len(whole)
            os.ftruncate(self._file, self._size)
        self.last = _last_line(whole) or self._earlier()
        """The last line of all, without its end; empty for none."""

    def _earlier(self) -> bytes:
        """Return the last line of the file before."""
        files = log_files(self._folder, self._name)[:-1]
        if not files:
            return b""
        with files[-1].open("rb") as stream:
            return _last_line(_tail(stream.fileno()))

    def append(self, line: bytes, number: int) -> None:
        """Add a line with its end, the so-manieth of all; if that fails, nothing of it stays.

        Raises:
            OSError: It cannot be written.
        """
        if self._size + len(line) > self._full and self._size:
            self._begin_anew(number - 1)
        written = os.pwrite(self._file, line, self._size)
        if written < len(line):
            os.ftruncate(self._file, self._size)
            raise OSError(errno.ENOSPC, "no room for a whole line")
        self._size += written

    def _begin_anew(self, number: int) -> None:
        """Put the file aside under the number of its last line, and begin another."""
        os.fdatasync(self._file)
        if self._path.exists():  # it is not where the last attempt ended here
            self._path.rename(self._folder / f"{self._name}.{number:012d}.jsonl")
        fresh = _open(self._path)
        os.close(self._file)
        self._file, self._size = fresh, 0
        self._sync_folder()

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def note(self, head: bytes) -> None:
        """Say beside the log how far it goes.

        Raises:
            OSError: It cannot be written.
        """
        os.pwrite(self._head, head, 0)

    def commit(self, head: bytes) -> Callable[[], None]:
        """Return what makes durable all that was added until now, for another thread to call once; it may raise."""
        file = os.dup(self._file)

        def sync() -> None:
            try:
                os.fdatasync(file)
                self.note(head)
            finally:
                os.close(file)

        return sync

    def close(self) -> None:
        """Let another process have it."""
        os.close(self._file)
        os.close(self._head)


def log_files(folder: Path, name: str = "") -> list[Path]:
    """Return the files of a log, oldest first, and of each log in turn where none is named."""
    found = [(said["name"], path) for path in folder.glob("*.jsonl") if (said := _NAME.fullmatch(path.name))]
    return [path for one, path in sorted(found, key=_age) if not name or one == name]


def _age(found: tuple[str, Path]) -> tuple[str, bool, str]:
    name, path = found
    return name, path.name == f"{name}.jsonl", path.name


def name_of(path: Path) -> str:
    """Return the name of the log that a file belongs to; empty for a file that is named otherwise."""
    said = _NAME.fullmatch(path.name)
    return said["name"] if said else ""


def read_lines(path: Path) -> Iterator[Read]:
    """Yield the lines of a file."""
    with path.open("rb") as stream:
        for number, data in enumerate(stream, start=1):
            yield Read(str(path), number, data.removesuffix(b"\n"), data.endswith(b"\n"))


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _tail(file: int) -> bytes:
    size = os.fstat(file).st_size
    return os.pread(file, _TAIL, max(0, size - _TAIL))


def _last_line(text: bytes) -> bytes:
    return text.removesuffix(b"\n").rpartition(b"\n")[2]
