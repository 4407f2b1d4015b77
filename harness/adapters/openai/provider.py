"""Models behind any endpoint that speaks OpenAI's protocol: OpenAI, Azure, vLLM, Ollama, LM Studio, LiteLLM, ..."""

from collections.abc import Mapping, Sequence

from harness.adapters.openai.address import address, problems
from harness.adapters.openai.transport import Transport
from harness.adapters.openai.wire import chat, read_chat
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.pin import Endpoint, Pin
from harness.core.prompt import Request


class OpenAI:
    """See `ports.Provider`."""

    free = False
    embeds = 0
    reserved = frozenset({"model", "messages", "stream", "n", "tools", "response_format"})
    """The parameters that are not a pin's to set."""

    def __init__(self) -> None:
        """Connect to nothing yet."""
        self._transports: dict[Endpoint, Transport] = {}

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what is wrong with a pin; see `ports.Provider`."""
        found = list(problems(pin.endpoint))
        found += [f"the parameter `{name}` is not a pin's to set" for name in sorted(self.reserved & {*pin.parameters})]
        limited = {"max_tokens", "max_completion_tokens"} & set(pin.parameters)
        if pin.price and not limited and not self.embeds:
            found.append("a pin with a price needs `max_tokens` among its parameters, so that a call's worst is known")
        return found

    def identity(self, pin: Pin) -> Mapping[str, Json]:
        """Return where the model is asked: the same name elsewhere may be another model."""
        return {"endpoint": pin.endpoint.url or f"${pin.endpoint.url_from}"}

    def deterministic(self, _pin: Pin, _request: Request) -> bool:
        """Return that equal requests may get other answers."""
        return False

    async def start(self, pin: Pin, environ: Mapping[str, str]) -> None:
        """Find the endpoint and its key; see `ports.Provider`."""
        if pin.endpoint not in self._transports:
            self._transports[pin.endpoint] = Transport(address(pin, environ))

    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Ask once; see `ports.Provider`."""
        return read_chat(await self._transports[pin.endpoint].post("/chat/completions", chat(pin, request)))

    async def close(self) -> None:
        """Hang up everywhere."""
        for transport in self._transports.values():
            await transport.close()
        self._transports.clear()
