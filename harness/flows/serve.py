"""A release that is served: loaded from git when its proof holds, and asked."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import NamedTuple

from harness.adapters.git import Git
from harness.adapters.signing import PublicKey
from harness.content.releases import read_release
from harness.content.templates import Templates
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.digest import short
from harness.core.errors import ContentError, Origin
from harness.core.pin import Endpoint, Pin, Price
from harness.core.prompt import Message, Prompt, Request
from harness.core.release import Release, ServedPin, ServedPrompt, release_tag
from harness.flows.applications import settled_as
from harness.flows.proofs import proof_of
from harness.flows.providers import Prices, provider_of
from harness.flows.release import commit_of
from harness.flows.trees import World
from harness.gateway.wire import Ask, UnansweredError
from harness.plan.trials import Asking, asking
from harness.ports import Provider, Streaming

PATIENCE = 60.0
"""Seconds within which a model must have answered."""
_REQUEST = Origin("the request")

type Tell = Callable[[str], None]
"""Hears the parts of an answer as they come."""


class Dish(NamedTuple):
    """A prompt as it is served: compiled, and joined with whom it asks."""

    asking: Asking
    templates: Templates
    provider: Provider
    price: Price | None
    """None where nobody knows it."""


class Order(NamedTuple):
    """A request to a model, and who takes it."""

    dish: Dish
    request: Request

    async def bring(self, tell: Tell | None = None) -> Completion:
        """Return the answer.

        Args:
            tell: Hears its parts before, where the provider can give them; None for nobody.

        Raises:
            UnansweredError: None came.
        """
        dish = self.dish
        try:
            async with asyncio.timeout(PATIENCE):
                if tell and isinstance(dish.provider, Streaming):
                    said = await _followed(dish.provider.stream(dish.asking.pin, self.request), tell)
                else:
                    said = await dish.provider.complete(dish.asking.pin, self.request)
        except TimeoutError:
            raise UnansweredError(504, f"no answer came within {PATIENCE:.0f} s") from None
        except CallError as error:
            raise UnansweredError(503 if error.busy else 502, f"no answer came: {error.reason}") from None
        return said._replace(cost=dish.price.of(said.input_tokens, said.output_tokens)) if dish.price else said

    def without_tools(self) -> "Order":
        """Return the same, of which nothing can come but words."""
        return self._replace(request=replace(self.request, tools=()))


class Serving(NamedTuple):
    """A release that is ready to answer; a request keeps the one that it began with."""

    release: str
    """All 64 digits."""
    dishes: Mapping[str, Dish]

    def order(self, ask: Ask) -> Order:
        """Return what a model is asked for a request.

        Raises:
            UnansweredError: The release has no such prompt, or a variable is missing.
        """
        dish = self.dishes.get(ask.prompt)
        if dish is None:
            raise UnansweredError(404, f"there is no prompt `{ask.prompt}`; prompts: {', '.join(sorted(self.dishes))}")
        unknown = sorted(ask.vars.keys() - dish.templates.variables)
        if unknown:
            raise UnansweredError(400, f"the prompt uses no variable `{unknown[0]}`")
        try:
            rendered = dish.templates.render(ask.vars, _REQUEST)
        except ContentError as error:
            raise UnansweredError(400, error.what) from None
        prompt = dish.asking.prompt
        if ask.turns and prompt.inputs:
            raise UnansweredError(400, f"`{ask.prompt}` asks an application, which takes no `messages`")
        return Order(dish, dish.asking.request((*prompt.sent(rendered), *ask.turns)))


async def _followed(parts: AsyncGenerator[str | Completion], tell: Tell) -> Completion:
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, Completion):
                return part
            tell(part)
    raise CallError("the provider's stream has no end")


async def serving(world: World, key: PublicKey, release: str) -> Serving:
    """Return a release ready to answer, once its proof is seen to hold.

    Raises:
        UnprovenError: No verdict that holds let it pass.
        ContentError: Its files are damaged, or a provider is not there.
        UnavailableError: A provider lacks what it needs from the environment.
    """
    proof = await asyncio.to_thread(proof_of, Git(world.root), key, release)  # others are answered meanwhile
    found = read_release(proof.release, f"release {short(release)}")
    pins = await asyncio.to_thread(_pins, world, release, found)
    for pin in pins.values():
        await provider_of(pin).start(pin, world.environ)
    return Serving(release, {name: _dish(name, prompt, pins, found) for name, prompt in found.prompts.items()})


def _dish(name: str, served: ServedPrompt, pins: Mapping[str, Pin], release: Release) -> Dish:
    pin = pins[served.model]
    messages = [Message(turn.role, turn.content) for turn in served.messages]
    prompt = Prompt(
        name,
        served.model,
        tuple(messages or [Message("user", text) for text in served.inputs.values()]),
        parameters=served.parameters,
        json_schema=served.json_schema,
        json_object=served.json_object,
        tools=served.tools,
        origin=Origin(f"prompt {name}"),
        inputs=tuple(served.inputs),
    )
    provider = provider_of(pin)
    joined = asking(prompt, pin, provider.identity(pin))
    return Dish(joined, Templates(prompt, release.partials), provider, Prices({})(pin))


def _pins(world: World, digest: str, release: Release) -> dict[str, Pin]:
    return {alias: _placed(world, digest, _pin(alias, pin)) for alias, pin in release.pins.items()}


def _pin(alias: str, served: ServedPin) -> Pin:
    at = served.endpoint
    endpoint = Endpoint(at.url, at.url_from, at.key_from, at.host, at.cleartext)
    return Pin(alias, served.provider, served.model, served.revision, served.parameters, endpoint)


def _placed(world: World, release: str, pin: Pin) -> Pin:
    """Return a pin with its code in place, if it has any: a release has its digest, its commit the code."""
    if pin.provider != "python":
        return pin
    tag = release_tag(release)
    return settled_as(pin, Git(world.root).tree(commit_of(world, f"refs/tags/{tag}"), tag), world.state)
