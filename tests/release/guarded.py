"""Asking a gateway with a key, and reading what it wrote down."""

import json
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from tests.release.served import Served


class Heard(NamedTuple):
    """An answer, with its headers in small letters."""

    status: int
    body: bytes
    headers: dict[str, str]


def ask(served: Served, method: str, path: str, body: object = None, **headers: str) -> Heard:
    """Ask once; `authorization="..."`, `x_harness_session="..."` are headers."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else json.dumps(body).encode()
    with closing(HTTPConnection(served.url.removeprefix("http://"), timeout=20)) as line:
        line.request(method, path, data, sent)
        came = line.getresponse()
        return Heard(came.status, came.read(), {name.lower(): value for name, value in came.headers.items()})


def events(root: Path, what: str = "", environment: str = "staging") -> list[dict[str, Any]]:
    """Return the lines of an audit log, or those of one kind."""
    lines = (root / f".harness/audit/{environment}.jsonl").read_text(encoding="utf-8").splitlines()
    return [event for line in lines if (event := json.loads(line)) and what in {"", event["what"]}]
