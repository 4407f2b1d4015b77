"""Whoever serves an environment, asked over HTTP: its rollout, and to end it."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from harness.adapters.fetching import Bounds, FetchError, Sent, fetch
from harness.core.errors import UnavailableError
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json

BOUNDS = Bounds(seconds=30.0, bytes=1 << 22)
"""It may look at git before it answers."""
_DEEPEST = 32


class GatewayClient:
    """One gateway."""

    def __init__(self, url: str, key: str = "") -> None:
        """Take where it is, and the key of a manager; empty for one that asks for none."""
        self._url = url.rstrip("/")
        self._key = key

    async def look(self) -> Json:
        """Return its rollout, once it has looked at git."""
        status, said = await self._ask("POST", "/v1/look", {})
        if status != HTTPStatus.OK:
            raise UnavailableError(f"the gateway answers {status}", hint=_hint(status))
        return said

    async def abort(self, why: str, generation: int) -> bool:
        """Let its rollout end, and return whether it does: not where it acts on another state of git."""
        status, _ = await self._ask("POST", "/v1/rollout/abort", {"why": why, "generation": generation})
        if status == HTTPStatus.CONFLICT:
            return False
        if status >= HTTPStatus.BAD_REQUEST:
            raise UnavailableError(f"the gateway answers {status}", hint=_hint(status))
        return True

    async def _ask(self, method: str, path: str, body: Mapping[str, Json]) -> tuple[int, Json]:
        """Return the status and the JSON of an answer.

        Raises:
            UnavailableError: There is no answer, or it is no JSON.
        """
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            status, seen = await fetch(
                Sent(method, f"{self._url}{path}", data=json.dumps(body).encode()), BOUNDS, headers
            )
        except FetchError as error:
            hint = "is it running, and the URL its own?"
            raise UnavailableError(f"the gateway cannot be asked: {error}", hint=hint) from None
        try:
            return status, read_json(seen.decode(), deepest=_DEEPEST) if seen else None
        except (NotJsonError, UnicodeDecodeError):
            raise UnavailableError(f"the gateway answers {status}, and no JSON") from None


def _hint(status: int) -> str:
    return "give it a manager's key" if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} else ""
