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

    def request(self, messages: tuple[Message, ...], repeat: int = 0, fresh: str = "") -> Request:
        """Return what is sent for one trial."""
        prompt = self.prompt
        form = (prompt.json_schema, prompt.json_object, prompt.tools)
        return Request(messages, self.parameters, *form, repeat, fresh)

    def prepare(
        self, messages: tuple[Message, ...], repeat: int = 0, fresh: str = ""
    ) -> tuple[Request, dict[str, str]]:
        """Return what is sent for one trial, with the ingredients of its key."""
        return self.request(messages, repeat, fresh), self.ingredients(messages, repeat, fresh)

    def trial(self, case: str, messages: Sequence[Message], repeat: int = 0) -> Trial:
        """Return the trial of a case; two trials have one key only if they must have one answer."""
        said = [[message.role, text_digest(message.content)] for message in messages]
        return Trial(f"{self.prompt.id}/{case}#{repeat}", again(digest("trial", [self.common, said, 0]), repeat))

    def ingredients(self, messages: Sequence[Message], repeat: int = 0, fresh: str = "") -> dict[str, str]:
        """Return the short digest of each ingredient of a trial's key, by name."""
        said = {
            f"message {number} ({message.role})": short(text_digest(message.content))
            for number, message in enumerate(messages, start=1)
        }
        return {**self.parts, **said, "repeat": str(repeat), **({"asked again for": short(fresh)} if fresh else {})}


def again(key: str, repeat: int, fresh: str = "") -> str:
    """Return the key of another repeat of a trial.

    Args:
        key: Of its first.
        repeat: 0 for the first.
        fresh: What wants answers of its own, though there be others; empty for those that all share.
    """
    return digest("again", [key, repeat, fresh]) if repeat or fresh else key


def after(key: str, said: str, turn: str) -> str:
    """Return the key of the trial that says the next turn of a conversation.

    Args:
        key: Of the trial before.
        said: Its answer.
        turn: What the user says to that.
    """
    return digest("turn", [key, text_digest(said), text_digest(turn)])


def turn_part(place: int, said: str, turn: str) -> dict[str, str]:
    """Return the ingredient that the next turn of a conversation adds; it is the message at this place."""
    return {f"turn {place}": short(text_digest(said + turn))}


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
