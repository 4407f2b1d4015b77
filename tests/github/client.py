"""A desk at the fake GitHub: a clone to work in, a token, and a client that hides nothing."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.github.fake import VERSION
from tests.github.people import GitHub
from tests.github.permissions import NEEDED
from tests.github.repository import surroundings


def everything() -> dict[str, str]:
    """Return all permissions that any operation needs, to write."""
    named = {one.split(":")[0] for accepted in NEEDED.values() for one in accepted if ":" in one}
    return dict.fromkeys((named - {"thread", "metadata"}) | {"issues", "pull_requests"}, "write")


@dataclass(frozen=True)
class Response:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:  # noqa: ANN401  # JSON
        """The body as JSON, None where there is none."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Desk:
    """Somebody who works on the repository."""

    hub: GitHub
    root: Path
    token: str

    def git(self, *words: str) -> str:
        """Run git in the clone and return what it prints."""
        done = subprocess.run(
            ["git", *words], cwd=self.root, env=surroundings("ada"), capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def clone(self) -> None:
        """Begin to work in a clone."""
        self.root.mkdir()
        self.git("clone", "-q", "--template=", str(self.hub.remote), ".")

    def write(self, branch: str, files: Mapping[str, str], *, start: str = "main", to: str = "origin") -> str:
        """Push a commit of files on a branch, begun anew at `start` or else carried on, and return it."""
        if start:
            self.git("fetch", "-q", "origin")
            self.git("checkout", "-q", "-B", branch, f"origin/{start}")
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"Change {', '.join(files)}")
        self.git("push", "-q", "-f", to, f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")

    def headers(self, token: str = "") -> dict[str, str]:
        """Return what every request states."""
        return {
            "Authorization": f"Bearer {token or self.token}",
            "User-Agent": "desk",
            "X-GitHub-Api-Version": VERSION,
        }

    def ask(self, method: str, path: str, body: object = None, *, token: str = "") -> Response:
        """Ask the fake without a socket; a path that does not begin with a slash is one of the repository's."""
        url = path if path.startswith("/") else f"/repos/{self.hub.world.full_name}/{path}"
        data = b"" if body is None else json.dumps(body).encode()
        reply = self.hub.handle(method, url, self.headers(token), data)
        return Response(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def get(self, path: str, **more: str) -> Any:  # noqa: ANN401  # JSON
        """Return the document of a path that is there."""
        answer = self.ask("GET", path, **more)
        assert answer.status == 200, answer.body
        return answer.document

    def wire(self, method: str, path: str, body: object = None) -> Response:
        """Ask the fake over its socket."""
        _, _, address = self.hub.world.url.partition("://")
        host, _, port = address.partition(":")
        connection = HTTPConnection(host, int(port), timeout=10)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, f"/repos/{self.hub.world.full_name}/{path}", data, self.headers())
            answer = connection.getresponse()
            return Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    @property
    def head(self) -> str:
        """The present head of pull request 1."""
        return self.hub.world.pull(1)[1].head
