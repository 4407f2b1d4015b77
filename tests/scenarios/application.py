"""Scratch repositories whose prompt asks an application: one over a real socket, one in a real process."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.scenarios.remote import asked
from tests.scenarios.scratch import Scratch

HTTP = """\
    provider: http
    model: shop
    revision: v7
    endpoint: {{url: "{url}", key_from: STUB_KEY, timeout: 5}}
"""
PYTHON = """\
    provider: python
    model: app/support.py:answer
    endpoint: {concurrency: 2, timeout: 60}
"""
PROMPT = """\
name: Desk
model: shop
inputs:
  question: "When does room {{ n }} open?"
  shop: berlin
"""
POLICY = """\
suites: {regression: {}}
gates: {right: {suite: regression, at_least: 0.9}}
"""
ANSWER = """\
from app.words import hour


def answer(inputs):
    return f"{inputs['question']} At {hour()}."
"""
WORDS = "def hour():\n    return 'nine'\n"

type Said = Mapping[str, Any]


def make(scratch: Scratch, pin: str, *, cases: int = 3, price: str = "", more: str = "") -> None:
    """Let the repository ask an application that is right when it says nine, and commit that."""
    priced = f"    price: {{per_call: {price}}}\n" if price else ""
    scratch.write("params.yaml", f"models:\n  shop:\n{pin}{priced}{POLICY}{more}")
    scratch.write("prompts/desk.prompt.yml", PROMPT)
    expect = [{"contains": "nine"}]
    scratch.write_cases([{"id": f"r{number}", "vars": {"n": number}, "expect": expect} for number in range(cases)])
    scratch.commit("ask an application")


def make_python(scratch: Scratch, body: str = ANSWER, *, cases: int = 3, price: str = "", more: str = "") -> None:
    """Let the repository ask a function of its own, and commit that."""
    scratch.write("app/support.py", body)
    scratch.write("app/words.py", WORDS)
    make(scratch, PYTHON, cases=cases, price=price, more=more)


def right(inputs: Said) -> Said:
    """Answer every question."""
    return {"text": f"{inputs['question']} At nine."}


class Shop:
    """An application behind HTTP, and what it was asked."""

    def __init__(self, url: str, asked: list[Said]) -> None:
        self.url = url
        self.asked = asked


@contextmanager
def shop(say: Callable[[Said], object] = right, *, key: str = "", path: str = "/answer/") -> Iterator[Shop]:
    """Serve an application on a free port for as long as the block lasts; any other path is not there."""
    asked: list[Said] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            inputs = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(inputs)
            allowed = not key or self.headers["Authorization"] == f"Bearer {key}"
            status = 404 if self.path != path else 200 if allowed else 401
            body = json.dumps(say(inputs)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *words: object) -> None:  # noqa: A002 (the base's name)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Shop(f"http://127.0.0.1:{server.server_address[1]}/answer/", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def verdict_of(scratch: Scratch, *words: str) -> dict[str, Any]:
    """Return the verdict of a gate."""
    return asked(scratch, "gate", "--json", *words).verdict
