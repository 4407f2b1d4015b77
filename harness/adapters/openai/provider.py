"""Models behind any endpoint that speaks OpenAI's protocol: OpenAI, Azure, vLLM, Ollama, LM Studio, LiteLLM, ..."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from harness.adapters.openai.address import problems
from harness.adapters.openai.at_endpoint import AtEndpoint
from harness.adapters.openai.chunks import Chunks
from harness.adapters.openai.wire import STREAMED, chat, read_chat
from harness.core.completion import Completion
from harness.core.pin import Pin
from harness.core.pricing import unbounded
from harness.core.prompt import Request


class OpenAI(AtEndpoint):
    """See `ports.Provider`."""

    reserved = frozenset({"model", "messages", "stream", "n", "tools", "response_format"})
    """The parameters that are not a pin's to set."""

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what is wrong with a pin; see `ports.Provider`."""
        found = list(problems(pin.endpoint))
        found += [f"the parameter `{name}` is not a pin's to set" for name in sorted(self.reserved & {*pin.parameters})]
        return found if self.embeds else [*found, *unbounded(pin)]

    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Ask once; see `ports.Provider`."""
        return read_chat(await self._transports[pin.endpoint].post("/chat/completions", chat(pin, request)))

    async def stream(self, pin: Pin, request: Request) -> AsyncGenerator[str | Completion]:
        """Ask once, and pass on what is said; see `ports.Streaming`. Log-probabilities are left out."""
        transport = self._transports[pin.endpoint]
        chunks = Chunks(transport.address)
        async with aclosing(transport.stream("/chat/completions", chat(pin, request) | STREAMED)) as came:
            async for chunk in came:
                if words := chunks.add(chunk):
                    yield words
        if rest := chunks.rest():
            yield rest
        yield chunks.whole()
