"""Vectors from any endpoint that speaks OpenAI's protocol."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import override

from harness.adapters.openai.gathering import Gathering
from harness.adapters.openai.provider import OpenAI
from harness.adapters.openai.vectors import read_vectors
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.pin import Endpoint, Pin
from harness.core.prompt import Request


class OpenAIEmbeddings(OpenAI):
    """See `ports.Provider`; an answer is the vector of the last message, packed as text."""

    embeds = 64
    reserved = frozenset({"model", "input", "max_tokens", "max_completion_tokens"})

    def __init__(self) -> None:
        """Connect to nothing yet."""
        super().__init__()
        self._gatherings: dict[tuple[Endpoint, str], Gathering] = {}

    @override
    def deterministic(self, _pin: Pin, _request: Request) -> bool:
        """Return that a text has one vector: it is asked for once, and found in the store ever after."""
        return True

    @override
    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Ask once, in one request with others; see `ports.Provider`."""
        common: dict[str, Json] = {"model": pin.model, "encoding_format": "float", **request.parameters}
        where = (pin.endpoint, json.dumps(common, sort_keys=True))
        if where not in self._gatherings:
            send = partial(self._send, pin.endpoint, common)
            self._gatherings[where] = Gathering(send, most=self.embeds, at_once=pin.endpoint.concurrency)
        return await self._gatherings[where].ask(request.messages[-1].content)

    async def _send(self, endpoint: Endpoint, common: Mapping[str, Json], texts: Sequence[str]) -> list[Completion]:
        body: dict[str, Json] = {**common, "input": list(texts)}
        return read_vectors(await self._transports[endpoint].post("/embeddings", body), texts)

    @override
    async def close(self) -> None:
        """Hang up everywhere."""
        self._gatherings.clear()
        await super().close()
