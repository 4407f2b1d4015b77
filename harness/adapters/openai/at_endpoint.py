"""What providers have in common that post to the endpoint of a pin."""

from collections.abc import Mapping

from harness.adapters.openai.address import address
from harness.adapters.openai.transport import Transport
from harness.core.jsons import Json
from harness.core.pin import Endpoint, Pin
from harness.core.prompt import Request


class AtEndpoint:
    """The connections of a provider, one set for each endpoint; see `ports.Provider`."""

    free = False
    embeds = 0

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._transports: dict[Endpoint, Transport] = {}

    def identity(self, pin: Pin) -> Mapping[str, Json]:
        """Return where it is asked: the same name elsewhere may be another model."""
        return {"endpoint": pin.endpoint.url or f"${pin.endpoint.url_from}"}

    def deterministic(self, _pin: Pin, _request: Request) -> bool:
        """Return that equal requests may get other answers."""
        return False

    async def start(self, pin: Pin, environ: Mapping[str, str]) -> None:
        """Find the endpoint and its key; see `ports.Provider`."""
        if pin.endpoint not in self._transports:
            self._transports[pin.endpoint] = Transport(address(pin, environ))

    async def close(self) -> None:
        """Hang up everywhere."""
        for transport in self._transports.values():
            await transport.close()
        self._transports.clear()
