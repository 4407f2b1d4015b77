"""The working tree as a workspace: plain files only, nothing outside the folder."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from harness.core.errors import ContentError, Origin


class Folder:
    """Files below a folder; symbolic links are refused, not followed."""

    def __init__(self, root: Path, label: str = "working tree") -> None:
        """Open a folder; nothing is read yet."""
        self.root = root
        self.label = label

    def paths(self, folder: str) -> Sequence[str]:
        """Return the files below a folder, sorted; see `ports.Workspace`."""
        return sorted(self._walk(folder.rstrip("/")))

    def _walk(self, folder: str) -> Iterator[str]:
        try:
            entries = list(os.scandir(self.root / folder))
        except FileNotFoundError:
            return
        except NotADirectoryError:
            raise ContentError("a folder is expected here", where=Origin(folder)) from None
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if entry.is_symlink():
                raise ContentError("a symbolic link", where=Origin(path), hint="put the file itself here")
            if entry.is_dir():
                if entry.name not in {"__pycache__", ".ipynb_checkpoints"}:
                    yield from self._walk(path)
            elif not entry.name.startswith(".") and not entry.name.endswith("~"):
                yield path

    def read(self, path: str, *, limit: int) -> bytes:
        """Return a file's bytes; see `ports.Workspace`."""
        with self.open(path) as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise ContentError(f"longer than {limit:,} bytes", where=Origin(path))
        return data

    def open(self, path: str) -> BinaryIO:
        """Open a plain file below the root; see `ports.Workspace`."""
        full = self.root / path
        try:
            real = full.resolve(strict=True)
        except OSError:
            raise FileNotFoundError(path) from None
        if not real.is_relative_to(self.root.resolve()):
            raise ContentError("leads out of the repository", where=Origin(path))
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            handle = os.open(full, flags)
        except OSError as error:
            raise ContentError(f"cannot be read: {error.strerror}", where=Origin(path)) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise ContentError("not a plain file", where=Origin(path))
        return os.fdopen(handle, "rb")

    def fingerprint(self, path: str) -> str:
        """Return git's name for a file's bytes, so that it compares with a commit's; see `ports.Workspace`."""
        try:
            with self.open(path) as stream:
                size = os.fstat(stream.fileno()).st_size
                seen = hashlib.sha1(b"blob %d\x00" % size, usedforsecurity=False)
                while chunk := stream.read(1 << 20):
                    seen.update(chunk)
        except FileNotFoundError:
            return ""
        return seen.hexdigest()
