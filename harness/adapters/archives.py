"""Archives: one file out of a zip, no larger than expected; and a zip whose bytes its files alone decide."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import BinaryIO

from harness.core.errors import ContentError

_CHUNK = 1 << 20
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, RuntimeError, ValueError)


def unpack(archive: bytes, name: str, to: BinaryIO, *, limit: int) -> None:
    """Write one file of an archive, at most so many bytes of it.

    Raises:
        ContentError: It is not there, is damaged, or is larger.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened, opened.open(name) as file:
            if opened.getinfo(name).compress_type not in _PACKED:
                raise zipfile.BadZipFile  # other packers have faults of their own
            while chunk := file.read(_CHUNK):
                limit -= len(chunk)
                if limit < 0:
                    raise ContentError(f"`{name}` is larger than it may be")
                to.write(chunk)
    except _DAMAGED:
        raise ContentError(f"the archive of `{name}` is damaged") from None


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files: the same bytes on every machine, so nothing is squeezed and no time told."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, data)
    return written.getvalue()


def unpacked(archive: bytes, *, limit: int) -> dict[str, bytes]:
    """Return all files of an archive, at most so many bytes of them.

    Raises:
        ContentError: It is damaged, larger, or has two files of one name.
    """
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            names = opened.namelist()
    except _DAMAGED:
        raise ContentError("this is no archive, or a damaged one") from None
    for name in names:
        to = io.BytesIO()
        unpack(archive, name, to, limit=limit - sum(map(len, found.values())))
        if name in found:
            raise ContentError(f"`{name}` is in the archive twice")
        found[name] = to.getvalue()
    return found
