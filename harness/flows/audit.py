"""The audit log: written while a gateway serves, and checked afterwards."""

import asyncio
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from harness.adapters.audit_log import AuditLog, log_files, name_of, read_lines
from harness.adapters.dice import secret
from harness.core.errors import Origin, UsageError
from harness.core.jsons import Json
from harness.core.words import count
from harness.flows.trees import World
from harness.gateway.audit import BEGIN, Fault, Head, Line, Survey, as_head, head_of, line_after, read_head, survey
from harness.ports import Clock

PAUSE = 0.25
"""Seconds between two times that lines are made durable, where nobody waits for them."""
LOST = "lost"
"""What is written once lines can be written again."""
_DIGEST = re.compile("[0-9a-f]{64}")


def folder_of(world: World) -> Path:
    """Return the folder of all audit logs."""
    return world.state / "audit"


def session_secret(folder: Path) -> bytes:
    """Return what makes pseudonyms of sessions; whoever deletes it makes those of before untraceable."""
    path = folder / "sessions.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as stream:
        stream.write(secret().encode())
    return path.read_bytes()


class Recorder:
    """Writes the log of one environment. A line is in the file, safe from a kill, when `add` returns."""

    def __init__(self, log: AuditLog, clock: Clock, tell: Callable[[str], None], *, strict: bool = False) -> None:
        """Begin where the log ends, and write down what was found there."""
        self._log, self._clock, self._tell, self.strict = log, clock, tell, strict
        self.lost = 0
        """How many lines could not be written, or not be made durable."""
        self.failing = False
        """Whether the last attempt to write failed."""
        self._unsaid = 0
        self._new = asyncio.Event()
        self._durable: asyncio.Future[bool] | None = None
        self._pending = 0
        last, head = head_of(log.last) if log.last else Head(), read_head(log.head)
        self.head = last or Head(head.lines if head else 0)
        if not log.last and not log.head:
            with suppress(OSError):  # the line that is added next fails too, and is told
                log.note(as_head(self.head))
        self.add({"what": BEGIN, **dict(_past(log, last, head))})

    def add(self, event: Mapping[str, Json]) -> bool:
        """Write a line, and return whether that was possible."""
        if self._unsaid:
            self._write({"what": LOST, "lines": self._unsaid})
        return self._write(event)

    def _write(self, event: Mapping[str, Json]) -> bool:
        at = self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line, head = line_after(self.head, {"at": at, **event})
        try:
            self._log.append(line, head.lines)
        except OSError as error:
            if event.get("what") != LOST:
                self._lose(1, error)
            return False
        self.head = head
        self.failing, self._unsaid = False, 0
        self._pending += 1
        self._new.set()
        return True

    def _lose(self, lines: int, error: OSError) -> None:
        if not self.failing:
            self._tell(f"the audit log cannot be written: {error.strerror}")
        self.failing = True
        self.lost += lines
        self._unsaid += lines

    def able(self) -> bool:
        """Return whether lines can be written, trying anew where they could not."""
        return not self.failing or self._write({"what": LOST, "lines": self._unsaid})

    async def kept(self) -> bool:
        """Wait until what was added is durable, and return whether it is."""
        if self._durable is None:
            self._durable = asyncio.get_running_loop().create_future()
        self._new.set()
        return await asyncio.shield(self._durable)

    async def keep(self) -> None:
        """Make durable what is added, many lines at once, until somebody ends this."""
        while True:
            await self._new.wait()
            self._new.clear()
            await self._sync()
            if not self.strict:
                await asyncio.sleep(PAUSE)

    async def _sync(self) -> None:
        waiting, self._durable = self._durable, None
        pending, self._pending = self._pending, 0
        try:
            await asyncio.to_thread(self._log.commit(as_head(self.head)))
            done = True
        except OSError as error:
            self._lose(pending, error)
            done = False
        if waiting:
            waiting.set_result(done)

    def close(self) -> None:
        """Make the rest durable, and let another process have the log."""
        try:
            self._log.commit(as_head(self.head))()
        except OSError as error:
            self._lose(self._pending, error)
        self._log.close()


def _past(log: AuditLog, last: Head | None, head: Head | None) -> Iterator[tuple[str, Json]]:
    """Yield what a log that is opened shows of its past, beside what a kill explains."""
    if log.mended:
        yield "mended", True
    if last is None:
        yield "changed", True
    elif head is None:
        if last.lines:
            yield "headless", True
    elif head.lines > last.lines:
        yield "missing", head.lines - last.lines
    elif head.lines == last.lines and head.digest != last.digest:
        yield "changed", True


class Checked(NamedTuple):
    """What became of a log."""

    name: str
    files: int
    found: Survey

    @property
    def told(self) -> str:
        """The log in one line."""
        found = self.found
        lines = f"lines {found.first} to {found.head.lines}" if found.first else "no line"
        return f"{self.name}: {lines} in {count(self.files, 'file')}, head {found.head.digest}"


def verify(world: World, files: Iterable[Path], noted: str) -> list[Checked]:
    """Return what became of each log.

    Args:
        world: Where the logs are, if no files are named.
        files: Those of one log or several; earlier ones may be missing. None for all that are here.
        noted: A digest that was noted elsewhere; empty for none.

    Raises:
        UsageError: There is no such log, or a file or the digest is none.
    """
    if noted and not _DIGEST.fullmatch(noted):
        raise UsageError(f"`{noted[:80]}` is no digest", hint="it has 64 digits, as GET /v1/audit answers it")
    named = list(files)
    paths = named or log_files(folder_of(world))
    if not paths:
        raise UsageError("there is no audit log here", hint="`harness serve` writes it, or name the FILE")
    for path in paths:
        if not name_of(path):
            raise UsageError(f"{path} is no file of an audit log", hint="they are named ENVIRONMENT.jsonl")
        if not path.is_file():
            raise UsageError(f"there is no file {path}")
    logs: dict[Path, list[Path]] = {}
    for path in paths:
        logs.setdefault(path.with_name(name_of(path)), []).append(path)
    return [_verified(log, paths, noted, whole=not named) for log, paths in logs.items()]


def _verified(log: Path, paths: list[Path], noted: str, *, whole: bool) -> Checked:
    beside = log.with_name(f"{log.name}.head")
    head = read_head(beside.read_bytes()) if beside.is_file() else None  # before the lines: more may be added meanwhile
    lines = (Line(Origin(one.path, one.number), one.data, one.ended) for path in paths for one in read_lines(path))
    current = paths[-1].name == f"{log.name}.jsonl"
    found = survey(lines, head if current else None, noted)
    faults = list(found.faults)
    if whole and found.first > 1:
        faults.insert(0, Fault(Origin(str(paths[0]), 1), f"{count(found.first - 1, 'line')} missing before it"))
    if current and head is None:
        what = f"nobody can tell whether lines were cut off its end: {beside.name} is missing or damaged"
        faults.append(Fault(Origin(str(paths[-1])), what))
    return Checked(log.name, len(paths), found._replace(faults=tuple(faults)))
