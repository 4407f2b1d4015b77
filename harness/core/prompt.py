"""A prompt: messages or inputs as templates, the pin they ask, and the form the answer must have."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from harness.core.case import Staging
from harness.core.digest import compact
from harness.core.errors import Origin
from harness.core.jsons import Json

type Role = Literal["system", "user", "assistant"]


class Message(NamedTuple):
    """One turn; in a prompt its content is a Jinja2 template, in a request it is text."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A `*.prompt.yml` file as read: still templates, nothing rendered."""

    id: str
    model: str
    messages: tuple[Message, ...]
    parameters: dict[str, Json] = field(default_factory=dict)
    json_schema: Json = None
    json_object: bool = False
    tools: tuple[dict[str, Json], ...] = ()
    renamed_from: str = ""
    origin: Origin = field(default=Origin(""), compare=False)
    lines: tuple[int, ...] = field(default=(), compare=False)
    """The line of each message's content, for errors inside a template."""
    inputs: tuple[str, ...] = ()
    """The names of the inputs, whose templates `messages` holds, of a prompt that asks an application."""

    def sent(self, rendered: tuple[Message, ...]) -> tuple[Message, ...]:
        """Return what is sent: the rendered messages, or all inputs as one JSON object."""
        if not self.inputs:
            return rendered
        texts = (message.content for message in rendered)
        return (Message("user", compact(dict(zip(self.inputs, texts, strict=True))).decode()),)


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that is sent to a model for one trial, apart from who sends it and when."""

    messages: tuple[Message, ...]
    parameters: dict[str, Json] = field(default_factory=dict)
    json_schema: Json = None
    json_object: bool = False
    tools: tuple[dict[str, Json], ...] = ()
    repeat: int = 0
    fresh: str = ""
    """What wants an answer of its own; empty for one that all share."""
    embeds: bool = False
    """Whether the answer is the vector of the last message, which has no tokens."""


def staged(messages: tuple[Message, ...], staging: Staging) -> tuple[Message, ...]:
    """Return rendered messages with what a case plants around the first system message; as they are without one."""
    at = next((at for at, message in enumerate(messages) if message.role == "system"), None)
    if at is None or not (staging.head or staging.tail):
        return messages
    parts = [staging.head, messages[at].content.rstrip("\n"), staging.tail]
    text = "\n".join(part for part in parts if part)
    return (*messages[:at], Message("system", text), *messages[at + 1 :])
