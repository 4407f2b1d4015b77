"""What is written down of a request: never a text of it, and nothing at length."""

import hmac
import json
import re
from collections.abc import Mapping

from harness.core.jsons import Json

ASKS = ("/v1/chat/completions", "/v1/prompts/{name}")
_ORDERS = {
    "/v1/feedback": ("feedback", ("id", "vote")),
    "/v1/rollout/abort": ("abort", ("generation", "why")),
    "/v1/look": ("look", ()),
}
_MOVED = ("generation", "moves", "stable", "candidate", "phase", "step", "weight", "why")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_ID = re.compile(rb'"id": ?"([\w.-]{1,128})"')
_ENOUGH = 16
_LONGEST = 300
"""Characters of a reason."""
_LARGEST = 1 << 53
"""A number beyond it is no generation, and one of hundreds of digits makes a line that nobody reads again."""
_FAULTS = range(400, 500)
_START = 500
"""Bytes of an answer within which its id stands."""


class Asked:
    """Reads requests; a session is known again, and nobody reads from it whose it is."""

    def __init__(self, secret: bytes) -> None:
        """Take what makes a pseudonym of a session."""
        self._secret = secret

    def of(self, path: str, name: str, body: bytes, session: str) -> dict[str, Json]:
        """Return what is written of a request.

        Args:
            path: The route.
            name: The prompt, where the path names it.
            body: As it came; nothing of it is trusted.
            session: As the header says.
        """
        if path not in ASKS:
            what, kept = _ORDERS.get(path, (path, ()))
            said = _object(body) if kept else {}
            return {"what": what, **{key: value for key in kept if (value := _kept(key, said.get(key))) is not None}}
        said = _object(body) if not name or (not session and b'"user"' in body) else {}
        event: dict[str, Json] = {"what": "ask"}
        prompt, user = name or said.get("model"), session or said.get("user")
        if isinstance(prompt, str) and _PLAIN.fullmatch(prompt):
            event["prompt"] = prompt
        if isinstance(user, str) and user:
            event["session"] = hmac.digest(self._secret, user.encode(errors="replace"), "sha256").hex()[:16]
        return event


def answered(event: Mapping[str, Json], status: int, headers: Mapping[str, str]) -> dict[str, Json]:
    """Return what is written of a request once it is answered: with the status, the release and the arm.

    A prompt of which nothing came by the fault of who asked need be none: any word may stand in its place.
    """
    found = {"release": headers.get("x-harness-release", ""), "arm": headers.get("x-harness-arm", "")}
    kept = {name: value for name, value in event.items() if name != "prompt" or status not in _FAULTS}
    return {**kept, "status": status, **{name: value for name, value in found.items() if value}}


def named(body: bytes) -> dict[str, Json]:
    """Return the id of a completion, which stands at the start of its body or of its first chunk."""
    found = _ID.search(body, 0, _START)
    return {"id": _end_of(found[1].decode())} if found else {}


def moved(body: bytes) -> dict[str, Json]:
    """Return what is written of a rollout that `/v1/rollout` tells."""
    said = _object(body)
    rollout = said.get("rollout")
    if not isinstance(rollout, dict):
        return {}
    found = {"weight": said.get("weight"), **rollout}
    return {key: value for key in _MOVED if (value := _kept(key, found.get(key))) is not None}


def _kept(key: str, value: Json) -> Json:
    """Return a value if it is one that is written down: a number, a plain word, or a reason."""
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else None
    if not isinstance(value, str) or not value:
        return None
    if key == "why":
        return value[:_LONGEST]
    if not _PLAIN.fullmatch(value):
        return None
    return _end_of(value) if key == "id" else value


def _end_of(name: str) -> str:
    """Return as much of a completion's id as tells it from others: what stands before holds a hash of the session."""
    return name[-_ENOUGH:]


def _object(body: bytes) -> dict[str, Json]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
