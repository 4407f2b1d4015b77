"""Native APIs of other providers (Anthropic, Gemini, Mistral, ...) through any-llm-sdk, an extra."""

import json
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from harness.adapters.openai.address import Address, address, key_of, problems
from harness.adapters.openai.transport import retry_after
from harness.adapters.openai.wire import REDIRECTS, SHOWN, chat, read_chat, read_error
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.core.pin import Endpoint, Pin
from harness.core.pricing import unbounded
from harness.core.prompt import Request

if TYPE_CHECKING:
    from any_llm import AnyLLM as Client
    from any_llm.exceptions import AnyLLMError

NO_KEY = "none"
"""What is sent where the pin names no key, so that no library takes one from the surroundings by itself."""
PARAMETERS = frozenset(
    {"temperature", "top_p", "max_tokens", "max_completion_tokens", "seed", "stop", "presence_penalty"}
    | {"frequency_penalty", "logprobs", "top_logprobs", "logit_bias", "tool_choice", "parallel_tool_calls"}
    | {"reasoning_effort", "service_tier", "prompt_cache_key", "user"}
)
"""What a pin may say; some libraries would take an address of their own among the rest."""
STATUSES = {
    "AuthenticationError": 401,
    "ContentFilterError": 400,
    "ContextLengthExceededError": 400,
    "InsufficientFundsError": 403,
    "InvalidRequestError": 400,
    "ModelNotFoundError": 404,
    "RateLimitError": 429,
    "UnsupportedParameterError": 404,
}
"""What an error without a status of its own means, by its name; any other means that nobody knows what became of it."""


class AnyLLM:
    """See `ports.Provider`."""

    free = False
    embeds = 0

    def __init__(self) -> None:
        """Import nothing yet."""
        self._clients: dict[tuple[str, Endpoint], tuple[Client, Address]] = {}

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what is wrong with a pin; see `ports.Provider`."""
        found = list(problems(pin.endpoint)) if pin.endpoint.url or pin.endpoint.url_from else []
        provider, _, model = pin.model.partition("/")
        if not provider or not model:
            found.append("`model` is a provider and its model, such as `anthropic/claude-sonnet-4-5-20250929`")
        found += [f"the parameter `{name}` is none of any-llm's" for name in sorted(pin.parameters.keys() - PARAMETERS)]
        return [*found, *unbounded(pin)]

    def identity(self, pin: Pin) -> Mapping[str, Json]:
        """Return where the model is asked: the same name elsewhere may be another model."""
        there = pin.endpoint
        return {"endpoint": there.url or (f"${there.url_from}" if there.url_from else "")}

    def deterministic(self, _pin: Pin, _request: Request) -> bool:
        """Return that equal requests may get other answers."""
        return False

    async def start(self, pin: Pin, environ: Mapping[str, str]) -> None:
        """Make a client with the pin's key and without retries of its own; see `ports.Provider`.

        Raises:
            ContentError: The extra is not installed, or any-llm does not know the provider.
        """
        place = (_provider(pin), pin.endpoint)
        if place in self._clients:
            return
        named = pin.endpoint.url or pin.endpoint.url_from
        there = address(pin, environ) if named else Address("", key_of(pin, environ))
        try:
            from any_llm import AnyLLM as Maker
            from any_llm.exceptions import AnyLLMError
        except ImportError:
            what = f"pin `{pin.alias}`: any-llm, which asks {_provider(pin)}, is not installed"
            raise ContentError(what, where=pin.origin, hint="pip install 'prompt-harness[providers]'") from None
        options: dict[str, Any] = {"unified_exceptions": True, "max_retries": 0}
        try:
            client = Maker.create(_provider(pin), there.key or NO_KEY, there.url or None, **options)
        except (AnyLLMError, ImportError) as error:
            raise ContentError(f"pin `{pin.alias}`: {there.hide(str(error))}", where=pin.origin) from None
        self._clients[place] = (client, there)

    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Ask once; see `ports.Provider`."""
        from any_llm.exceptions import AnyLLMError

        client, there = self._clients[_provider(pin), pin.endpoint]
        body: dict[str, Any] = chat(pin, request) | {"model": pin.model.partition("/")[2]}
        try:
            said = await client.acompletion(**body)
            answer = json.loads(there.hide(said.model_dump_json()))
        except AnyLLMError as error:
            raise _told(error, there) from None
        except NotImplementedError as error:
            raise CallError(there.hide(f"any-llm cannot ask this: {error}"), fatal=True) from None
        except ValueError:
            raise CallError("the endpoint's answer is none that any-llm can read", retry=True, billed=True) from None
        return read_chat(answer)

    async def close(self) -> None:
        """Hang up everywhere."""
        for client, _ in self._clients.values():
            hang_up = getattr(getattr(client, "client", None), "close", None)
            if hang_up and isawaitable(left := hang_up()):
                await left
        self._clients.clear()


def _provider(pin: Pin) -> str:
    return pin.model.partition("/")[0]


def _told(error: "AnyLLMError", there: Address) -> CallError:
    """Return what an error of any-llm means for the call, by its status, else by its kind."""
    status = error.status_code or STATUSES.get(type(error).__name__, 0)
    words = " ".join(there.hide(error.message).split())
    if not status or status < REDIRECTS.start:
        return CallError(f"no answer: {words[:SHOWN]}", retry=True, billed=True)
    body = json.dumps({"error": {"code": error.code, "message": words}})
    return read_error(status, body, retry_after(getattr(error, "retry_after", None) or ""))
