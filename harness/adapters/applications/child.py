"""One child process of a Python application, asked in lines of JSON; it ends with its pipe, and with us."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from typing import Self, cast

from harness.adapters.openai.wire import read_json_object
from harness.core.call import CallError
from harness.core.jsons import Json

MODULE = "harness.adapters.applications.serve"
LIMIT = 16 * 2**20
"""Bytes of an answer."""


class Child:
    """A process that calls one function, one call after the other."""

    def __init__(self, process: Process) -> None:
        """Take a process that runs."""
        self._process = process

    @classmethod
    async def start(cls, folder: str, target: str, environ: Mapping[str, str]) -> Self:
        """Start `python -m serve TARGET` in the folder of the application's code, in a session of its own.

        It is isolated (`-I`), so that neither PYTHONPATH nor the working tree add code that the digest does not cover.
        """
        command = [sys.executable, "-I", "-B", "-X", "utf8", "-m", MODULE, target]
        return cls(
            await asyncio.create_subprocess_exec(
                *command,
                cwd=folder,
                env=dict(environ),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                start_new_session=True,
                limit=LIMIT,
            )
        )

    async def ask(self, inputs: Json) -> dict[str, Json]:
        """Return what became of a call; a child that says nothing, or is not waited for any more, is ended.

        Raises:
            CallError: No whole reply came.
        """
        whole = False
        try:
            reply = await self._reply(inputs)
            whole = True
        finally:
            if not whole:
                await self.end()
        return reply

    async def _reply(self, inputs: Json) -> dict[str, Json]:
        questions = cast("asyncio.StreamWriter", self._process.stdin)
        answers = cast("asyncio.StreamReader", self._process.stdout)
        try:
            questions.write(json.dumps(inputs).encode() + b"\n")
            await questions.drain()
            line = await answers.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            raise CallError(f"the application's answer is longer than {LIMIT >> 20} MB", billed=True) from None
        except (OSError, asyncio.IncompleteReadError):
            raise CallError(f"the application {await self._last_words()}", retry=True, billed=True) from None
        reply = read_json_object(line.decode(errors="replace"))
        if reply is None:
            raise CallError("the application said something that is no answer", billed=True)
        return reply

    async def _last_words(self) -> str:
        """Return how a process ended that has closed its pipe."""
        try:
            code = await asyncio.wait_for(self._process.wait(), 1)
        except TimeoutError:
            return "closed its pipe"
        return f"ended by itself, with code {code}" if code >= 0 else f"died of signal {-code}"

    async def end(self) -> None:
        """Kill it, with all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
