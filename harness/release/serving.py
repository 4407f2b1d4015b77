"""What serves of a tree: its release."""

from collections.abc import Iterable, Mapping

from harness.core.pin import Pin
from harness.core.prompt import Prompt
from harness.core.release import Release, ServedEndpoint, ServedMessage, ServedPin, ServedPrompt


def release_of(prompts: Iterable[Prompt], partials: Mapping[str, str], pins: Mapping[str, Pin]) -> Release:
    """Return the release of prompts, each of which names one of the pins."""
    served = {prompt.id: _prompt(prompt) for prompt in prompts}
    asked = {prompt.model: _pin(pins[prompt.model]) for prompt in served.values()}
    return Release(served, dict(partials), asked)


def _prompt(prompt: Prompt) -> ServedPrompt:
    texts = [message.content for message in prompt.messages]
    turns = tuple(ServedMessage(message.role, message.content) for message in prompt.messages)
    return ServedPrompt(
        model=prompt.model,
        messages=() if prompt.inputs else turns,
        inputs=dict(zip(prompt.inputs, texts, strict=True)) if prompt.inputs else {},
        parameters=prompt.parameters,
        json_schema=prompt.json_schema,
        json_object=prompt.json_object,
        tools=prompt.tools,
    )


def _pin(pin: Pin) -> ServedPin:
    at = pin.endpoint
    endpoint = ServedEndpoint(at.url, at.url_from, at.key_from, at.host, at.cleartext)
    return ServedPin(pin.provider, pin.model, pin.revision, pin.parameters, endpoint)
