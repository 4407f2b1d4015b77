"""An OpenAI-compatible server that judges by script, and counts."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.graders.script import give_in, lead, reply, vector

type Script = Callable[[dict[str, Any]], str]
"""What a model says to the body of a request; one that it refuses is a ValueError."""


@dataclass
class Judging:
    """A server that runs: where it is, and what it was asked."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """The body of each request, in order of arrival."""
    used: tuple[int, int] = (20, 10)
    """The tokens that each call is said to take."""
    says: Callable[[Sequence[Mapping[str, Any]], Mapping[str, Any] | None], str] = reply
    """From messages and a JSON Schema to what the judge says."""
    scripts: dict[str, Script] = field(default_factory=dict)
    """By model, what says something else than the judge."""

    fingerprint: str = ""
    """The version that every model says it is."""

    def of(self, model: str) -> list[dict[str, Any]]:
        """Return what a model was asked."""
        return [body for body in self.asked if body["model"] == model]


@contextmanager
def judging() -> Iterator[Judging]:
    """Serve on 127.0.0.1 for as long as it is needed."""
    state = Judging()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.asked.append(body)
            try:
                status, answer = 200, _answer(self.path, body, state)
            except ValueError as error:
                status, answer = 400, {"error": {"message": str(error)}}
            said = json.dumps({**answer, "system_fingerprint": state.fingerprint}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield state
        server.shutdown()


def _said(state: Judging, body: dict[str, Any], schema: dict[str, Any] | None) -> str:
    model, messages = body["model"], body["messages"]
    if script := state.scripts.get(model):
        return script(body)
    match model:
        case "attacker-1":
            return lead(messages)
        case "weak-1":
            return give_in(messages, 3)
        case "firm-1":
            return give_in(messages, 99)
    return state.says(messages, schema)


def _answer(path: str, body: dict[str, Any], state: Judging) -> dict[str, Any]:
    if path.endswith("/embeddings"):
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = [{"object": "embedding", "index": n, "embedding": vector(text)} for n, text in enumerate(texts)]
        return {
            "object": "list",
            "model": body["model"],
            "data": data,
            "usage": {"prompt_tokens": 5, "total_tokens": 5},
        }
    form = body.get("response_format", {}).get("json_schema", {})
    text = _said(state, body, form.get("schema"))
    choice: dict[str, Any] = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "stop",
    }
    if body.get("logprobs"):
        tokens = [{"token": text, "logprob": -0.1, "top_logprobs": [{"token": text, "logprob": -0.1}]}]
        choice["logprobs"] = {"content": tokens}
    sent, made = state.used
    usage = {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}
    return {"id": "1", "object": "chat.completion", "model": body["model"], "choices": [choice], "usage": usage}
