"""The working tree as a workspace: plain files only, nothing outside the folder."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from harness.adapters.vault import leads_into_cache
from harness.core.errors import ContentError, Origin


class Folder:
    """Files below a folder; symbolic links are refused, not followed."""

    def __init__(self, root: Path, label: str = "working tree") -> None:
        """Open a folder; nothing is read yet."""
        self.root = root
        self.label = label

    def paths(self, folder: str) -> Sequence[str]:
        """Return the files below a folder, sorted; see `ports.Workspace`."""
        path = folder.rstrip("/")
        self._refuse_links(path)
        return sorted(self._walk(path))

    def _refuse_links(self, path: str) -> None:
        """Refuse a path that a symbolic link leads to or through: its bytes would not be where its name is."""
        for part in (path, *map(str, PurePosixPath(path).parents)):
            if (self.root / part).is_symlink() and part != ".":
                raise ContentError("a symbolic link", where=Origin(part), hint="put the file itself here")

    def _walk(self, folder: str) -> Iterator[str]:
        try:
            entries = list(os.scandir(self.root / folder))
        except FileNotFoundError:
            return
        except NotADirectoryError:
            raise ContentError("a folder is expected here", where=Origin(folder)) from None
        if any(entry.name == ".git" for entry in entries):
            raise ContentError("not a plain file", where=Origin(folder), hint="put the files here, not a submodule")
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if entry.is_symlink() and not leads_into_cache(self.root, path):
                raise ContentError("a symbolic link", where=Origin(path), hint="put the file itself here")
            if entry.is_dir():
                if entry.name not in {"__pycache__", ".ipynb_checkpoints"}:
                    yield from self._walk(path)
            elif not entry.name.startswith(".") and not entry.name.endswith("~"):
                yield readable(path)

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
        self._refuse_links(path)
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


def readable(path: str) -> str:
    """Return a path as it is, or refuse one whose bytes are no text: reports and digests could not name it."""
    data = path.encode("utf-8", "surrogateescape")
    shown = data.decode("utf-8", "backslashreplace")
    if shown.encode() != data:
        raise ContentError("its name is not UTF-8", where=Origin(shown), hint="rename it")
    return path
