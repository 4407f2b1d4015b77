"""Archives: one file, whole, and no larger than it may be."""

import io
import zipfile

import pytest

from harness.adapters.archives import unpack
from harness.core.errors import ContentError

ZEROS = b"0" * 5_000_000


def archive(**files: bytes) -> bytes:
    """Return an archive of some files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return written.getvalue()


def unpacked(data: bytes, *, limit: int = len(ZEROS)) -> bytes:
    """Return the file `wanted`."""
    found = io.BytesIO()
    unpack(data, "wanted", found, limit=limit)
    return found.getvalue()


class TestAnArchive:
    def test_gives_the_file_that_is_wanted(self) -> None:
        """And leaves the others where they are."""
        assert unpacked(archive(wanted=ZEROS, other=b"1")) == ZEROS

    def test_that_grows_beyond_its_limit_is_refused(self) -> None:
        """Five kilobytes may hold five megabytes, or as many gigabytes."""
        packed = archive(wanted=ZEROS)

        with pytest.raises(ContentError, match="`wanted` is larger than it may be"):
            unpacked(packed, limit=len(ZEROS) - 1)

        assert len(packed) < 10_000

    @pytest.mark.parametrize(
        "data", [b"", archive(other=b"1"), archive(wanted=ZEROS)[:-1]], ids=["nothing", "another file", "cut off"]
    )
    def test_that_is_damaged_is_refused(self, data: bytes) -> None:
        """Whatever is wrong with it."""
        with pytest.raises(ContentError, match="the archive of `wanted` is damaged"):
            unpacked(data)

    def test_of_which_a_byte_is_changed_gives_the_file_or_nothing(self) -> None:
        """Any byte, to any of four others: some matter to nobody."""
        data, text = archive(wanted=b"abc"), b"abc"
        refused = 0

        for place in range(len(data)):
            for flip in (1, 2, 128, 255):
                try:
                    assert unpacked(data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]) == text
                except ContentError:
                    refused += 1

        assert refused > len(data)
