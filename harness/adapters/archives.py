"""Archives: one file out of a zip, no larger than expected."""

import io
import struct
import zipfile
import zlib
from typing import BinaryIO

from harness.core.errors import ContentError

_CHUNK = 1 << 20
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
