"""A child process with limits on time, memory and output, which is asked in numbered lines of JSON."""

import json
import resource
import select
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from time import monotonic
from types import TracebackType
from typing import IO, Self, cast

from harness.adapters.limits import SECONDS
from harness.core.jsons import Json

PATIENCE = 3
"""Broken limits after which one should not be asked the like again."""
MEMORY_LIMIT = 1 << 30
"""Bytes of address space."""
CPU_LIMIT = 120
"""Seconds of processor time over the child's life."""
REPLY_LIMIT = 16 << 20
"""Bytes of one reply."""


class ConfinedError(Exception):
    """The child broke a limit, or died; its message says which."""


class Confined:
    """One child, started with the interpreter that runs us, and killed at the first broken limit."""

    def __init__(self, module: str, *, seconds: float = SECONDS) -> None:
        """Start `python -m module`, with no environment and outside of any repository.

        Args:
            module: Answers each line `[number, question]` of its standard input with a line `[number, reply]`.
            seconds: The time in which every reply must come.
        """
        self._seconds = seconds
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-m", module],
            cwd="/",
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=_limit,  # noqa: PLW1509 (no threads are running)
        )
        self._pending = b""
        self._asked = 0

    def ask(self, question: Json) -> Json:
        """Send one value and return the reply; whatever goes wrong, the child is ended, so that no reply comes late.

        Raises:
            ConfinedError: No whole reply to this question came within the limits.
        """
        self._asked += 1
        with ExitStack() as failed:
            failed.callback(self.close)
            self._send(json.dumps([self._asked, question]).encode() + b"\n")
            reply = self._open(self._reply())
            failed.pop_all()
        return reply

    def _send(self, line: bytes) -> None:
        stdin = cast("IO[bytes]", self._child.stdin)
        try:
            stdin.write(line)
            stdin.flush()
        except (OSError, ValueError):  # it is gone, or was ended
            raise self._dead() from None

    def _open(self, line: bytes) -> Json:
        """Return what a line says, when it answers the last question."""
        with suppress(ValueError, RecursionError):
            match json.loads(line):
                case [number, reply] if number == self._asked:
                    return cast("Json", reply)
        message = "it said something that is no answer to its question"
        raise ConfinedError(message)

    def _reply(self) -> bytes:
        stdout = cast("IO[bytes]", self._child.stdout)
        waiting = select.poll()  # select() itself knows no file with a number above 1023
        waiting.register(stdout, select.POLLIN)
        end = monotonic() + self._seconds
        chunks: list[bytes] = [self._pending]
        size = 0
        while b"\n" not in chunks[-1]:
            if not waiting.poll(max(end - monotonic(), 0) * 1000):
                message = f"it took longer than {self._seconds:g} s"
                raise ConfinedError(message)
            chunk = stdout.read1(1 << 16)  # type: ignore[attr-defined]  # a buffered reader
            if not chunk:
                raise self._dead()
            chunks.append(chunk)
            size += len(chunk)
            if size > REPLY_LIMIT:
                message = f"it made more than {REPLY_LIMIT >> 20} MB"
                raise ConfinedError(message)
        whole, _, self._pending = b"".join(chunks).partition(b"\n")
        return whole

    def _dead(self) -> ConfinedError:
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(1)  # its pipes close a moment before it has a code
        self.close()
        code = self._child.returncode
        if code == -signal.SIGXCPU:
            return ConfinedError(f"it used more than {CPU_LIMIT} s of processor time")
        return ConfinedError(f"it ended by itself, with code {code}" if code >= 0 else f"it died of signal {-code}")

    def close(self) -> None:
        """End the child."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                pipe.close()

    def __enter__(self) -> Self:
        """Return the running child."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.close()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
