"""The embedded reader as a provider: checks its pins, knows its own version, counts its tokens."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from harness.adapters.embedded.noise import disturb
from harness.adapters.embedded.reading import read
from harness.adapters.embedded.weaknesses import WEAKNESSES, after, before
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.pin import Pin
from harness.core.prompt import Message, Request

MODEL, REVISION = "reader", "1"
PARAMETERS = frozenset(
    {"temperature", "top_p", "seed", "max_tokens", "stop", "weaknesses", "presence_penalty", "frequency_penalty"}
)
BYTES_PER_TOKEN = 4
KEPT = 256
"""Answers that are kept for the next repeat."""


class Embedded:
    """See `ports.Provider`. It answers by extraction, without a network; it is no language model."""

    free = True
    embeds = 0

    def __init__(self) -> None:
        """Have read nothing yet."""
        self._read: dict[tuple[Message, ...], tuple[Request, Completion]] = {}

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what is wrong with a pin; see `ports.Provider`."""
        found: list[str] = []
        if (pin.model, pin.revision) != (MODEL, REVISION):
            found.append(f"the embedded provider has the model `{MODEL}` in revision `{REVISION}`")
        found += [
            f"unknown parameter `{name}`; known: {', '.join(sorted(PARAMETERS))}"
            for name in pin.parameters
            if name not in PARAMETERS
        ]
        weaknesses = pin.parameters.get("weaknesses", [])
        listed = weaknesses if isinstance(weaknesses, list) else [weaknesses]
        found += [
            f"unknown weakness `{name}`; known: {', '.join(WEAKNESSES)}" for name in listed if name not in WEAKNESSES
        ]
        return found

    def identity(self, _pin: Pin) -> Mapping[str, Json]:
        """Return the digest of the reader's own source; see `ports.Provider`."""
        return {"reader": _source()}

    def deterministic(self, _pin: Pin, request: Request) -> bool:
        """Return whether the temperature is 0; see `ports.Provider`."""
        return not request.parameters.get("temperature")

    async def complete(self, _pin: Pin, request: Request) -> Completion:
        """Answer one request; see `ports.Provider`."""
        temperature = request.parameters.get("temperature")
        if isinstance(temperature, int | float) and temperature > 0:
            said = disturb(self._undisturbed(request), request, float(temperature))
        else:
            said = _answer(request)
        said = _limited(said, request)
        sent, made = sum(_tokens(message.content) for message in request.messages), _tokens(said.text)
        return said._replace(input_tokens=sent, output_tokens=made, fingerprint=f"{MODEL}-{REVISION}", model=MODEL)

    def _undisturbed(self, request: Request) -> Completion:
        """Return the answer before any noise; one that was just given to another repeat is not worked out again."""
        first = replace(request, repeat=0, fresh="")
        asked, said = self._read.get(request.messages, (None, None))
        if said is None or asked != first:
            said = _answer(first)
            if len(self._read) >= KEPT:
                self._read.clear()
            self._read[request.messages] = (first, said)
        return said

    async def start(self, _pin: Pin, _environ: Mapping[str, str]) -> None:
        """Need nothing; see `ports.Provider`."""

    async def close(self) -> None:
        """Hold nothing; see `ports.Provider`."""


def _answer(request: Request) -> Completion:
    listed = request.parameters.get("weaknesses")
    weaknesses = frozenset(str(name) for name in listed) if isinstance(listed, list) else frozenset()
    return before(request, weaknesses) or after(read(request), request, weaknesses)


def _limited(said: Completion, request: Request) -> Completion:
    """Return an answer ended by a stop text or by `max_tokens`."""
    stops = request.parameters.get("stop")
    for stop in [stops] if isinstance(stops, str) else stops if isinstance(stops, list | tuple) else ():
        if isinstance(stop, str) and stop and stop in said.text:
            said = said._replace(text=said.text.split(stop)[0])
    limit = request.parameters.get("max_tokens")
    if isinstance(limit, int) and _tokens(said.text) > limit:
        cut = said.text.encode(errors="replace")[: limit * BYTES_PER_TOKEN].decode(errors="ignore")
        return said._replace(text=cut, finish_reason="length")
    return said


def _tokens(text: str) -> int:
    return -(-len(text.encode(errors="replace")) // BYTES_PER_TOKEN)


@cache
def _source() -> str:
    seen = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]
