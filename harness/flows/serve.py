"""Serving: an environment's release, loaded from git when its proof holds, and swapped when git says another."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from harness.adapters.git import Git
from harness.adapters.signing import PublicKey
from harness.content.environments import path_of, read_environment
from harness.content.releases import read_release
from harness.content.templates import Templates
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.environment import RefusedError
from harness.core.errors import ContentError, Origin, UsageError
from harness.core.pin import Endpoint, Pin
from harness.core.prompt import Message, Prompt
from harness.core.release import Release, ServedPin, ServedPrompt, release_tag
from harness.flows.applications import settled_as
from harness.flows.proofs import proof_of
from harness.flows.providers import provider_of
from harness.flows.release import commit_of
from harness.flows.trees import World
from harness.gateway.wire import Ask, UnansweredError
from harness.plan.trials import Asking, asking
from harness.ports import Provider

_REQUEST = Origin("the request")


class Dish(NamedTuple):
    """A prompt as it is served: compiled, and joined with whom it asks."""

    asking: Asking
    templates: Templates
    provider: Provider


class Serving(NamedTuple):
    """A release that is ready to answer; a request keeps the one that it began with."""

    release: str
    """All 64 digits."""
    dishes: Mapping[str, Dish]

    async def answer(self, ask: Ask) -> Completion:
        """Return what the release answers.

        Raises:
            UnansweredError: It has no such prompt, a variable is missing, or no answer came.
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
        prompt, pin = dish.asking.prompt, dish.asking.pin
        if ask.turns and prompt.inputs:
            raise UnansweredError(400, f"`{ask.prompt}` asks an application, which takes no `messages`")
        request = dish.asking.request((*prompt.sent(rendered), *ask.turns))
        try:
            return await dish.provider.complete(pin, request)
        except CallError as error:
            raise UnansweredError(503 if error.busy else 502, f"no answer came: {error.reason}") from None


def wanted(world: World, name: str, ref: str) -> str:
    """Return all 64 digits of the release that an environment runs by the commit at a ref.

    Raises:
        UsageError: There is no such ref, or no such environment.
        RefusedError: It runs nothing, or what it runs is quarantined.
        ContentError: Its file is wrong.
    """
    path = path_of(name)
    try:
        data = Git(world.root).tree(commit_of(world, ref), ref).read(path, limit=FILE_LIMIT)
    except FileNotFoundError:
        raise UsageError(f"there is no environment `{name}` on {ref}: {path} is not there") from None
    environment = read_environment(data, path)
    if not environment.release:
        raise RefusedError(f"{name} runs no release yet", where=Origin(path), hint=f"run `harness promote {name}`")
    if entry := environment.quarantined(environment.release):
        raise RefusedError(f"what {name} is to run is quarantined: {entry.reason}", where=entry.origin)
    return environment.release


async def serving(world: World, key: PublicKey, release: str) -> Serving:
    """Return a release ready to answer, once its proof is seen to hold.

    Raises:
        UnprovenError: No verdict that holds let it pass.
        ContentError: Its files are damaged, or a provider is not there.
        UnavailableError: A provider lacks what it needs from the environment.
    """
    proof = await asyncio.to_thread(proof_of, Git(world.root), key, release)  # others are answered meanwhile
    found = read_release(proof.release, f"release {release[:12]}")
    pins = {alias: _placed(world, release, _pin(alias, pin)) for alias, pin in found.pins.items()}
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
    return Dish(asking(prompt, pin, provider.identity(pin)), Templates(prompt, release.partials), provider)


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
