"""Files of one JSON object a line, streamed: each fault at its line."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO

from harness.content.yaml_reader import refuse_conflict
from harness.core.errors import ContentError, Origin
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json

LINE_LIMIT = 1_000_000
"""Bytes of the longest line that is read."""
NESTING_LIMIT = 64


def read_lines(stream: BinaryIO, path: str, noun: str) -> Iterator[tuple[Json, Origin]]:
    """Yield each line's value and where it stands.

    Args:
        stream: The file's bytes.
        path: For errors.
        noun: What a line is called, with its article: `a case`.

    Raises:
        ContentError: A line is empty, too long or no JSON; with its number. An empty file is an error too.
    """
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM_UTF8)
        where = Origin(path, number)
        yield read_line(line, where, written=True), where
    if number == 0:
        raise ContentError(f"an evalset without {noun}", where=Origin(path), hint=f"add {noun}, or delete the file")


def read_line(line: bytes, where: Origin, *, written: bool) -> Json:
    """Return the value of one line.

    Args:
        line: Its bytes.
        where: For errors.
        written: As of `read_json`.

    Raises:
        ContentError: It is empty, too long or no JSON.
    """
    if len(line) > LINE_LIMIT:
        raise ContentError(f"a line longer than {LINE_LIMIT:,} bytes", where=where, hint="cut long texts")
    if not line.strip():
        raise ContentError("an empty line", where=where, hint="one JSON object a line")
    if b"\x00" in line:
        raise ContentError("a NUL byte in the line", where=where, hint="remove it")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise ContentError("not UTF-8 text", where=where, hint="save the file as UTF-8") from None
    try:
        return read_json(text, deepest=NESTING_LIMIT, written=written)
    except NotJsonError as error:
        refuse_conflict(line, where)
        raise ContentError(f"not valid JSON: {error}", where=where, hint="one JSON object a line") from None
