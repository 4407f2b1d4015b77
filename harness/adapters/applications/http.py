"""An application behind an HTTP endpoint: its inputs are posted as one JSON object."""

import json
from collections.abc import Mapping, Sequence

from harness.adapters.applications.answer import read_answer
from harness.adapters.openai.address import address, problems
from harness.adapters.openai.transport import Transport
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.pin import Endpoint, Pin
from harness.core.prompt import Request


class Http:
    """See `ports.Provider`."""

    free = False
    embeds = 0

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._transports: dict[Endpoint, Transport] = {}

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what is wrong with a pin; see `ports.Provider`."""
        found = list(problems(pin.endpoint))
        if pin.parameters:
            found.append("an application has no `parameters`: give them as inputs of the prompt")
        if not pin.revision:
            found.append("an application needs `revision`, the version that is deployed: its answers are kept by it")
        return found

    def identity(self, pin: Pin) -> Mapping[str, Json]:
        """Return where it is asked."""
        return {"endpoint": pin.endpoint.url or f"${pin.endpoint.url_from}"}

    def deterministic(self, _pin: Pin, _request: Request) -> bool:
        """Return that equal requests may get other answers."""
        return False

    async def start(self, pin: Pin, environ: Mapping[str, str]) -> None:
        """Find the endpoint and its key; see `ports.Provider`."""
        if pin.endpoint not in self._transports:
            self._transports[pin.endpoint] = Transport(address(pin, environ))

    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Ask once; an answer of another revision is none. See `ports.Provider`."""
        inputs = json.loads(request.messages[0].content)
        said = read_answer(await self._transports[pin.endpoint].post("", inputs))
        if said.fingerprint not in {"", pin.revision}:
            reason = f"the application says it is revision {said.fingerprint[:60]!r}, the pin says {pin.revision!r}"
            raise CallError(reason, billed=True, fatal=True)
        return said

    async def close(self) -> None:
        """Hang up everywhere."""
        for transport in self._transports.values():
            await transport.close()
        self._transports.clear()
