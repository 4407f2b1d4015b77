"""A place for an application's code, named by its digest: whole, just as it was read, or not there at all."""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def place(files: Mapping[str, bytes], folder: Path) -> None:
    """Let a folder hold these files and no others; one that holds anything else was tampered with, or written into."""
    if _holds(folder, files):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as work:  # mode 0700, like what is in it
        part, old = Path(work, "new"), Path(work, "old")
        for path, data in files.items():
            (part / path).parent.mkdir(parents=True, exist_ok=True)
            (part / path).write_bytes(data)
        part.chmod(0o700)
        with suppress(FileNotFoundError):
            folder.rename(old)
        with suppress(OSError):  # somebody else has placed the same just now
            part.rename(folder)


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return False
    there = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    found = {path.relative_to(folder).as_posix(): path for path in there}
    return found.keys() == files.keys() and all(
        not found[path].is_symlink() and found[path].read_bytes() == data for path, data in files.items()
    )
