"""A gateway as a process of its own, and what is asked of it over a real socket."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from tests.release.shop import Line
from tests.scenarios.scratch import case

VARS = case(7)["vars"]
"""What a customer asks, with the documents that were found."""


def wait_for(seen: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is seen, for so long at most."""
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until
        time.sleep(0.02)


@dataclass(frozen=True)
class Said:
    """One answer over HTTP."""

    status: int
    body: bytes
    release: str
    arm: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """The body as data."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def text(self) -> str:
        """What the model said."""
        text: str = self.data["choices"][0]["message"]["content"]
        return text

    @property
    def why(self) -> str:
        """Why there is no answer."""
        why: str = self.data["error"]["message"]
        return why


@dataclass(frozen=True)
class Served:
    """A gateway that runs."""

    url: str
    process: subprocess.Popen[str]

    def get(self, path: str) -> Said:
        """Ask for a page."""
        return self._send("GET", path)

    def ask(self, body: object, path: str = "/v1/prompts/desk", session: str = "") -> Said:
        """Post a body: bytes as they are, anything else as JSON."""
        return self._send("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode(), session)

    def rollout(self) -> dict[str, Any]:
        """Return how the rollout stands."""
        found: dict[str, Any] = self.get("/v1/rollout").data
        return found

    def _send(self, method: str, path: str, body: bytes | None = None, session: str = "") -> Said:
        with closing(HTTPConnection(self.url.removeprefix("http://"), timeout=20)) as line:
            line.request(method, path, body, {"x-harness-session": session} if session else {})
            came = line.getresponse()
            release, arm = (came.headers.get(f"x-harness-{what}", "") for what in ("release", "arm"))
            return Said(came.status, came.read(), release, arm)

    def end(self) -> int:
        """Tell it to end, and return its exit code."""
        self.process.terminate()
        return self.process.wait(20)


@contextmanager
def gateway(
    line: Line, environment: str = "staging", *words: str, environ: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Start a gateway, and end it with the block."""
    command = [sys.executable, "-m", "harness", "serve", environment, "--port", "0", "--poll", "0.1", *words]
    with subprocess.Popen(
        command,
        cwd=line.root,
        env={**line.environ(), **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            url = process.stdout.readline().strip()
            assert url, process.communicate()[1]
            yield Served(url, process)
        finally:
            process.terminate()
            process.communicate(timeout=20)
