"""Trials and their keys: the digest of everything that determines an answer, and nothing else."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harness.core.completion import Trial
from harness.core.digest import digest, short, text_digest
from harness.core.jsons import Json
from harness.core.pin import Pin
from harness.core.prompt import Message, Prompt, Request


class Asking(NamedTuple):
    """A prompt with its pin: what all its trials have in common, and its digest."""

    prompt: Prompt
    pin: Pin
    parameters: dict[str, Json]
    """The pin's, overridden by the prompt's."""
    parts: dict[str, str]
    """The short digest of each common ingredient, by the name people know it by."""
    common: str
    """The digest of all of them."""

    def request(self, messages: tuple[Message, ...], repeat: int = 0) -> Request:
        """Return what is sent for one trial."""
        prompt = self.prompt
        return Request(messages, self.parameters, prompt.json_schema, prompt.json_object, prompt.tools, repeat)

    def prepare(self, messages: tuple[Message, ...], repeat: int = 0) -> tuple[Request, dict[str, str]]:
        """Return what is sent for one trial, with the ingredients of its key."""
        return self.request(messages, repeat), self.ingredients(messages, repeat)

    def trial(self, case: str, messages: Sequence[Message], repeat: int = 0) -> Trial:
        """Return the trial of a case; two trials have one key only if they must have one answer."""
        said = [[message.role, text_digest(message.content)] for message in messages]
        key = digest("trial", [self.common, said, repeat])
        return Trial(f"{self.prompt.id}/{case}#{repeat}", key)

    def ingredients(self, messages: Sequence[Message], repeat: int = 0) -> dict[str, str]:
        """Return the short digest of each ingredient of a trial's key, by name."""
        said = {
            f"message {number} ({message.role})": short(text_digest(message.content))
            for number, message in enumerate(messages, start=1)
        }
        return {**self.parts, **said, "repeat": str(repeat)}


def asking(prompt: Prompt, pin: Pin, identity: Mapping[str, Json]) -> Asking:
    """Return a prompt joined with its pin. The alias, the price and the licence do not change an answer."""
    parameters = {**pin.parameters, **prompt.parameters}
    ingredients: dict[str, Json] = {
        "provider": pin.provider,
        "model": pin.model,
        "revision": pin.revision,
        "provider's own version": dict(identity),
        "parameters": parameters,
        "response format": [prompt.json_schema, prompt.json_object],
        "tools": list(prompt.tools),
    }
    parts = {name: short(digest(name, value)) for name, value in ingredients.items()}
    return Asking(prompt, pin, parameters, parts, digest("asking", ingredients))
