"""The audit log as a chain: each line carries the digest of the one before, so that no line can be changed alone.

Whoever may write the folder can write a whole new chain, and its head with it. That is found only by a head that was
noted elsewhere.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from harness.core.errors import Origin
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.words import count

START = "0" * 64
"""What the first line carries."""
LONGEST = 16_384
"""Bytes of a line that is read."""
BEGIN = "begin"
"""What a gateway writes first, with what it found of the lines before."""
_DEEPEST = 4
_HEAD = re.compile(rb"([0-9]{16}) ([0-9a-f]{64})\n")
_WRITE = json.JSONEncoder(separators=(",", ":")).encode


class Head(NamedTuple):
    """How far a chain goes."""

    lines: int = 0
    digest: str = START
    """Of its last line."""


def line_after(head: Head, event: Mapping[str, Json]) -> tuple[bytes, Head]:
    """Return the line that comes next, and how far the chain goes with it."""
    data = _WRITE({"n": head.lines + 1, **event, "before": head.digest}).encode()
    return data + b"\n", Head(head.lines + 1, hashlib.sha256(data).hexdigest())


def as_head(head: Head) -> bytes:
    """Return the file beside the log, always as long, so that it is written over in one piece."""
    return b"%016d %s\n" % (head.lines, head.digest.encode())


def read_head(data: bytes) -> Head | None:
    """Return how far the log goes at least; None where that cannot be read."""
    found = _HEAD.fullmatch(data)
    return Head(int(found[1]), found[2].decode()) if found else None


class Line(NamedTuple):
    """A line of a file, without its end."""

    where: Origin
    data: bytes
    ended: bool = True
    """Whether its end is there; only the last one of a file may lack it."""


class Fault(NamedTuple):
    """Something that nobody who only adds lines can have done."""

    where: Origin
    what: str


class Survey(NamedTuple):
    """What became of a chain."""

    first: int
    """The number of the first line; above 1 where earlier files are not here."""
    head: Head
    faults: tuple[Fault, ...] = ()
    torn: Origin | None = None
    """A last line that was never written to its end: its process was killed."""


def head_of(data: bytes) -> Head | None:
    """Return how far a chain goes whose last line this is; None for what is no line of an audit log."""
    said = _read(data)
    return Head(said[0], hashlib.sha256(data).hexdigest()) if said else None


def survey(lines: Iterable[Line], head: Head | None, noted: str = "") -> Survey:
    """Return what became of a chain.

    Args:
        lines: All that is there, oldest first.
        head: How far it went at least, by the file beside it; None where that is not known.
        noted: A digest that somebody kept elsewhere; empty for none.
    """
    chain = _Chain()
    for line in lines:
        chain.add(line, head)
        chain.noted = chain.noted or chain.last.digest == noted
    faults = chain.faults
    if head and head.lines > chain.last.lines:
        missing = head.lines - chain.last.lines
        faults.append(
            Fault(chain.where, f"{count(missing, 'line')} missing at the end: the head knows line {head.lines}")
        )
    if noted and not chain.noted:
        faults.append(Fault(chain.where, f"no line has the digest {noted}: what was noted is not of this log"))
    return Survey(chain.first, chain.last, tuple(faults), chain.torn)


class _Chain:
    """A chain while it is read."""

    def __init__(self) -> None:
        self.first = 0
        self.last = Head()
        self.where = Origin("the audit log")
        self.faults: list[Fault] = []
        self.torn: Origin | None = None
        self.noted = False
        self._told = False
        """Whether the last line was found to be wrong already."""

    def add(self, line: Line, head: Head | None) -> None:
        """Read the next line."""
        if self.torn:
            self.faults.append(Fault(self.torn, "it was cut, and lines follow"))
            self.torn = None
        if not line.ended:
            self.torn = line.where
            return
        said, digest = _read(line.data), hashlib.sha256(line.data).hexdigest()
        if said is None:
            self._fault(line.where, "it is no line of an audit log")
            self.last, self.where, self._told = Head(self.last.lines + 1, digest), line.where, True
            return
        number, before, event = said
        if not self.first:
            self.first = number
        self._follows(line.where, number, before)
        self.last, self.where, self._told = Head(number, digest), line.where, False
        if found := _found_at_start(event):
            self._fault(line.where, found)
        if head and number == head.lines and digest != head.digest:
            self._fault(line.where, "it was changed after it was written: the head carries another digest of it")
            self._told = True

    def _follows(self, where: Origin, number: int, before: str) -> None:
        """Hold a line against the one before."""
        if number != self.last.lines + 1 and (self.last.lines or number < 1):
            if number > self.last.lines:
                missing = number - self.last.lines - 1
                self._fault(where, f"{count(missing, 'line')} missing before it: {number} follows {self.last.lines}")
            else:
                self._fault(where, f"it is out of its place: {number} follows {self.last.lines}")
        elif number == 1 and before != START:
            self._fault(where, "it says it is the first, and carries the digest of another")
        elif self.last.lines and before != self.last.digest and not self._told:
            self._fault(self.where, "it was changed after it was written: the next line carries another digest of it")

    def _fault(self, where: Origin, what: str) -> None:
        self.faults.append(Fault(where, what))


def _read(data: bytes) -> tuple[int, str, Mapping[str, Json]] | None:
    """Return a line's number, what it carries, and all of it."""
    if len(data) > LONGEST:
        return None
    try:
        said = read_json(data.decode(), deepest=_DEEPEST)
    except (NotJsonError, UnicodeDecodeError):
        return None
    if not isinstance(said, dict):
        return None
    number, before = said.get("n"), said.get("before")
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(before, str):
        return None
    return number, before, said


def _found_at_start(event: Mapping[str, Json]) -> str:
    """Return what a gateway found wrong when it began, in words."""
    if event.get("what") != BEGIN:
        return ""
    match event:
        case {"missing": int(missing)}:
            return f"{count(missing, 'line')} missing before it: the gateway found them gone when it began"
        case {"changed": True}:
            return "the gateway found the line before it changed when it began"
        case {"headless": True}:
            return "the gateway found no head when it began: nobody can tell whether lines were cut off before it"
        case _:
            return ""
