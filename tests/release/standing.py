"""Whoever serves, as far as a tick sees it: it answers the rollout that a test gives it, over a real socket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from harness.content.rollouts import rollout_json
from harness.core.rollout import Phase, Rollout


@dataclass
class Standing:
    """How it stands, and what it was asked."""

    rollout: Rollout
    holding: str = ""
    url: str = ""
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    """Path, key and body of each request."""
    broken: bool = False

    def answer(self, path: str, key: str, body: Any) -> tuple[int, object]:  # noqa: ANN401 (JSON)
        """Return status and body."""
        self.asked.append((path, key, body))
        if self.broken:
            return 200, {"rollout": {"phase": "stable"}}
        if path == "/v1/rollout/abort":
            if body["generation"] != self.rollout.generation:
                return 409, {}
            self.rollout = replace(self.rollout, phase=Phase.ABORTED, weight=0, why=body["why"])
        return 200, {"rollout": rollout_json(self.rollout), "holding": self.holding}


@contextmanager
def standing(rollout: Rollout) -> Iterator[Standing]:
    """Serve one for as long as the block lasts."""
    found = Standing(rollout)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            key = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            status, said = found.answer(self.path, key, json.loads(self.rfile.read(length)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the library's)
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield found
        server.shutdown()
        thread.join()
